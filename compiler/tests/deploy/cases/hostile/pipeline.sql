-- names that would like to be lines, quotes, variables or settings of their own
SET control.listen = '0.0.0.0:9898';
SET control.token = '${CONTROL_TOKEN:-"quoted\"}';
SET control.tls_cert = '${CREDENTIALS_DIRECTORY}/control.pem';
SET control.tls_key = '${CREDENTIALS_DIRECTORY}/100%.key';

CREATE CONNECTION "plant
ExecStartPre=/bin/false" FROM mqtt_source
WITH (
    broker = 'ssl://broker.example',
    client_id = 'hostile-"$(id)"',
    clean_session = false,
    tls_ca_cert = '${CREDENTIALS_DIRECTORY}/of the plant.pem'
);

CREATE TABLE "readings
  replicas: 9 # " (
    id TEXT,
    temperature DOUBLE
) WITH (
    connector = 'mqtt_source',
    connection = 'plant
ExecStartPre=/bin/false',
    topic = 'plant/${SITE:-"north" \ it''s}/readings'
);

CREATE TABLE "colon: here" (id TEXT)
WITH (connector = 'file', path = 'a:b/c d/rows.jsonl');

CREATE TABLE quotes (id TEXT)
WITH (connector = 'file', path = 'it''s "x"/rows.jsonl');

CREATE TABLE home (id TEXT)
WITH (connector = 'file', path = '/home/rows/"x" \/rows.jsonl');

CREATE TABLE tmp (id TEXT)
WITH (connector = 'file', path = '/tmp/rows.jsonl');

CREATE TABLE hook (id TEXT)
WITH (connector = 'webhook', url = 'https://example.com/rows',
      tls_ca_cert = '${CREDENTIALS_DIRECTORY}/hook.pem');

INSERT INTO "colon: here" SELECT id FROM "readings
  replicas: 9 # ";
INSERT INTO quotes SELECT id FROM "readings
  replicas: 9 # ";
INSERT INTO home SELECT id FROM "readings
  replicas: 9 # ";
INSERT INTO tmp SELECT id FROM "readings
  replicas: 9 # ";
INSERT INTO hook SELECT id FROM "readings
  replicas: 9 # ";
