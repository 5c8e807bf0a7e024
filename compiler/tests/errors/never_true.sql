CREATE CONNECTION plant FROM mqtt WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    id TEXT NOT NULL, temp DOUBLE, n INT, level TINYINT UNSIGNED, price DECIMAL(8,2),
    big BIGINT, ok BOOLEAN, low DOUBLE, high DOUBLE, seen TIMESTAMP
) WITH (connector = 'mqtt', connection = 'plant', topic = 'a/+');
CREATE VIEW a AS SELECT id FROM t WHERE temp > 40 AND ok AND temp < 30;
CREATE VIEW b AS SELECT id FROM t WHERE n = 1 AND n = 2;
CREATE VIEW c AS SELECT id FROM t WHERE id IN ('x', 'y') AND id = 'z';
CREATE VIEW d AS SELECT id FROM t WHERE level < 0 OR level > 300 OR price = 1.234 OR n = 40.5;
CREATE VIEW e AS SELECT id FROM t WHERE temp BETWEEN 40 AND 30;
CREATE VIEW f AS SELECT id FROM t WHERE low < high AND ok AND low > high;
CREATE VIEW g AS SELECT id FROM t WHERE n > 4 AND n < 9 AND n NOT IN (5, 6, 7, 8);
CREATE VIEW h AS SELECT id FROM t WHERE id LIKE 'a%' AND id = 'b' OR ok AND NOT ok;
CREATE VIEW i AS SELECT id FROM t
    WHERE extract(hour FROM seen) = 24 OR length(id) < 0 OR big % 10 = 10 OR n <> n OR 1 > 2;
