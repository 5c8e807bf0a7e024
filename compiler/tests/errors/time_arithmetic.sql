CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (
    seen TIMESTAMP,
    day DATE,
    pause INTERVAL,
    count BIGINT
) WITH (connector = 'mqtt_source', connection = 'factory', topic = 'a');
SELECT seen - 5 AS a, day + '1 day' AS b, day + count AS c, pause * pause AS d, seen + seen AS e,
       seen - '5 minutes' AS f, INTERVAL '5 parsecs' AS g, pause > 5 AS h, seen * 2 AS i, -seen AS j,
       INTERVAL '200000000' YEAR AS k, pause + count AS l
FROM readings;
SELECT INTERVAL 5 MINUTE AS a FROM readings;
SELECT seen FROM readings WHERE seen > now() - INTERVAL '1:30' MINUTE TO SECOND;
