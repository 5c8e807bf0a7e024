CREATE CONNECTION old FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883', mqtt_version = '3.1.1'
);
CREATE CONNECTION new FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (id INT, note TEXT) WITH (
    connector = 'mqtt_source', connection = 'new', topic = 'a'
);
CREATE TABLE needs_5 WITH (
    connector = 'mqtt_sink', connection = 'old', topic = 'b', content_type = 'application/json',
    user_properties = '["a: b"]'
) AS SELECT id FROM t;
CREATE TABLE wild WITH (
    connector = 'mqtt_sink', connection = 'new', topic = 'c', response_topic = 'answers/#'
) AS SELECT id FROM t;
CREATE TABLE by_row WITH (
    connector = 'mqtt_sink', connection = 'new', topic = 'd', response_topic = 'answers/{id}'
) AS SELECT id FROM t;
CREATE TABLE no_pair WITH (
    connector = 'mqtt_sink', connection = 'new', topic = 'e', user_properties = '["site", ": x"]'
) AS SELECT id FROM t;
CREATE TABLE no_list WITH (
    connector = 'mqtt_sink', connection = 'new', topic = 'f', user_properties = 'site'
) AS SELECT id FROM t;
CREATE TABLE secret WITH (
    connector = 'mqtt_sink', connection = 'new', topic = 'g', user_properties = '["api-key: abc"]'
) AS SELECT id FROM t;
CREATE TABLE empty WITH (
    connector = 'mqtt_sink', connection = 'new', topic = 'h', content_type = ''
) AS SELECT id FROM t;
