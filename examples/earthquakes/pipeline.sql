-- Earthquakes as GeoJSON, the newest of a collection: strong ones only.

CREATE CONNECTION broker FROM mqtt_source
WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE feeds (
    published TIMESTAMP(3) PATH '$.metadata.generated' FORMAT 'unix_ms',
    magnitude DOUBLE       PATH '$.features[0].properties.mag',
    place TEXT             PATH '$.features[0].properties.place',
    happened TIMESTAMP(3)  PATH '$.features[0].properties.time' FORMAT 'unix_ms',
    longitude DOUBLE       PATH '$.features[0].geometry.coordinates[0]',
    latitude DOUBLE        PATH '$.features[0].geometry.coordinates[1]',
    depth_km DOUBLE        PATH '$.features[0].geometry.coordinates[2]'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["earthquakes/#"]'
);

CREATE VIEW strong AS
SELECT happened, magnitude, place, latitude, longitude, depth_km,
       CASE WHEN depth_km < 70.0 THEN 'shallow' ELSE 'deep' END AS kind, published
FROM feeds
WHERE magnitude >= 5.0;
