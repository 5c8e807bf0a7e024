CREATE CONNECTION mqtt_connection FROM mqtt_source
WITH (
    broker = 'tcp://mqtt.broker.com:1883',
    username = 'iot_reader',
    password = '${MQTT_PASSWORD}',
    clean_session = true
);
