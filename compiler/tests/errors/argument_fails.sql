-- Constant arguments that a function takes for no row.

CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');

CREATE TABLE s (id TEXT, n INT, at TIMESTAMP)
WITH (connector = 'mqtt_source', connection = 'broker', topics = '["s/+"]', format = 'json');

CREATE TABLE o WITH (connector = 'stdout') AS
SELECT
    sqrt(-1) AS a,
    n + ln(0.0) AS b,
    split_part(id, ',', 1 - 1) AS c,
    CASE WHEN n > 0 THEN asin(2) ELSE 0 END AS d,
    date_bin('1 month', at, at) AS e,
    width_bucket(n, 0, 10, 0) AS f,
    acosh(0.5) AS g,
    substring(id, 2, -3) AS h
FROM s
WHERE log(-10) < n;
