CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE readings (id TEXT) WITH (
    connector = 'mqtt_source', connection = 'factory',
    topics = '["sensors/#", "errors/+"]',
    bad_data = 'dead_letter', dead_letter_format = 'raw', max_retries = 5
);

CREATE TABLE others (id TEXT) WITH (
    connector = 'mqtt_source', connection = 'factory', topics = '["others/#"]',
    dead_letter_format = 'raw', max_retries = 5
);
