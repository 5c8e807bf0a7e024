CREATE CONNECTION plant FROM mqtt WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (seen TIMESTAMP, day DATE, clock TIME, took INTERVAL, epoch BIGINT)
WITH (connector = 'mqtt', connection = 'plant', topic = 'a/+');
SELECT epoch FROM t
WHERE seen > epoch OR epoch = day OR seen < INTERVAL '5 minutes' OR took < seen
   OR took > 5 OR clock = 12 OR clock > seen OR epoch > took OR seen > 1714557600;
