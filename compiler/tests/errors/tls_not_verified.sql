CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'ssl://mqtt.example.com:8883',
    tls_ca_cert = '/etc/ca.pem',
    tls_verify = false
);
CREATE TABLE readings (id TEXT) WITH (connector = 'mqtt_source', connection = 'factory', topic = 'a', qos = 0);
CREATE TABLE others (id TEXT) WITH (
    connector = 'mqtt_source', broker = 'wss://localhost/mqtt', topic = 'a', qos = 0, tls_verify = 'false'
);
SELECT readings.id FROM readings;
SELECT others.id FROM others;
