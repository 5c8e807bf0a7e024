CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE readings (
    temp FLOAT,
    Temp FLOAT,
    humidity FLOAT,
    humidity FLOAT
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["sensors/#"]'
);
