CREATE CONNECTION persistent_mqtt FROM mqtt_source
WITH (
    broker = 'tcp://localhost:1883',
    client_id = 'laminar-persistent-001',
    clean_session = false,
    session_expiry_interval = 3600
);
