-- A sole JSON column is the whole message.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    message JSON,
    topic TEXT METADATA FROM 'topic'
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

SELECT topic, message FROM t;
