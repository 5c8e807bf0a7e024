-- Two connections, three tables, sinks of every kind; what nothing uses is left out.
CREATE CONNECTION unused FROM mqtt_source WITH (broker = 'tcp://nowhere:1883');
CREATE CONNECTION plant FROM mqtt_source WITH (
    broker = 'tcp://plant:1883', client_id = 'laminar', clean_session = false, keep_alive = 30,
    reconnect_interval = 2, reconnect_backoff_multiplier = 1.5, max_reconnect_attempts = 10
);
CREATE CONNECTION office FROM mqtt WITH (
    broker = 'tcp://office:1883', username = 'user', password = 'secret"\', client_id = 'x',
    lwt_topic = 'status', lwt_payload = 'gone', lwt_qos = 1, lwt_retain = true
);
CREATE TABLE machines (id INT, rpm INT)
WITH (connector = 'mqtt_source', connection = 'plant', topics = '["machines/+"]', qos = 2, bad_data = 'fail');
CREATE TABLE doors (door TEXT, is_open BOOLEAN)
WITH (connector = 'mqtt_source', connection = 'plant', topics = '["doors/#"]', batch_size = 10, batch_timeout_ms = 5);
CREATE TABLE visitors (name TEXT)
WITH (connector = 'mqtt_source', connection = 'office', topics = '["visitors"]', qos = 0);
CREATE TABLE alarms (id TEXT, text TEXT)
WITH (connector = 'mqtt_sink', connection = 'office', topic = 'alarms', qos = 1, retain = true);
CREATE TABLE log (who TEXT) WITH (connector = 'file', path = '/tmp/visitors.jsonl');
INSERT INTO alarms SELECT CAST(id AS TEXT), 'too fast' FROM machines WHERE rpm > 5000;
INSERT INTO alarms SELECT door, 'open' FROM doors WHERE is_open;
INSERT INTO log SELECT name FROM visitors;
