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

CREATE VIEW two AS SELECT sensor_id FROM sensor_data UNION ALL SELECT status FROM sensor_data;
CREATE VIEW eight AS SELECT * FROM two UNION ALL SELECT * FROM two
    UNION ALL SELECT * FROM two UNION ALL SELECT * FROM two;
CREATE VIEW thirty_two AS SELECT * FROM eight UNION ALL SELECT * FROM eight
    UNION ALL SELECT * FROM eight UNION ALL SELECT * FROM eight;
CREATE VIEW too_many AS SELECT * FROM thirty_two UNION ALL SELECT * FROM thirty_two
    UNION ALL SELECT * FROM thirty_two UNION ALL SELECT * FROM thirty_two;
SELECT sensor_id FROM too_many;
