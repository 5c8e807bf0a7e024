CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings id TEXT WITH (connector = 'mqtt_source', topic = 'a');
CREATE TABLE others (id TEXT) (connector = 'mqtt_source', connection = 'factory', topic = 'a');
