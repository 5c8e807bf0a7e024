-- Three sessions share what the tables of `plant` subscribe to, two those of `legacy`.
CREATE CONNECTION plant FROM mqtt_source WITH (
    broker = 'ssl://broker.example', client_id = 'line-7', clean_session = false,
    lwt_topic = 'plant/status', lwt_payload = 'gone'
);
CREATE TABLE readings (id TEXT, celsius DOUBLE) WITH (
    connector = 'mqtt_source', connection = 'plant', topics = '["sensors/#", "$share/ours/extra/#"]',
    parallelism = 3, dead_letter_topic = 'plant/dead'
);
CREATE TABLE alarms (id TEXT) WITH (
    connector = 'mqtt_source', connection = 'plant', topic = 'alarms/#',
    parallelism = 3, shared_subscription = true
);
CREATE TABLE pages (id TEXT) WITH (
    connector = 'mqtt_source', broker = 'tcp://legacy.example', mqtt_version = '3.1.1',
    topic = 'pages', qos = 0, parallelism = 2, shared_subscription = true
);
CREATE TABLE hot (id TEXT, celsius DOUBLE) WITH (connector = 'stdout');
INSERT INTO hot SELECT id, celsius FROM readings WHERE celsius > 40;
INSERT INTO hot SELECT id, NULL FROM alarms;
INSERT INTO hot SELECT id, NULL FROM pages;
