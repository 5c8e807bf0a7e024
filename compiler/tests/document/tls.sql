CREATE CONNECTION secure_mqtt FROM mqtt_source
WITH (
    broker = 'ssl://mqtt.broker.com:8883',
    tls_ca_cert = '/path/to/ca.crt',
    tls_client_cert = '/path/to/client.crt',
    tls_client_key = '/path/to/client.key',
    tls_verify = true
);
