CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (id TEXT, v DOUBLE)
WITH (connector = 'mqtt_source', connection = 'factory', topic = 'a');
SELECT v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v+v AS x FROM readings;
