CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE readings (
    a INT FORMAT 'unix_ms',
    b TIMESTAMP FORMAT 'unix_millis',
    c TEXT FORMAT 'hex',
    d TEXT PATH '$.x' METADATA FROM 'topic',
    e INT NOT NULL NULL
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["sensors/#"]'
);
