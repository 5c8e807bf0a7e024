CREATE CONNECTION plant FROM mqtt WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (id TEXT NOT NULL, n INT, at TIMESTAMP METADATA FROM 'received_at')
WITH (connector = 'mqtt', connection = 'plant', topic = 'a/+');
SELECT coalesce(id, 'none') AS id, n IS NULL AS missing, at IS NULL AS never,
       coalesce(n, 0, 1) AS n, coalesce(n, length(id)) AS m, (n IS NULL) IS NULL AS neither
FROM t WHERE id IS NOT NULL AND n IS NOT NULL;
