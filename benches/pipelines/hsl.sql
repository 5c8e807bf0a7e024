-- Positions of public transport, nested one level; six of the keys are needed.

CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');

CREATE TABLE positions (
    desi TEXT       PATH '$.VP.desi',
    veh INT         PATH '$.VP.veh',
    tst TIMESTAMP   PATH '$.VP.tst',
    spd FLOAT       PATH '$.VP.spd',
    lat FLOAT       PATH '$.VP.lat',
    long FLOAT      PATH '$.VP.long'
) WITH (
    connector = 'mqtt_source', connection = 'broker',
    topics = '["/hfp/#"]', format = 'json'
);

CREATE VIEW fast AS
SELECT desi, veh, tst, spd, lat, long
FROM positions
WHERE spd > 22.5;
