CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (id TEXT, temp FLOAT) WITH (
    connector = 'mqtt_source', connection = 'factory', topic = 'sensors/+'
);
CREATE VIEW named AS SELECT id SIMILAR TO 'x', temp COLLATE "C", lenght(id) AS size FROM readings;
SELECT temp, size FROM named WHERE size > 1;
