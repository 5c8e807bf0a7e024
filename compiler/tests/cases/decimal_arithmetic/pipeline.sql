-- Exact decimal arithmetic, and what does not fit.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    price DECIMAL(10,2),
    rate DECIMAL(5,4) NOT NULL,
    n INT,
    long DECIMAL(38,10)
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW amounts AS
SELECT price + rate AS total, price - 0.005 AS less, price * rate AS product, price / rate AS quotient,
       price % rate AS rest, -price AS negative, price * n AS times, price * 1.19 AS gross,
       n / price AS per, abs(price) AS size, price * 2.5e0 AS scaled, price + rate::DOUBLE AS approximate
FROM t
WHERE price * 2 >= 0.10 OR price IS NULL;

CREATE VIEW limits AS
SELECT long * long AS square, long + 1 AS more, long / 3 AS third, long % 7 AS rest
FROM t
WHERE long IS NOT NULL;
