CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE readings (
    id TEXT,
    t TEXT METADATA FROM 'topik',
    room TEXT METADATA FROM 'topic.4',
    level0 TEXT METADATA FROM 'topic.0',
    floor INT METADATA FROM 'topic.2'
) WITH (connector = 'mqtt_source', connection = 'factory', topic = 'house/+/+');
