CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883', lwt_topic = ' gone '
);
CREATE TABLE readings (id TEXT) WITH (
    connector = 'mqtt_source', connection = 'factory', topics = '["sensors/a ", "a/b"]'
);
CREATE TABLE out WITH (connector = 'mqtt_sink', connection = 'factory', topic = ' out')
    AS SELECT id FROM readings;
