-- Parts of a message that no query needs are skipped unchecked; what is needed is as strict as ever.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE uplinks (
    device TEXT NOT NULL PATH '$.device.id',
    battery DOUBLE PATH '$.decoded.battery',
    gateways JSON PATH '$.rx',
    rssi INT PATH '$.rx[0].rssi',
    unused TEXT
) WITH (
    connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]',
    json.validation = 'lazy'
);

SELECT device, battery, gateways, rssi FROM uplinks WHERE battery < 50 OR battery IS NULL;
