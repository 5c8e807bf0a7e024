CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE readings (
    a INT DEFAULT 'many',
    b TIMESTAMP DEFAULT now(),
    c INT DEFAULT a,
    d INT DEFAULT 1 DEFAULT 2,
    e TEXT METADATA FROM 'topic' DEFAULT 'none',
    f SMALLINT DEFAULT 70000,
    g BOOLEAN DEFAULT 1
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["sensors/#"]'
);
