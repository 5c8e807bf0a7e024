-- DATE and TIME.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    d DATE,
    c TIME NOT NULL
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW days AS
SELECT d, c, CAST(d AS TEXT) AS d_text, d = DATE '2026-11-22' AS today
FROM t
WHERE c >= TIME '08:00:00' AND c < TIME '20:00:00';
