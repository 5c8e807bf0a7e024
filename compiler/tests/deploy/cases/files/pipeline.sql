SET control.listen = '0.0.0.0:443';

CREATE CONNECTION plant FROM mqtt_source
WITH (
    broker = 'tcp://broker.example:1883',
    client_id = 'archive-${POD:-1}',
    clean_session = false,
    mqtt_version = '5'
);

CREATE TABLE readings (
    id TEXT NOT NULL,
    temperature DOUBLE
) WITH (
    connector = 'mqtt_source',
    connection = 'plant',
    topic = 'plant/readings',
    parallelism = 2
);

CREATE TABLE hot (id TEXT, temperature DOUBLE)
WITH (connector = 'file', path = 'rows/hot.jsonl');

CREATE TABLE cold (id TEXT, temperature DOUBLE)
WITH (connector = 'file', path = '/srv/cold rows/%Y-%m.parquet', format = 'parquet');

CREATE TABLE others (id TEXT)
WITH (connector = 'file', path = '${OTHERS:-others.jsonl}');

INSERT INTO hot SELECT id, temperature FROM readings WHERE temperature > 40;
INSERT INTO cold SELECT id, temperature FROM readings WHERE temperature < 0;
INSERT INTO others SELECT id FROM readings WHERE temperature IS NULL;
