CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (
    id TEXT, samples INT[], place TEXT METADATA FROM 'topic.2', topic TEXT METADATA FROM 'topic'
) WITH (connector = 'mqtt_source', connection = 'factory', topic = 'a/+/c');
SELECT id FROM readings WHERE NULL;
SELECT id, samples[0] AS first FROM readings WHERE samples[-1] > 3;
SELECT id FROM readings WHERE place = 'a/b' OR place IN ('x/y', 'z');
SELECT id FROM readings WHERE topic = 'a/b/c';
