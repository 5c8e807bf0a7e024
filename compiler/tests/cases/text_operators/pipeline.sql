-- Joined texts, ILIKE, and steps into JSON.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    s TEXT,
    name TEXT NOT NULL,
    n INT,
    raw BYTEA,
    doc JSON
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW joined AS
SELECT s || '!' AS loud, name || ' ' || s AS both, name || ':' || n AS numbered, n || 'x' AS n_text,
       raw || raw AS twice, raw || '\x00' AS ended, name || doc::TEXT AS with_doc,
       'a' || 'b' AS constant, name || NULL AS nothing
FROM t
WHERE name ILIKE 'kit%' OR s NOT ILIKE '%x_';

CREATE VIEW steps AS
SELECT doc -> 'a' AS a, doc ->> 'a' AS a_text, doc -> 'list' -> 0 AS first, doc -> 'list' ->> -1 AS last,
       doc -> s AS by_column, doc ->> n AS by_index, (doc ->> 'n')::INT AS number, '{"k": [1]}' -> 'k' AS k
FROM t
WHERE doc ->> 'kind' = 'reading' OR doc -> 'kind' IS NULL;
