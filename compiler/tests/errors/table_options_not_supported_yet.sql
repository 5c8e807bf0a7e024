CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE readings (
    id TEXT
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["sensors/#"]',
    json.trim = true,
    history = '5 minutes',
    json.root = 'array'
);
