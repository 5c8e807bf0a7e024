CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE readings (
    a INT,
    "A" INT
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["sensors/#"]'
);
SELECT A FROM readings;
