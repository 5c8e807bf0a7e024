CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE readings (
    a INT PATH 'a.b',
    b INT PATH '$.switch:0.on',
    c INT PATH '$.list[-1]',
    d INT PATH '$.x..y',
    e INT PATH '$'
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["sensors/#"]'
);
