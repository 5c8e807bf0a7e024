-- DECIMAL is exact: cast to it, compare it, print it with all its digits.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    price DECIMAL(10,2),
    rate DECIMAL(5,4) NOT NULL
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW prices AS
SELECT price, rate, CAST(price AS DECIMAL(10,1)) AS rounded, CAST(price AS DOUBLE) AS d,
       CAST(price AS INT) AS whole, CAST(rate AS TEXT) AS rate_text, CAST(3 AS DECIMAL(4,2)) AS three
FROM t
WHERE price > 0.05 OR price IS NULL;
