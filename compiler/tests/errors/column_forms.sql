CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE readings (
    a TEXT FORMAT 'number_or_string',
    b INT FORMAT 'on_off',
    c TEXT FORMAT 'hex',
    d DOUBLE FORMAT 'number_or_strings'
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["sensors/#"]'
);
