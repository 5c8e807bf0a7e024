CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE readings (id TEXT) WITH (connection = 'factory', topic = 'a');
