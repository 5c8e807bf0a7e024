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

SELECT id FROM UNNEST(samples) AS s;
SELECT id FROM devices, UNNEST(pos) AS p;
SELECT id + UNNEST(samples) AS x FROM devices;
SELECT UNNEST(samples) AS x, UNNEST(states) AS y FROM devices;
SELECT s.code, t.code, missing FROM devices, UNNEST(states) AS s (a, b, c);
SELECT id FROM devices, UNNEST(missing) AS s WHERE s.code > 1;
SELECT code FROM devices, UNNEST(states) AS s, UNNEST(states) AS t;
