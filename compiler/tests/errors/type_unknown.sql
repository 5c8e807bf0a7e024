CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (id TEXT, temp DOUBEL, at FOO) WITH (
    connector = 'mqtt_source', connection = 'factory', topic = 'a'
);
CREATE TABLE others (id TEXT) WITH (
    connector = 'mqtt_source', connection = 'factory', topic = 'a'
);
SELECT CAST(id AS FOO) AS foo FROM others;
