-- TEXT and its functions; escapes, and an undecodable escape where it is used.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    s TEXT,
    other VARCHAR,
    required STRING NOT NULL
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW functions AS
SELECT s, upper(s) AS up, lower(required) AS low, length(other) AS len,
       coalesce(s, other, 'neither') AS first, nullif(s, required) AS different
FROM t
WHERE required <> 'skip';

CREATE VIEW compared AS
SELECT s FROM t WHERE s >= 'b' AND s < 'd' OR s = 'quote '' and "double"' OR s = other;
