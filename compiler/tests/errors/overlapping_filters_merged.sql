CREATE CONNECTION plant FROM mqtt WITH (broker = 'tcp://localhost:1883', mqtt_version = '3.1.1');
-- only `s/#` is subscribed to
CREATE TABLE t (n INT) WITH (connector = 'mqtt', connection = 'plant',
    topics = '["s/#", "s/+/r", "s/a/+"]');
-- `p/#` of the other table has all of these
CREATE TABLE u (n INT) WITH (connector = 'mqtt', connection = 'plant',
    topics = '["p/+/r", "p/a/+"]');
CREATE TABLE v (n INT) WITH (connector = 'mqtt', connection = 'plant', topic = 'p/#');
-- given twice, and overlapping once
CREATE TABLE w (n INT) WITH (connector = 'mqtt', connection = 'plant',
    topics = '["q/+/r", "q/a/+"]');
CREATE TABLE x (n INT) WITH (connector = 'mqtt', connection = 'plant', topic = 'q/a/+');
CREATE VIEW a AS SELECT n FROM t;
CREATE VIEW b AS SELECT n FROM u;
CREATE VIEW c AS SELECT n FROM v;
CREATE VIEW d AS SELECT n FROM w;
CREATE VIEW e AS SELECT n FROM x;
