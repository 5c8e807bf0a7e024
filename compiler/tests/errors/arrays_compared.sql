CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE devices (
    id INT,
    pos STRUCT<lat DOUBLE, lon DOUBLE>,
    samples DOUBLE[],
    states STRUCT<code INT, since TIMESTAMP>[]
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["devices/#"]'
);

SELECT id FROM devices WHERE 1 = ANY (id);
SELECT id FROM devices WHERE 'x' = ANY (samples) OR id = ANY (states);
SELECT cardinality(id), array_length(samples, 2), cardinality(samples, 1) AS c FROM devices;
SELECT id FROM devices WHERE id > ALL (samples);
SELECT array_length(samples) AS a, array_length() AS b, cardinality() AS c FROM devices;
