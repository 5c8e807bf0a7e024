CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE readings (
    id TEXT
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["sensors/#"]',
    parallelism = 4,
    dead_letter_topic = 'errors',
    max_retries = 5,
    json.root = 'array'
);
