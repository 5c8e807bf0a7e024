CREATE CONNECTION plant FROM mqtt WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (seen TIMESTAMP, day DATE)
WITH (connector = 'mqtt', connection = 'plant', topic = 'a/+');
CREATE VIEW a AS SELECT day FROM t WHERE seen = DATE '2024-05-01' OR seen <= day OR day < seen;
CREATE VIEW b AS SELECT day FROM t
    WHERE seen BETWEEN DATE '2024-05-01' AND DATE '2024-05-31' OR seen IN (day)
       OR seen IS NOT DISTINCT FROM day;
-- these are what they seem
CREATE VIEW c AS SELECT day FROM t
    WHERE seen >= DATE '2024-05-01' AND seen < day AND date_trunc('day', seen) = day
      AND CAST(seen AS DATE) = day;
