CREATE CONNECTION plant FROM mqtt WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    count INT UNSIGNED NOT NULL, n INT NOT NULL, id TEXT NOT NULL, maybe INT UNSIGNED,
    qos SMALLINT METADATA FROM 'qos'
) WITH (connector = 'mqtt', connection = 'plant', topic = 'a/+');
CREATE VIEW a AS SELECT n FROM t WHERE count >= 0;
CREATE VIEW b AS SELECT n FROM t WHERE n <> 1 OR n <> 2;
CREATE VIEW c AS SELECT n FROM t WHERE 1 = 1 AND NOT qos > 2 AND id LIKE '%' AND id = id;
CREATE VIEW d AS SELECT n FROM t WHERE n > 5 OR n <= 5;
-- these are not: maybe can be NULL, and what is written as true is meant
CREATE VIEW e AS SELECT n FROM t WHERE maybe >= 0 OR true;
CREATE VIEW f AS SELECT n FROM t WHERE n > 3 AND n > 2 AND true;
CREATE VIEW g AS SELECT CASE WHEN n < 0 THEN 'minus' WHEN n >= 0 THEN 'plus' END AS sign FROM t;
