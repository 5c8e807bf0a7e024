CREATE CONNECTION plant FROM mqtt WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (temp DOUBLE, n INT NOT NULL, state TEXT)
WITH (connector = 'mqtt', connection = 'plant', topic = 'a/+');
SELECT CASE WHEN temp > 10 THEN 'warm' WHEN temp > 20 THEN 'hot' ELSE 'cold' END AS a,
       CASE state WHEN 'on' THEN 1 WHEN 'off' THEN 0 WHEN 'on' THEN 2 END AS b,
       CASE WHEN n < 0 THEN -1 WHEN n >= 0 THEN 1 WHEN n = 0 THEN 0 END AS c,
       CASE WHEN temp > 1 AND temp < 0 THEN 1 WHEN 1 = 1 THEN 2 END AS d,
       CASE WHEN n < 5 THEN 1 WHEN n < 9 THEN 2 WHEN n IN (3, 8) THEN 3 ELSE 4 END AS e
FROM t;
