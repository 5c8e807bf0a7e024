CREATE CONNECTION plant FROM mqtt WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    topic TEXT METADATA FROM 'topic',
    site TEXT METADATA FROM 'topic.2',
    part TEXT METADATA FROM 'topic.3',
    qos SMALLINT METADATA FROM 'qos',
    speed DOUBLE CHECK (speed >= 0),
    gear INT NOT NULL CHECK (gear BETWEEN 1 AND 6)
) WITH (connector = 'mqtt', connection = 'plant', topics = '["plant/a/+", "plant/b/+/state"]');
CREATE VIEW a AS SELECT gear FROM t WHERE qos = 3;
CREATE VIEW b AS SELECT gear FROM t WHERE site = 'c' OR topic = 'plant/c/x' OR topic LIKE 'x/%';
CREATE VIEW c AS SELECT gear FROM t WHERE site = 'a' OR site IS NULL OR part = 'x';
CREATE VIEW d AS SELECT gear FROM t WHERE speed < 0 OR gear IN (0, 7);
CREATE VIEW fast AS SELECT gear, speed * 3.6 AS kmh FROM t WHERE gear > 3;
CREATE VIEW slow AS SELECT kmh FROM fast WHERE gear = 1;
CREATE VIEW named AS SELECT CASE WHEN gear < 3 THEN 'low' ELSE 'high' END AS name FROM fast;
