-- Two columns read one key, each in its own type.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    v INT,
    v_text JSON PATH '$.v',
    v_wide DOUBLE PATH '$.v'
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

SELECT v, v_text, v_wide, v * v_wide AS product FROM t WHERE v > 0;
