-- Topics and places: the examples of docs/functions.md.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (x INT) WITH (
    connector = 'mqtt_source', connection = 'broker', topics = '["t"]'
);

CREATE VIEW examples AS
SELECT
    topic_level('plant/line/7', 2) AS e0,
    topic_level('plant/line/7', -1) AS e1,
    topic_level('plant', 2) AS e2,
    topic_matches('plant/line/7', 'plant/+/7') AS e3,
    topic_matches('plant', 'plant/#') AS e4,
    round(haversine(52.52, 13.405, 48.8566, 2.3522)) AS e5
FROM t;
