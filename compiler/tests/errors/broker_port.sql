CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:18833333'
);
