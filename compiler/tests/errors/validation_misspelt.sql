CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE readings (
    id TEXT
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["sensors/#"]',
    json.validation = 'lazzy'
);

CREATE TABLE others (
    id TEXT
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["others/#"]',
    json.validaton = 'strict'
);
