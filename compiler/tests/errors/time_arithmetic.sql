CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE readings (
    price DECIMAL(10,2),
    sent TIMESTAMP,
    received TIMESTAMP METADATA FROM 'received_at'
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["sensors/#"]'
);
SELECT received - sent AS b FROM readings;
