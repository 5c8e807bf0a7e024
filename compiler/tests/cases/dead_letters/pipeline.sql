-- Bad messages go to a topic: in an envelope at 3.1.1, as they came at 5, or as the file says.
CREATE CONNECTION old FROM mqtt_source WITH (broker = 'tcp://old:1883');
CREATE CONNECTION new FROM mqtt_source WITH (broker = 'tcp://new:1883', mqtt_version = '5');
CREATE TABLE a (id TEXT NOT NULL, value DOUBLE)
WITH (connector = 'mqtt_source', connection = 'old', topics = '["a/#"]',
      dead_letter_topic = 'bad/a', max_retries = 0);
CREATE TABLE b (id TEXT, value DOUBLE)
WITH (connector = 'mqtt_source', connection = 'new', topics = '["b/#"]',
      dead_letter_topic = '${PLANT}/bad', bad_data = 'dead_letter');
CREATE TABLE c (id TEXT, value DOUBLE)
WITH (connector = 'mqtt_source', connection = 'new', topics = '["c/#"]',
      dead_letter_topic = 'bad/c', dead_letter_format = 'envelope', max_retries = 1);
CREATE TABLE alarms (id TEXT, value DOUBLE)
WITH (connector = 'mqtt_sink', connection = 'new', topic = 'alarms');
CREATE TABLE nowhere (id TEXT) WITH (connector = 'blackhole');
SELECT id, value FROM a;
INSERT INTO alarms SELECT id, value FROM b WHERE value > 1;
INSERT INTO alarms SELECT id, 1 / value FROM c;
INSERT INTO nowhere SELECT id FROM c;
