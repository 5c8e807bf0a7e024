-- CASE evaluates from left to right and only what it must.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    x INT,
    y INT,
    s TEXT
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW cases AS
SELECT x,
       CASE WHEN x > 100 THEN 'large' WHEN x > 10 THEN 'medium' ELSE 'small' END AS size,
       CASE s WHEN 'on' THEN 1 WHEN 'off' THEN 0 END AS switch,
       CASE WHEN y = 0 THEN NULL ELSE x / y END AS quotient,
       CASE WHEN x IS NULL THEN 0.5 ELSE x END AS number,
       CASE WHEN true THEN x ELSE 1 END AS folded
FROM t
WHERE CASE WHEN y IS NULL THEN true ELSE y >= 0 END;
