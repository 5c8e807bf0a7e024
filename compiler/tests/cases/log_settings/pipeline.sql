-- What the process logs, and how; settings stand anywhere in the file.
SET log.level = 'warn';
CREATE CONNECTION plant FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (id TEXT, value DOUBLE) WITH (
    connector = 'mqtt_source', connection = 'plant', topics = '["readings/#"]'
);
SELECT id FROM readings WHERE value > 1;
SET log.format TO 'JSON';
