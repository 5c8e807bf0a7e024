-- BYTEA is Base64 on both sides.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    id INT,
    b BYTEA
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW bytes AS
SELECT id, b, CAST(b AS TEXT) AS hexadecimal, CAST('abc' AS BYTEA) AS constant FROM t WHERE b IS NOT NULL;
