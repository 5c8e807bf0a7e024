-- Rows are posted to HTTP servers, as arrays or lines.
CREATE CONNECTION plant FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (id TEXT, value DOUBLE) WITH (
    connector = 'mqtt_source', connection = 'plant', topics = '["readings/#"]',
    dead_letter_topic = 'bad'
);
CREATE TABLE plain WITH (connector = 'webhook', url = 'http://user@example.com:8080/rows?a=b') AS
SELECT id FROM readings;
CREATE TABLE secure WITH (
    connector = 'webhook', url = '${URL}', headers = '["Authorization: Bearer ${TOKEN}", "X-Site: 4"]',
    batch = 7, timeout = 0.25, format = 'json_lines', tls_ca_cert = '${CA}'
) AS SELECT id, value FROM readings WHERE value > 1;
