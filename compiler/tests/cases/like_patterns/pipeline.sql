-- Constant patterns become string operations.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    s TEXT,
    p TEXT NOT NULL
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW matches AS
SELECT s, s LIKE 'abc' AS equal, s LIKE 'ab%' AS starts, s LIKE '%bc' AS ends, s LIKE '%b%' AS has,
       s LIKE '%' AS anything, s LIKE 'a_c' AS one, s LIKE 'a%c' AS around, s NOT LIKE 'a%' AS not_a,
       s LIKE '100\%' AS percent, s LIKE '!_%' ESCAPE '!' AS underscore, s LIKE p AS dynamic
FROM t
WHERE p LIKE '%' AND NOT p LIKE 'skip%';
