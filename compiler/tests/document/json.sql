CREATE TABLE mqtt_json (
    payload JSON
) WITH (
    connector = 'mqtt_source',
    connection = 'mqtt_connection',
    topics = '["data/json"]',
    format = 'json'
);
