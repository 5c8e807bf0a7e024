CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (id TEXT, temp DOUBLE)
WITH (connector = 'mqtt_source', connection = 'factory', topic = 'a');
CREATE TABLE hot (id TEXT, temp DOUBLE) WITH (connector = 'file', path = 'out.jsonl');
CREATE TABLE cold (id TEXT) WITH (connector = 'file', path = 'out.jsonl');
CREATE TABLE warm (id TEXT, temp DOUBLE) WITH (connector = 'file', path = './out.jsonl');
CREATE TABLE tepid (id TEXT, temp DOUBLE) WITH (
    connector = 'file', path = 'out.jsonl', format = 'csv'
);
CREATE TABLE other (id TEXT, temp DOUBLE) WITH (connector = 'file', path = 'other.jsonl');
INSERT INTO hot SELECT id, temp FROM readings WHERE temp > 40;
INSERT INTO cold SELECT id FROM readings WHERE temp < 0;
INSERT INTO warm SELECT id, temp FROM readings;
INSERT INTO tepid SELECT id, temp FROM readings;
INSERT INTO other SELECT id, temp FROM readings;
