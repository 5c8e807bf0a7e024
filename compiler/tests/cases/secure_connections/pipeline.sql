-- One connection for each way to a broker; the options of TLS are read when the binary starts.
CREATE CONNECTION cloud FROM mqtt_source WITH (
    broker = 'ssl://broker.example', tls_ca_cert = '${CERTS}/ca.pem',
    tls_client_cert = '/etc/me.pem', tls_client_key = '/etc/me.key', tls_verify = true
);
CREATE CONNECTION test FROM mqtt_source WITH (
    broker = 'wss://test.example/mqtt?token=${TOKEN}', tls_verify = false
);
CREATE CONNECTION anywhere FROM mqtt_source WITH (broker = '${BROKER:-tcp://localhost}');
CREATE TABLE readings (id TEXT)
WITH (connector = 'mqtt_source', connection = 'cloud', topic = 'readings', qos = 0);
CREATE TABLE tests (id TEXT)
WITH (connector = 'mqtt_source', connection = 'test', topic = 'tests', qos = 0);
CREATE TABLE pages (id TEXT)
WITH (connector = 'mqtt_source', broker = 'ws://localhost:9001', topic = 'pages', qos = 0);
CREATE TABLE elsewhere (id TEXT) WITH (connector = 'mqtt_sink', connection = 'anywhere', topic = 'ids');
INSERT INTO elsewhere SELECT id FROM readings;
INSERT INTO elsewhere SELECT id FROM tests;
INSERT INTO elsewhere SELECT id FROM pages;
