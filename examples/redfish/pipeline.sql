-- Servers that answer in Redfish: what is not well, how warm the air is that goes in, and how much
-- power is drawn.

CREATE CONNECTION broker FROM mqtt_source
WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE resources (
    resource TEXT          PATH '$."@odata.id"',
    name TEXT              PATH '$.Name',
    model TEXT             PATH '$.Model',
    power TEXT             PATH '$.PowerState',
    state TEXT             PATH '$.Status.State',
    health TEXT            PATH '$.Status.Health',
    inlet TEXT             PATH '$.Temperatures[0].Name',
    inlet_celsius DOUBLE   PATH '$.Temperatures[0].ReadingCelsius',
    watts DOUBLE           PATH '$.PowerControl[0].PowerConsumedWatts',
    server TEXT            METADATA FROM 'topic.2'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["redfish/+"]'
);

CREATE VIEW inventory AS
SELECT server, resource, name, model, power, state, health, health <> 'OK' AS is_ill
FROM resources
WHERE health IS NOT NULL;

CREATE VIEW thermal AS
SELECT server, inlet AS sensor, inlet_celsius AS celsius
FROM resources
WHERE inlet_celsius IS NOT NULL;

CREATE VIEW consumption AS
SELECT server, watts
FROM resources
WHERE watts IS NOT NULL;
