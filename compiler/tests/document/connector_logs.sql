-- Check connection status
SELECT * FROM system.connector_logs
WHERE connector = 'mqtt_source'
AND level = 'ERROR'
ORDER BY timestamp DESC
LIMIT 10;
