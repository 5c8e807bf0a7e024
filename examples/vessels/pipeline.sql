-- Ships in Finnish waters, as Digitraffic publishes them: who moves, and where to.

CREATE CONNECTION broker FROM mqtt_source
WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE vessels (
    kind TEXT              PATH '$.type',
    mmsi BIGINT            PATH '$.data.mmsi',
    longitude DOUBLE       PATH '$.data.geometry.coordinates[0]',
    latitude DOUBLE        PATH '$.data.geometry.coordinates[1]',
    knots DOUBLE           PATH '$.data.properties.sog',
    course DOUBLE          PATH '$.data.properties.cog',
    seen TIMESTAMP(3)      PATH '$.data.properties.timestampExternal' FORMAT 'unix_ms',
    name TEXT              PATH '$.data.name',
    call_sign TEXT         PATH '$.data.callSign',
    destination TEXT       PATH '$.data.destination',
    draught BIGINT         PATH '$.data.draught',
    reported TIMESTAMP(3)  PATH '$.data.timestamp' FORMAT 'unix_ms'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["vessels/#"]'
);

CREATE VIEW positions AS
SELECT mmsi, seen, latitude, longitude, knots, course,
       CASE WHEN knots < 0.5 THEN 'moored' ELSE 'under way' END AS state
FROM vessels
WHERE kind = 'VESSEL_LOCATION';

-- The draught comes in tenths of a metre.
CREATE VIEW voyages AS
SELECT mmsi, name, call_sign, destination, draught / 10.0 AS draught_m, reported
FROM vessels
WHERE kind = 'VESSEL_METADATA';
