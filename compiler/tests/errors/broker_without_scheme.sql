CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'localhost:1883'
);
