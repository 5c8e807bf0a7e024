CREATE CONNECTION mqtt_with_lwt FROM mqtt_source
WITH (
    broker = 'tcp://localhost:1883',
    lwt_topic = 'clients/disconnected',
    lwt_payload = '{"client": "laminar-source", "status": "offline"}',
    lwt_qos = 1,
    lwt_retain = true
);
