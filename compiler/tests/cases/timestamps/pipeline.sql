-- Every format and precision; canonical text is passed through, other text printed anew.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    a TIMESTAMP,
    s TIMESTAMP(0) FORMAT 'unix_s',
    ms TIMESTAMP(3) FORMAT 'unix_ms',
    us TIMESTAMP(6) FORMAT 'unix_us',
    ns TIMESTAMP(9) FORMAT 'unix_ns',
    n TIMESTAMP(9)
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW bare AS SELECT * FROM t;

CREATE VIEW casts AS
SELECT CAST(a AS DATE) AS day, CAST(a AS TIME) AS clock, CAST(ns AS TIMESTAMP(3)) AS ms,
       CAST(CAST(a AS DATE) AS TIMESTAMP) AS midnight, CAST(a AS TEXT) AS text,
       CAST(s AS TIMESTAMP(9)) AS nanos
FROM t
WHERE a >= TIMESTAMP '2026-01-01T00:00:00Z' AND a < CAST('2027-01-01' AS TIMESTAMP);
