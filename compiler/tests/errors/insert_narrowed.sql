CREATE CONNECTION plant FROM mqtt WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (seen TIMESTAMP, ratio DOUBLE, price DECIMAL(10,4), n BIGINT, small SMALLINT)
WITH (connector = 'mqtt', connection = 'plant', topic = 'a/+');
CREATE TABLE rows (second TIMESTAMP(0), milli TIMESTAMP(3), day DATE, clock TIME, near REAL,
    cents DECIMAL(10,2), whole INT, amount DECIMAL(6,1), n REAL, small REAL)
WITH (connector = 'stdout');
INSERT INTO rows SELECT seen, seen, seen AS on_day, seen, ratio, price, price, ratio, n, small FROM t;
-- these lose nothing, or say that it is meant
INSERT INTO rows (second, milli, day, near, whole, amount, small)
SELECT date_trunc('second', seen), CAST(seen AS TIMESTAMP(3)), CAST(seen AS DATE), ratio::REAL,
       floor(ratio), price::DECIMAL(6,1), small FROM t;
