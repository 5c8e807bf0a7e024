CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (id TEXT, temp TEXT, "odd name" TEXT)
WITH (connector = 'mqtt_source', connection = 'factory', topic = 'a');
CREATE TABLE log (id TEXT, temp DOUBLE, "odd name" INT) WITH (connector = 'stdout');
INSERT INTO log SELECT * FROM readings;
INSERT INTO log SELECT readings.* FROM readings;
