CREATE TABLE readings (id TEXT) WITH (
    connector = 'mqtt_source', broker = 'tcp://localhost:1883', topic = 'sensors/#',
    parallelism = 0
);
SELECT id FROM readings;
