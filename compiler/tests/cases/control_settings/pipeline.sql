-- Where the process can be asked, over TLS. A token in the file is blanked where its SQL is shown.
SET control.listen = '${LISTEN:-127.0.0.1:9900}';
SET control.token = 'open-sesame';
SET control.tls_cert = '${TLS:-/etc/plant}/control.pem';
SET control.tls_key = '${TLS:-/etc/plant}/control.key';
CREATE CONNECTION plant FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (id TEXT) WITH (
    connector = 'mqtt_source', connection = 'plant', topics = '["readings/#"]'
);
SELECT id FROM readings;
