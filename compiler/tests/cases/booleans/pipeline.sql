-- A BOOLEAN column in every position, with three-valued logic.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    id INT NOT NULL,
    a BOOLEAN,
    b BOOLEAN,
    sure BOOLEAN NOT NULL
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW logic AS
SELECT id, a, NOT a AS not_a, a AND b AS both, a OR b AS either, a AND sure AS with_sure,
       sure OR b AS or_sure, sure AND NOT sure AS never,
       a IS TRUE AS is_true, a IS NOT FALSE AS not_false, b IS UNKNOWN AS unknown,
       (a AND b) IS NULL AS both_unknown
FROM t;

CREATE VIEW passing AS
SELECT id FROM t WHERE NOT (a AND NOT b) AND (sure OR a = b);
