CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE readings (
    a INT,
    b INT NOT NULL GENERATED ALWAYS AS (a + 1),
    c INT GENERATED ALWAYS AS (d + 1),
    d INT GENERATED ALWAYS AS (a * 2) STORED,
    e TEXT PATH '$.e' GENERATED ALWAYS AS ('x'),
    f INT GENERATED ALWAYS AS ('x'),
    g INT GENERATED ALWAYS AS (missing),
    h BOOLEAN GENERATED ALWAYS AS (a)
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["sensors/#"]'
);
