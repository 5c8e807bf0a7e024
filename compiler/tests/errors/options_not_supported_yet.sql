CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'ssl://mqtt.example.com:8883',
    tls_ca_cert = '/etc/ca.pem',
    tls_verify = false
);
