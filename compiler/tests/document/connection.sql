CREATE CONNECTION mqtt_connection FROM mqtt_source
WITH (
    broker = 'tcp://mqtt.broker.com:1883',
    username = 'iot_reader',
    password = '${MQTT_PASSWORD}',
    clean_session = true
);

CREATE TABLE iot_telemetry (
    device_id TEXT,
    timestamp TIMESTAMP,
    temperature FLOAT,
    humidity FLOAT,
    location TEXT
) WITH (
    connector = 'mqtt_source',
    connection = 'mqtt_connection',
    topics = '["sensors/+/telemetry", "devices/+/status"]',
    qos = 1,
    format = 'json'
);
