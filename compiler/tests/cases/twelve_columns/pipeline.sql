-- The usual size of a table: its generated code stays short.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    device TEXT NOT NULL,
    at TIMESTAMP,
    temperature DOUBLE,
    humidity DOUBLE,
    pressure DOUBLE,
    voltage DOUBLE,
    current DOUBLE,
    power DOUBLE,
    status TEXT,
    error_code INT,
    uptime BIGINT,
    firmware TEXT
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW alerts AS
SELECT device, at, temperature, humidity, pressure, voltage, current, power, status, error_code,
       uptime, firmware
FROM t
WHERE temperature > 40 OR status <> 'ok';
