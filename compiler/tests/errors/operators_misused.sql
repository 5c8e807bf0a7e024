CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (
    flag BOOLEAN,
    name TEXT,
    value DOUBLE,
    count BIGINT,
    price DECIMAL(10,2),
    doc JSON
) WITH (connector = 'mqtt_source', connection = 'factory', topic = 'a');
SELECT flag & true AS a, name + 'x' AS b, value || count AS c, doc || 'x' AS d, name -> 'a' AS e,
       doc -> 1.5 AS f, doc -> count AS g, value << 1 AS h, count << count AS i, ~flag AS j,
       name ILIKE value AS k, TRY_CAST(doc AS INT) AS l, flag IS DISTINCT FROM 1 AS m,
       doc IS DISTINCT FROM doc AS n, price / 0 AS o, value::DATE AS p, flag || flag AS q,
       -name AS r, name | 'x' AS s, price % name AS t, '{' -> 'a' AS u
FROM readings;
