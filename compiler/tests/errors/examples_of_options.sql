CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883', user = 'pump', pass = '${PASSWORD}'
);
CREATE TABLE readings (
    id TEXT PATH '', temp DOUBLE PATH 'a b', x DOUBLE PATH '.a', y DOUBLE PATH '/a/b'
) WITH (
    connector = 'mqtt_source', connection = 'factory', topics = 'a'
);
CREATE TABLE hook (id TEXT) WITH (
    connector = 'webhook', url = 'http://localhost/x', headers = 'Auth: x'
);
CREATE TABLE hook2 (id TEXT) WITH (
    connector = 'webhook', url = 'http://localhost/x', headers = 5
);
