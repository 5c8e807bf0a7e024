CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (id TEXT) WITH (
    connector = 'mqtt_source', connection = 'factory', topic = 'a'
);
CREATE TABLE written WITH (
    connector = 'mqtt_sink', connection = 'factory', topic = 'b', format = 'avro'
) AS SELECT id FROM readings;
CREATE TABLE others (id TEXT) WITH (
    connector = 'mqtt_source', broker = 'wss://localhost/mqtt', topic = 'a', format = 'xml'
);
SELECT id FROM readings;
