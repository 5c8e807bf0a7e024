-- Nodes of a Z-Wave network that need looking after, as Z-Wave JS UI reports them, and what
-- multilevel switches were set to.

CREATE CONNECTION broker FROM mqtt_source
WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE nodes (
    id BIGINT,
    name TEXT,
    loc TEXT,
    status TEXT,
    ready BOOLEAN,
    available BOOLEAN,
    failed BOOLEAN,
    last_active TIMESTAMP(3) PATH '$.lastActive' FORMAT 'unix_ms'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["zwave/+/+/nodeinfo"]'
);

CREATE TABLE levels (
    value DOUBLE,
    time TIMESTAMP(3)     FORMAT 'unix_ms',
    place TEXT            METADATA FROM 'topic.2',
    node TEXT             METADATA FROM 'topic.3'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["zwave/+/+/38/+/currentValue"]'
);

CREATE VIEW troubled_nodes AS
SELECT id AS node, name, loc AS place, status, last_active,
       CASE WHEN failed THEN 'failed' WHEN NOT available THEN 'not available' ELSE 'dead' END
           AS trouble
FROM nodes
WHERE id IS NOT NULL AND (failed OR NOT available OR status = 'Dead');

CREATE VIEW dimmers AS
SELECT place, node, time, value AS percent
FROM levels
WHERE value IS NOT NULL;
