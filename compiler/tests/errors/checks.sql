CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE readings (
    a INT CHECK (a),
    b INT CHECK (c > 0),
    d TEXT CHECK (d > 5),
    CHECK (a / 0 = 1)
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["sensors/#"]'
);
CREATE TABLE out (a INT CHECK (a > 0), b INT GENERATED ALWAYS AS (a), CHECK (a < 9))
WITH (connector = 'stdout');
INSERT INTO out SELECT a, b FROM readings;
