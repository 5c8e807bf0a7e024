CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (
    id TEXT, temp DOUBLE, low DOUBLE, high DOUBLE, doc JSON, status TEXT, samples INT[],
    seen TIMESTAMP, since TIMESTAMP
) WITH (connector = 'mqtt_source', connection = 'factory', topic = 'a');
SELECT year(seen) AS a, hour(seen) AS b, date(seen) AS c, dayofweek(seen) AS d FROM readings;
SELECT datediff(seen, since) AS a, datediff('second', since, seen) AS b,
       date_add(seen, 1) AS c, timestampdiff() AS d FROM readings;
SELECT unix_timestamp(seen) AS a, to_unixtime(seen) AS b, unix_timestamp() AS c FROM readings;
SELECT time_bucket('5 minutes', seen) AS a, time_bucket() AS b FROM readings;
SELECT datetime(id) AS a, date_format(seen, '%Y') AS b, strftime('%Y', seen) AS c FROM readings;
SELECT seen::BIGINT AS a, CAST(seen AS DOUBLE) AS b FROM readings;
