CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883',
    keep_alive = 100000,
    clean_session = 'maybe',
    reconnect_interval = -1,
    mqtt_version = '4'
);
