CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE readings (id TEXT) WITH (connector = 'mqtt_sorce', connection = 'factory', topic = 'a');
