CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://me:secret@localhost:1883'
);
