-- LoRaWAN uplinks of 1.2 KB, nested; three leaves are needed.

CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');

CREATE TABLE uplinks (
    device_id TEXT          PATH '$.end_device_ids.device_id',
    received_at TIMESTAMP   PATH '$.received_at',
    temperature FLOAT       PATH '$.uplink_message.decoded_payload.temperature'
) WITH (
    connector = 'mqtt_source', connection = 'broker',
    topics = '["v3/+/devices/+/up"]', format = 'json'
);

CREATE VIEW alerts AS
SELECT device_id, received_at, temperature
FROM uplinks
WHERE temperature > 40.0 OR temperature < -10.0;
