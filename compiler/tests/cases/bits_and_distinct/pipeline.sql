-- Operators on bits, IS DISTINCT FROM, TRY_CAST, both orders of BETWEEN.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    flags INT,
    small SMALLINT NOT NULL,
    wide BIGINT UNSIGNED,
    s TEXT,
    d DOUBLE,
    at TIMESTAMP
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW bits AS
SELECT flags & 4 AS fourth, flags | small AS either, flags # -1 AS flipped, ~flags AS negated,
       ~small AS small_negated, ~wide AS wide_negated, wide & 255 AS low, flags << 2 AS up, flags >> small AS down,
       small << 17 AS gone, flags & 4 = 4 AS is_set,
       small ^ 2 AS squared
FROM t
WHERE flags & 1 = 1 OR flags IS NULL;

CREATE VIEW distinctions AS
SELECT flags IS DISTINCT FROM small AS differ, flags IS NOT DISTINCT FROM wide AS same,
       s IS DISTINCT FROM NULL AS some, s IS NOT DISTINCT FROM 'x' AS is_x, small IS DISTINCT FROM 3 AS not_three,
       d BETWEEN SYMMETRIC 2 AND 1 AS within, d NOT BETWEEN SYMMETRIC 1 AND flags AS beyond
FROM t;

CREATE VIEW tries AS
SELECT TRY_CAST(s AS INT) AS number, TRY_CAST(d AS SMALLINT) AS narrow, TRY_CAST(s AS TIMESTAMP) AS instant,
       TRY_CAST(small AS BIGINT) AS big, TRY_CAST('x' AS INT) AS never, TRY_CAST(small / flags AS TINYINT) AS quotient,
       s::DECIMAL(4,1) AS exact, d::INT::TEXT AS text
FROM t;
