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

CREATE TABLE archive (
    id INT PRIMARY KEY,
    tag TEXT UNIQUE,
    owner INT REFERENCES owners (id),
    FOREIGN KEY (owner) REFERENCES owners (id)
) WITH (connector = 'blackhole');

SELECT sensor_id FROM sensor_data WHERE EXISTS (SELECT 1 FROM sensor_data);

SELECT lag(temperature) OVER (ORDER BY reading_time) AS a FROM sensor_data;

SELECT ARRAY[1, 2] AS a, @ temperature AS b FROM sensor_data WHERE details @> '{"a": 1}';

SELECT details -> 'n' AS a FROM sensor_data WHERE details -> 'n' > 5 OR details = 5;

INSERT INTO sink SELECT sensor_id FROM sensor_data ON CONFLICT DO NOTHING;

INSERT INTO sink SELECT sensor_id FROM sensor_data RETURNING sensor_id;
