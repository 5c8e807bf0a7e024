CREATE TABLE vehicle_telemetry (
    vehicle_id TEXT,
    timestamp TIMESTAMP,
    latitude FLOAT,
    longitude FLOAT,
    speed FLOAT,
    fuel_level FLOAT
) WITH (
    connector = 'mqtt_source',
    connection = 'mqtt_connection',
    topics = '["vehicles/+/telemetry"]',
    format = 'json'
);
