CREATE TABLE readings (id TEXT) WITH (connector = 'mqtt', connection = 'factory', topic = 'a');

CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);
