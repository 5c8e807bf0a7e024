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

SELECT pos.latt, pos.lat.x, samples.x, states.code, id.y, p.lat FROM devices;
SELECT samples['a'], id[1], pos[1], samples[1.5] FROM devices;
SELECT id FROM devices WHERE pos = pos OR samples = samples;
SELECT CAST(pos AS TEXT) AS a, pos || 'x' AS b, samples::JSON AS c FROM devices;
