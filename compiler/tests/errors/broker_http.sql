CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'http://localhost:1883'
);
