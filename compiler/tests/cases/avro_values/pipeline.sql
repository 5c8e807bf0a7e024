-- The other framings, a message that is no record, and a table of which nothing is read.
CREATE CONNECTION c FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE numbers (schema_file = 'value.avsc') WITH (connector = 'mqtt_source', connection = 'c',
    topics = '["numbers"]', format = 'avro', 'avro.framing' = 'bare');
CREATE TABLE singles () WITH (connector = 'mqtt_source', connection = 'c', topics = '["singles"]',
    format = 'avro', 'avro.framing' = 'single_object', schema_file = 'single.avsc');
CREATE TABLE unread (schema_file = 'single.avsc', who TEXT METADATA FROM 'topic')
    WITH (connector = 'mqtt_source', connection = 'c',
    topics = '["unread"]', format = 'avro', 'avro.framing' = 'bare');

CREATE VIEW doubled AS SELECT value * 2 AS doubled FROM numbers;
CREATE VIEW days AS SELECT n, "on" FROM singles;
CREATE VIEW seen AS SELECT who FROM unread;
