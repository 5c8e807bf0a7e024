CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (id TEXT, temp DOUBLE) WITH (
    connector = 'mqtt_source', connection = 'factory', topic = 'a'
);
SELECT topic, qos, retain, received_at FROM readings;
SELECT id FROM readings WHERE topic = 'a';
SELECT id FROM readings WHERE Received_At > now() - INTERVAL '1 hour';
