CREATE TABLE readings (id TEXT) WITH (connector = 'mqtt', topic = 'a');
