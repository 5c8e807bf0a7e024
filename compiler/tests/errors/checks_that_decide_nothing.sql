CREATE CONNECTION plant FROM mqtt WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    a INT CHECK (a BETWEEN 10 AND 5),
    b INT UNSIGNED CHECK (b >= 0),
    c INT NOT NULL CHECK (c > 9 AND c < 3),
    d INT CHECK (d > 0),
    CHECK (d < 0),
    CHECK (d > -5)
) WITH (connector = 'mqtt', connection = 'plant', topic = 'a/+');
SELECT a, b, c, d FROM t;
