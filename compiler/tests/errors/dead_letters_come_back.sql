CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE readings (id TEXT) WITH (
    connector = 'mqtt_source', connection = 'factory',
    topics = '["sensors/#", "errors/+"]',
    dead_letter_topic = 'errors/readings'
);

CREATE TABLE others (id TEXT) WITH (
    connector = 'mqtt_source', connection = 'factory', topics = '["others/#"]',
    dead_letter_topic = 'errors/others'
);
