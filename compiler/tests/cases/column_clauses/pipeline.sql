-- What may stand behind a column's type: defaults of missing keys, forms of values, computed
-- columns, and checks that every message must pass.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883', mqtt_version = '5');
CREATE TABLE plugs (
    id TEXT NOT NULL CHECK (id <> ''),
    watts DOUBLE FORMAT 'number_or_string',
    pulses BIGINT NOT NULL DEFAULT 1 CHECK (pulses >= 0),
    "limit" DOUBLE DEFAULT 1e3,
    since TIMESTAMP DEFAULT '2026-01-01T00:00:00Z',
    room TEXT DEFAULT 'unknown',
    firmware DECIMAL(6,2) FORMAT 'number_or_string' DEFAULT -1.5,
    state BOOLEAN FORMAT 'on_off',
    address BYTEA FORMAT 'hex' DEFAULT 'abc',
    unit INT FORMAT 'number_or_string' DEFAULT 0,
    share REAL FORMAT 'number_or_string',
    site TEXT METADATA FROM 'user_property.site' DEFAULT 'home',
    CHECK (watts <= "limit" AND site <> 'nowhere'),
    kilowatts DOUBLE GENERATED ALWAYS AS (watts / 1000) STORED,
    label TEXT GENERATED ALWAYS AS (CASE WHEN state THEN upper(room) ELSE room END),
    CHECK (kilowatts < 5 OR unit = 7)
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["plugs/#"]', json.trim = true);

CREATE TABLE summary (id TEXT, origin TEXT NOT NULL DEFAULT 'plugs', weight DOUBLE DEFAULT 0.5, note TEXT)
WITH (connector = 'blackhole');

SELECT * FROM plugs;
SELECT id, pulses + 1 AS more, label FROM plugs WHERE kilowatts > 0.5 AND room = 'unknown';
INSERT INTO summary (id) SELECT site FROM plugs;
