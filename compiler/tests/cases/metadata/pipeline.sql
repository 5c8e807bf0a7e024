-- What comes with a message, natural and cast.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    v INT,
    topic TEXT METADATA FROM 'topic',
    device TEXT METADATA FROM 'topic.2',
    number TEXT METADATA FROM 'topic.3',
    must TEXT NOT NULL METADATA FROM 'topic.2',
    q SMALLINT METADATA FROM 'qos',
    kept BOOLEAN METADATA FROM 'retain',
    again BOOLEAN METADATA FROM 'duplicate',
    at TIMESTAMP METADATA FROM 'received_at',
    at_ms TIMESTAMP(3) METADATA FROM 'received_at',
    kind TEXT METADATA FROM 'content_type',
    unit TEXT METADATA FROM 'user_property.unit'
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]', qos = 1);

SELECT v, topic, device, CAST(number AS INT) AS number, q, kept, again, at, at_ms, kind, unit, now() AS n FROM t WHERE device <> 'b';
