CREATE CONNECTION plant FROM mqtt WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    topic TEXT METADATA FROM 'topic',
    v DOUBLE
) WITH (connector = 'mqtt', connection = 'plant', topics = '["plant/a/+", "plant/b/+/state"]');
CREATE VIEW a AS SELECT v FROM t WHERE topic = 'plant/a/x/state';
CREATE VIEW b AS SELECT v FROM t WHERE topic IN ('plant/b/state', 'plant/a/1/2');
CREATE VIEW c AS SELECT v FROM t WHERE topic_matches(topic, 'plant/+');
CREATE VIEW d AS SELECT v FROM t WHERE topic_matches(topic, 'plant/#');
CREATE VIEW e AS SELECT v FROM t WHERE topic_level(topic, 2) = 'c';
CREATE VIEW f AS SELECT v FROM t WHERE topic_level(topic, 1) = 'plant';
CREATE VIEW g AS SELECT topic AS place, v FROM t WHERE v > 1;
CREATE VIEW h AS SELECT v FROM g WHERE topic_level(place, 5) IS NOT NULL;
CREATE VIEW i AS SELECT v FROM g WHERE topic_level(place, -1) = 'temperature';
CREATE VIEW all_well AS SELECT v FROM g
WHERE place = 'plant/a/1' OR place IN ('plant/b/state', 'plant/b/1/state')
    OR topic_matches(place, 'plant/a/#') OR topic_matches(place, '+/+/1/state')
    OR topic_level(place, 2) = 'b' OR topic_level(place, 3) = 'x' OR topic_level(place, 4) IS NULL;
