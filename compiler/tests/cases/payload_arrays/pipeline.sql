-- Messages that are arrays: each element is a row, and a message is good or bad as a whole.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE samples (
    n INT NOT NULL,
    v DOUBLE,
    device TEXT METADATA FROM 'topic.2',
    CHECK (n < 1000)
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["samples/+"]',
        json.root = 'array', json.trim = true);
CREATE TABLE halves (n INT, half DOUBLE) WITH (connector = 'stdout');
CREATE TABLE large WITH (connector = 'stdout') AS SELECT device, n, v FROM samples WHERE v > 10;
INSERT INTO halves SELECT n, 1 / v FROM samples UNION ALL SELECT -n, v FROM samples WHERE n % 2 = 0;
