-- Files that are finished: by size, by time, and below folders that rows name.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    id BIGINT,
    plant TEXT NOT NULL,
    day DATE,
    note TEXT
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE TABLE by_plant WITH (
    connector = 'file',
    path = '${DATA:-out}/plant={Plant}/{day}/dt=%Y-%m-%d/rows_{no}.csv',
    format = 'csv',
    rotate_size = '64MB'
) AS
SELECT plant, day, id AS no, note FROM t;

CREATE TABLE plain (number INT, note TEXT) WITH (
    connector = 'file',
    path = 'plain.jsonl',
    rotate_interval = '10 minutes',
    rotate_size = 1000
);
INSERT INTO plain SELECT id, note FROM t WHERE note <> '';

CREATE TABLE by_id WITH (connector = 'file', path = 'x/{id}.jsonl') AS
SELECT id, upper(plant) AS plant FROM t WHERE id IS NOT NULL;
