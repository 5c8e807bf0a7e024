-- Vehicles on the road: who is speeding, and whose tank is nearly empty.

CREATE CONNECTION mqtt_connection FROM mqtt_source
WITH (
    broker = 'tcp://localhost:1883'
);

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

CREATE VIEW speeding AS
SELECT vehicle_id, timestamp, speed, latitude, longitude
FROM vehicle_telemetry
WHERE speed > 130.0;

CREATE VIEW low_fuel AS
SELECT vehicle_id, timestamp, fuel_level
FROM vehicle_telemetry
WHERE fuel_level < 10.0;
