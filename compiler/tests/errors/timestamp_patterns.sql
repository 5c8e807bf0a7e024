CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE readings (
    a TIMESTAMP FORMAT '%d.%m.%Y %H:%i:%S',
    b TIMESTAMP FORMAT '%Y-%m-%d %H:%M:%S %Z',
    c TIMESTAMP FORMAT 'o''clock: %F %T.%Q%',
    d TIMESTAMP FORMAT '%H:%M:%S',
    e TIMESTAMP FORMAT '%Y-%M-%d',
    f TIMESTAMP FORMAT '%F %H:%m:%S',
    g TIMESTAMP FORMAT '%F %H:%M %p',
    h TIMESTAMP FORMAT '%D %I:%M',
    i TIMESTAMP FORMAT '%Y-%j-%d',
    j TIMESTAMP FORMAT '%s at %T',
    k TIMESTAMP FORMAT '%F %H:%M.%f',
    l TIMESTAMP FORMAT '%Y%-m%-d',
    m DATE FORMAT '%d.%m.%Y',
    n TIMESTAMP FORMAT 'DD.MM.YYYY',
    o TIMESTAMP FORMAT '%F %H:%S'
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["sensors/#"]',
    timestamp_format = '%Y-%m-%dT%H:%M:%S.%L'
);

CREATE TABLE others (
    a TIMESTAMP
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["others/#"]',
    timestamp_format = 'YYYY-MM-DD'
);

SELECT a FROM readings;
