CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883',
    username = 'me',
    password = 'secret'
);

CREATE TABLE readings (id TEXT) WITH (
    connector = 'mqtt_source', connection = 'factory', topic = 'a', qos = 1
);
SELECT id FROM readings;
