-- A vacuum robot with Valetudo: how large its map has become, and what it is told to do. Most of a
-- map's message are pixels, which nothing here needs: they are skipped unchecked.

CREATE CONNECTION broker FROM mqtt_source
WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE maps (
    class TEXT             PATH '$.__class',
    area BIGINT            PATH '$.metaData.totalLayerArea',
    pixel_mm BIGINT        PATH '$.pixelSize',
    layer TEXT             PATH '$.layers[0].type',
    robot TEXT             METADATA FROM 'topic.2'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["valetudo/+/MapData/map-data"]',
    json.validation = 'lazy'
);

CREATE TABLE commands (
    action TEXT,
    segments JSON          PATH '$.segment_ids',
    iterations BIGINT,
    robot TEXT             METADATA FROM 'topic.2'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["valetudo/+/"]'
);

-- Areas come in square centimetres.
CREATE VIEW mapped AS
SELECT robot, area / 10000.0 AS square_metres, layer
FROM maps
WHERE class = 'ValetudoMap';

CREATE VIEW cleaning AS
SELECT robot, action, segments, coalesce(iterations, 1) AS times
FROM commands
WHERE action IS NOT NULL OR segments IS NOT NULL;
