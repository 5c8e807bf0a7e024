# the broker
CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (
    id TEXT, # who
    temp DOUBLE // in degrees, don't ask
) WITH (connector = 'mqtt_source', connection = 'factory', topic = 'a');
// what is hot
SELECT id FROM readings WHERE temp > 40;
