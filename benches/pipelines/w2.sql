-- Vehicle telemetry of 240 bytes, twelve keys, half of them needed.

CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');

CREATE TABLE vehicles (
    vehicle_id TEXT,
    "timestamp" TIMESTAMP,
    latitude FLOAT,
    longitude FLOAT,
    speed FLOAT,
    heading INT,
    fuel_level FLOAT,
    engine_rpm INT,
    odometer FLOAT,
    gear INT,
    ignition BOOLEAN,
    driver TEXT
) WITH (
    connector = 'mqtt_source', connection = 'broker',
    topics = '["vehicles/+/telemetry"]', format = 'json'
);

CREATE VIEW fast_and_low AS
SELECT vehicle_id, "timestamp", latitude, longitude, speed, fuel_level
FROM vehicles
WHERE speed > 110 AND fuel_level < 15;
