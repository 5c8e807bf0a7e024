CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'ssl://localhost', tls_client_cert = '/etc/me.pem'
);
CREATE CONNECTION office FROM mqtt_source WITH (
    broker = '${BROKER:-tcp://localhost}',
    tls_client_key = '/etc/me.key'
);
