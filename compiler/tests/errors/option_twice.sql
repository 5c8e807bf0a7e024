CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883',
    keep_alive = 30,
    keep_alive = 60
);
