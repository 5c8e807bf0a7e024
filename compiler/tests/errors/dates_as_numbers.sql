CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE sensor_data (
    made DATE FORMAT 'unix_s',
    opens TIME FORMAT '%H.%M',
    at TIME FORMAT '%d.%m.%Y %H:%M',
    month DATE FORMAT '%m'
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["sensors/+/readings"]'
);
