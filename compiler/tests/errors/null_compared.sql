CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (id TEXT, temp FLOAT, ok BOOLEAN) WITH (
    connector = 'mqtt_source', connection = 'factory', topic = 'sensors/+'
);
CREATE VIEW a AS SELECT id FROM readings WHERE temp = NULL OR NULL <> temp OR temp < NULL;
CREATE VIEW b AS SELECT id FROM readings WHERE temp IN (NULL) OR id IN ('x', NULL);
CREATE VIEW c AS SELECT id FROM readings WHERE id NOT IN ('x', NULL);
CREATE VIEW d AS SELECT CASE temp WHEN NULL THEN 'none' ELSE 'some' END AS had FROM readings;
