-- Values deep in the document, through objects and arrays, with odd keys.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    lat DOUBLE PATH '$.position.coordinates[1]',
    long DOUBLE PATH '$.position.coordinates[0]',
    whole JSON PATH '$.position',
    watts DOUBLE PATH '$."switch:0".apower',
    "odd key" TEXT PATH '$."odd \"key\"".x',
    first_tag TEXT PATH '$.tags[0]',
    deep INT PATH '$.a.b.c.d',
    a_b JSON PATH '$.a.b'
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

SELECT * FROM t WHERE deep IS NULL OR deep < 10;
