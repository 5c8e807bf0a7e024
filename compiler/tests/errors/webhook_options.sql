CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE sensor_data (
    sensor_id TEXT NOT NULL,
    reading_time TIMESTAMP,
    temperature FLOAT,
    status TEXT,
    counter INT UNSIGNED,
    details JSON
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["sensors/+/readings"]'
);

CREATE TABLE lost WITH (connector = 'webhook') AS SELECT sensor_id FROM sensor_data;
CREATE TABLE strange WITH (connector = 'webhook', url = 'ftp://example.com/rows') AS
SELECT sensor_id FROM sensor_data;
CREATE TABLE hostless WITH (connector = 'webhook', url = 'https:///rows') AS
SELECT sensor_id FROM sensor_data;
CREATE TABLE plain WITH (
    connector = 'webhook', url = 'http://example.com/rows', tls_ca_cert = 'ca.pem'
) AS SELECT sensor_id FROM sensor_data;
CREATE TABLE headers WITH (
    connector = 'webhook', url = 'https://example.com/rows',
    headers = '["Authorization Bearer ${TOKEN}", "Content-Length: 7"]', format = 'csv', batch = 0
) AS SELECT sensor_id FROM sensor_data;
CREATE TABLE ports WITH (connector = 'webhook', url = 'https://example.com:99999/rows') AS
SELECT sensor_id FROM sensor_data;
CREATE TABLE letters WITH (connector = 'webhook', url = 'https://example.com/größe') AS
SELECT sensor_id FROM sensor_data;
CREATE TABLE lines WITH (
    connector = 'webhook', url = 'https://example.com/rows', headers = '["X-Site: hall\nX-Row: 4"]'
) AS SELECT sensor_id FROM sensor_data;
