SET control.listen = '0.0.0.0:9898';
SET control.token = '${CONTROL_TOKEN}';

CREATE CONNECTION plant FROM mqtt_source
WITH (
    broker = '${BROKER:-ssl://broker.example}',
    client_id = 'alerts-${INSTANCE}',
    username = '${MQTT_USER:-alerts}',
    password = '${MQTT_PASSWORD}',
    clean_session = false,
    mqtt_version = '5',
    tls_ca_cert = '/etc/ssl/plant.pem',
    tls_client_cert = '${CREDENTIALS_DIRECTORY}/client.pem',
    tls_client_key = '${CREDENTIALS_DIRECTORY}/client.key'
);

CREATE TABLE readings (
    id TEXT NOT NULL,
    temperature DOUBLE
) WITH (
    connector = 'mqtt_source',
    connection = 'plant',
    topic = '$share/alerts/${SITE:-plant}/readings',
    dead_letter_topic = '${SITE:-plant}/bad'
);

CREATE TABLE alerts (
    id TEXT,
    temperature DOUBLE
) WITH (
    connector = 'webhook',
    url = 'https://example.com/rows?token=${WEBHOOK_TOKEN}',
    headers = '["X-Site: ${SITE}"]'
);

INSERT INTO alerts SELECT id, temperature FROM readings WHERE temperature > 40;
