CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883',
    tls_ca_cert = '/etc/ca.pem',
    tls_client_cert = '/etc/me.pem',
    tls_verify = true
);
CREATE TABLE readings (id TEXT) WITH (
    connector = 'mqtt_source', broker = 'ws://${HOST}/mqtt', topic = 'a', tls_ca_cert = '${CA}'
);
