CREATE TABLE readings (
    id TEXT NOT NULL,
    temperature DOUBLE
) WITH (
    connector = 'mqtt',
    broker = 'tcp://broker.example:1883',
    client_id = 'plant',
    topic = 'plant/readings'
);

CREATE VIEW hot AS
SELECT id, temperature FROM readings WHERE temperature > 40;
