CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE sensor_data (id TEXT, value FLAOT) WITH (
    connector = 'mqtt_source', connection = 'factory', topic = 'a'
);
CREATE VIEW v AS SELECT id, value FROM sensor_data WHERE value > 1;
SELECT id FROM v;
