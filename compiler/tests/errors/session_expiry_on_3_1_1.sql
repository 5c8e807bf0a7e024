CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883',
    client_id = 'a',
    clean_session = false,
    mqtt_version = '3.1.1',
    session_expiry_interval = 3600
);
