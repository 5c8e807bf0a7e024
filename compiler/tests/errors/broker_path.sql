CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'ssl://localhost:8883/mqtt');
CREATE CONNECTION office FROM mqtt_source WITH (broker = 'wss://localhost/a#b');
