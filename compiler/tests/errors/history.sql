CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE good (id TEXT) WITH (
    connector = 'mqtt_source', connection = 'factory', topics = '["a/#"]',
    history = '1 hour within 64 MB');
CREATE TABLE unit (id TEXT) WITH (
    connector = 'mqtt_source', connection = 'factory', topics = '["b/#"]',
    history = 90);
CREATE TABLE little (id TEXT) WITH (
    connector = 'mqtt_source', connection = 'factory', topics = '["c/#"]',
    history = '1 minute within 1 kB');
SELECT good.id FROM good;
SELECT unit.id FROM unit;
SELECT little.id FROM little;
