CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://${HOST:1883',
    username = '$USER'
);
