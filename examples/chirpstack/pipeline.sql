-- Sensors on LoRaWAN, by way of ChirpStack: the object is what a device's codec has decoded, and
-- its keys depend on the device. Here are sensors whose codec gives each value with its unit, and
-- others that give plain numbers, so `temperature` is an object in the ones and a number in the
-- others. A column that WHERE does not need is converted for the rows that pass, and so for the
-- latter alone; that there is a temperature is asked of a JSON column, which takes both.

CREATE CONNECTION broker FROM mqtt_source
WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE uplinks (
    device TEXT                 PATH '$.deviceInfo.deviceName',
    received TIMESTAMP(3)       PATH '$.time',
    protocol_version BIGINT     PATH '$.object.protocol_version',
    air_celsius DOUBLE          PATH '$.object.air_temperature.value',
    air_humidity DOUBLE         PATH '$.object.air_humidity.value',
    soil_celsius DOUBLE         PATH '$.object.soil_temperature.value',
    battery_volts DOUBLE        PATH '$.object.battery_voltage.value',
    celsius DOUBLE              PATH '$.object.temperature',
    humidity DOUBLE             PATH '$.object.humidity',
    temperature JSON            PATH '$.object.temperature',
    rssi BIGINT                 PATH '$.rxInfo[0].rssi',
    application TEXT            METADATA FROM 'topic.2',
    device_eui TEXT             METADATA FROM 'topic.4'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["application/+/device/+/event/up"]'
);

CREATE VIEW stations AS
SELECT application, device_eui, device, received, air_celsius, air_humidity, soil_celsius,
       battery_volts, rssi
FROM uplinks
WHERE protocol_version = 2
  AND (air_celsius IS NOT NULL OR soil_celsius IS NOT NULL OR battery_volts < 2.7);

CREATE VIEW climate AS
SELECT application, device_eui, device, received, celsius, humidity
FROM uplinks
WHERE protocol_version IS NULL AND temperature IS NOT NULL;
