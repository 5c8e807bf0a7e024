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

CREATE TABLE wrong (
    a STRUCT<x INT, x TEXT>,
    b STRUCT,
    c STRUCT<x>,
    d INT[2],
    e STRUCT<x INT> FORMAT 'unix_ms',
    f INT[] DEFAULT 'x'
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["wrong/#"]'
);
CREATE TABLE out (a TEXT, b JSON) WITH (connector = 'stdout');
INSERT INTO out SELECT pos, samples FROM devices;
