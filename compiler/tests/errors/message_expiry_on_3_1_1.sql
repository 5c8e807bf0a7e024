CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883', mqtt_version = '3.1.1'
);
CREATE TABLE sensor_data (sensor_id TEXT NOT NULL) WITH (
    connector = 'mqtt_source', connection = 'factory', topics = '["sensors/+/readings"]'
);
CREATE TABLE alerts WITH (
    connector = 'mqtt_sink', connection = 'factory', topic = 'alerts',
    message_expiry_interval = 60
) AS SELECT sensor_id FROM sensor_data;
