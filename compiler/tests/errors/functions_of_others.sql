CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (
    id TEXT, temp DOUBLE, low DOUBLE, high DOUBLE, doc JSON, status TEXT, samples INT[],
    seen TIMESTAMP, since TIMESTAMP
) WITH (connector = 'mqtt_source', connection = 'factory', topic = 'a');
SELECT if(temp > 40, 'hot', 'cold') AS a, iif(temp > 40, 'hot', 'cold') AS b FROM readings;
SELECT ifnull(temp, 0) AS a, nvl(temp, 0) AS b, isnull(temp, 0) AS c, isnull(temp) AS d,
       nvl2(temp, 1, 0) AS e FROM readings;
SELECT max(low, high) AS a, min(low, high) AS b FROM readings;
SELECT lag(temp) AS a FROM readings;
SELECT meta(topic) AS a, metadata('qos') AS b, topic() AS c FROM readings;
