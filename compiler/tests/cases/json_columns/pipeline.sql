-- JSON columns are passed on as they are, line breaks folded.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    id INT,
    detail JSON,
    inner_part JSON PATH '$.detail.inner'
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW details AS
SELECT id, detail, inner_part, CAST(id AS JSON) AS number, CAST('[1, 2]' AS JSON) AS list,
       CAST(detail AS TEXT) AS text
FROM t
WHERE detail IS NOT NULL;
