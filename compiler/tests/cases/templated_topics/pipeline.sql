-- Each row is published on a topic of its own, which never has more levels than are written here.
CREATE CONNECTION plant FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (
    sensor_id TEXT NOT NULL, kind TEXT, line INT NOT NULL, hall SMALLINT, fine DECIMAL(6, 2) NOT NULL,
    at TIMESTAMP NOT NULL, ok BOOLEAN NOT NULL, value DOUBLE
) WITH (connector = 'mqtt_source', connection = 'plant', topics = '["readings/#"]');
CREATE TABLE alerts (id TEXT, line INT, level TEXT DEFAULT 'high') WITH (
    connector = 'mqtt_sink', connection = 'plant', topic = '${SITE}/alerts/{id}/l{line}-{LEVEL}',
    message_expiry_interval = 60, content_type = 'application/json', response_topic = '${SITE}/answers',
    user_properties = '["site: ${SITE:-north}", "kind: alert"]'
);
CREATE TABLE plain WITH (
    connector = 'mqtt_sink', connection = 'plant', topic = '{{x}}/{hall}/{line}/{fine}/{at}/{ok}'
) AS SELECT hall, line, fine, at, ok FROM readings WHERE value < 0;
INSERT INTO alerts (id, line) SELECT sensor_id || coalesce(kind, ''), line + 1 FROM readings WHERE value > 10;
INSERT INTO alerts SELECT kind, line, 'low' FROM readings WHERE value > 20
UNION ALL SELECT 'all', 0, kind FROM readings WHERE value > 30;
