CREATE CONNECTION factory FROM mqtt_source WITH (brokr = 'tcp://localhost:1883');
CREATE TABLE readings (id TEXT) WITH (
    connector = 'mqtt_source', connection = 'factory', topis = '["sensors/+"]'
);
CREATE TABLE others (id TEXT) WITH (
    conector = 'mqtt_source', connection = 'factory', topic = 'sensors/+'
);
SELECT id FROM readings;
