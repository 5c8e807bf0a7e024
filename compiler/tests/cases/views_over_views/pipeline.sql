-- Views are inlined; filters run from the inside out.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    id TEXT,
    celsius DOUBLE,
    battery INT
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW valid AS
SELECT id, celsius, battery FROM t WHERE celsius IS NOT NULL AND celsius > -273.15;

CREATE VIEW fahrenheit (sensor, degrees, charge) AS
SELECT id, celsius * 1.8 + 32, battery FROM valid WHERE id <> 'test';

CREATE VIEW hot AS
SELECT sensor, degrees, CASE WHEN degrees > 200 THEN 'fire' ELSE 'hot' END AS level
FROM fahrenheit
WHERE degrees > 100 AND charge > 10;
