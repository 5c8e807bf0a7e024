CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE readings (id TEXT) WITH (
    connector = 'mqtt_source', connection = 'factory',
    topics = '["sensors/#", "errors/+"]',
    bad_data = 'drop', dead_letter_topic = 'bad/readings'
);
