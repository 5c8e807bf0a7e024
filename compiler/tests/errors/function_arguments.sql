CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE sensor_data (
    sensor_id TEXT NOT NULL,
    reading_time TIMESTAMP,
    temperature FLOAT,
    status TEXT,
    ok BOOLEAN,
    details JSON
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["sensors/+/readings"]'
);

SELECT
    date_trunc('hous', reading_time) AS a,
    date_trunc(status, reading_time) AS b,
    extract(minutes FROM reading_time) AS c,
    extract(timezone FROM reading_time) AS d,
    encode('abc', 'base32') AS e,
    regexp_like(status, 'a(b') AS f,
    regexp_like(status, '\ya') AS g,
    regexp_like(status, 'a', 'g') AS h,
    json_get_path(details, '$.a') AS i,
    json_exists(details, '$.a[') AS j,
    topic_matches(sensor_id, 'a/#/b') AS k,
    lpad(status) AS l,
    lpad(temperature, 5) AS m,
    left(status, temperature) AS n,
    round(status) AS o,
    concat(sensor_id, ok) AS p,
    random() AS q,
    current_timestamp() AS r,
    greatest(temperature, status) AS s
FROM sensor_data;
