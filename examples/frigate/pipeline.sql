-- Cameras watched by Frigate: people as soon as they are seen for certain, and who or what was
-- recognised later.

CREATE CONNECTION broker FROM mqtt_source
WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE events (
    kind TEXT              PATH '$.type',
    event_id TEXT          PATH '$.after.id',
    camera TEXT            PATH '$.after.camera',
    label TEXT             PATH '$.after.label',
    top_score DOUBLE       PATH '$.after.top_score',
    zone TEXT              PATH '$.after.current_zones[0]',
    started TIMESTAMP(3)   PATH '$.after.start_time' FORMAT 'unix_s',
    has_snapshot BOOLEAN   PATH '$.after.has_snapshot'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["frigate/events"]'
);

CREATE TABLE updates (
    kind TEXT              PATH '$.type',
    id TEXT,
    camera TEXT,
    name TEXT,
    sub_label TEXT,
    attribute TEXT,
    description TEXT,
    score DOUBLE,
    timestamp TIMESTAMP(3) FORMAT 'unix_s'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["frigate/tracked_object_update"]'
);

CREATE VIEW people AS
SELECT event_id, camera, zone, started, top_score AS score, has_snapshot
FROM events
WHERE kind = 'new' AND label = 'person' AND top_score > 0.7;

CREATE VIEW recognised AS
SELECT id AS event_id, camera, kind, coalesce(sub_label, attribute, name, description) AS what,
       score, timestamp
FROM updates
WHERE kind IN ('face', 'lpr', 'classification', 'description');
