-- Monitor message rates
SELECT 
    COUNT(*) as messages_per_minute,
    MIN(timestamp) as window_start,
    MAX(timestamp) as window_end
FROM iot_telemetry
WHERE timestamp > NOW() - INTERVAL '1 minute';
