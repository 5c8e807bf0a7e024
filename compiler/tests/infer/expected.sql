CREATE CONNECTION mqtt FROM mqtt_source
WITH (
    broker = 'tcp://localhost:1883'
);

-- 3 messages on 2 topics
CREATE TABLE plant_press_state (
    "on" BOOLEAN FORMAT 'on_off',           -- a switch
    ts TIMESTAMP(0) FORMAT 'unix_s',        -- as seconds: 2026-11-22
    rf_rssi BIGINT PATH '$.rf.rssi',        -- -71 to -70; missing in 1 of 3
    load DOUBLE FORMAT 'number_or_string',  -- numbers in texts; 1.5 to 2; missing in 1 of 3
    -- x JSON,                              -- always an empty object
    plant TEXT METADATA FROM 'topic.2'      -- 'h1', 'h2'
) WITH (
    connector = 'mqtt_source',
    connection = 'mqtt',
    topics = '["plant/+/press/state"]',
    format = 'json'
);

-- 1 message on 1 topic
CREATE TABLE plant_h2_door (
    open BOOLEAN,
    at TIMESTAMP,
    tags TEXT[]    -- an array of 1 text
) WITH (
    connector = 'mqtt_source',
    connection = 'mqtt',
    topics = '["plant/h2/door"]',
    format = 'json'
);
