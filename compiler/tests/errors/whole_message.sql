CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE readings (
    a JSON,
    b TEXT
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["sensors/#"]',
    json.unstructured = true
);
