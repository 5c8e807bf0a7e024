CREATE CONNECTION mqtt_resilient FROM mqtt_source
WITH (
    broker = 'tcp://localhost:1883',
    reconnect_interval = 5,
    max_reconnect_attempts = 10,
    reconnect_backoff_multiplier = 2.0
);
