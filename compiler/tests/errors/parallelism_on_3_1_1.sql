CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883',
    mqtt_version = '3.1.1'
);
CREATE TABLE readings (id TEXT) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topic = 'sensors/#',
    parallelism = 4
);
SELECT id FROM readings;
