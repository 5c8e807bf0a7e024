CREATE CONNECTION plant FROM mqtt WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (n INT) WITH (connector = 'mqtt', connection = 'plant',
    topics = '["plant/a/state", "plant/+/state", "site/#", "site/1", "plant/+/state", "${X}", "${X}"]');
-- another table has messages of its own
CREATE TABLE u (n INT) WITH (connector = 'mqtt', connection = 'plant', topic = 'site/1');
CREATE VIEW a AS SELECT n FROM t;
CREATE VIEW b AS SELECT n FROM u;
