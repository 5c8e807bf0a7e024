-- Functions over columns that can be NULL, that cannot, and that fail; as conditions; patterns that
-- are constant, and one that is not.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    s TEXT,
    required TEXT NOT NULL,
    expr TEXT,
    pattern TEXT NOT NULL DEFAULT 'b',
    n INT,
    big BIGINT NOT NULL,
    d DOUBLE,
    at TIMESTAMP,
    day DATE,
    fine TIMESTAMP(9),
    doc JSON,
    raw BYTEA,
    price DECIMAL(10, 3),
    "left" INT,
    "function" TEXT
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW texts AS
SELECT left(s, n) AS "left", lpad(s, n, required) AS padded, substring(s FROM n FOR big) AS part,
       split_part(required, s, n / big) AS split, replace(s, required, "function") AS replaced,
       overlay(required PLACING s FROM 2) AS laid, upper("function") AS "function",
       concat(s, n, '-', required, at) AS joined, concat_ws(s, n, 1 / big) AS listed,
       greatest(n, big, "left") AS most, least(big, 3) AS least,
       topic_level(s, 2) AS level, chr(n) AS letter, "left" AS "right"
FROM t
WHERE starts_with(required, 'a') AND NOT ends_with(s, 'z') OR contains(s, required);

CREATE VIEW patterns AS
SELECT regexp_like(s, '^[a-c]+$', 'i') AS is_word, regexp_replace(s, '(b)', '<\1>', 'g') AS marked,
       regexp_like(s, expr) AS is_like, regexp_substr(required, expr, 1, 1) AS found,
       regexp_replace(required, expr, s) AS replaced, substring(s FROM 'b+') AS run,
       regexp_count(required, '(b)', n) AS bs, regexp_like(pattern, required) AS self
FROM t
WHERE regexp_like(required, '(b)') OR regexp_like(s, expr, 'i');

CREATE VIEW values AS
SELECT date_trunc('hour', at) AS hour, date_trunc('month', day) AS month,
       date_trunc('second', fine) AS second, extract(dow FROM day) AS dow,
       extract(epoch FROM fine) AS epoch, date_part('minute', at) AS minute,
       epoch_ms(fine) AS ms, json_get_str(doc, 'a', n) AS text, json_get(doc, s) AS value,
       json_path_query_first(doc, '$.a[0]') AS first, json_array_length(json_get(doc, 'a')) AS count,
       encode(raw, 'hex') AS hex, md5(raw) AS digest, sha256(s) AS sum, round(price, 1) AS rounded,
       floor(price) AS whole, round(d, n) AS near, sqrt(d) AS root, power(d, n) AS raised,
       haversine(d, d, 1, 2) AS far, abs(n) AS size, mod(n, big) AS rest, gcd(n, big) AS divisor,
       make_date(n, 1, big) AS made, to_hex(n) AS bits
FROM t
WHERE json_exists(doc, '$.a') AND big < 3;
