CREATE CONNECTION factory FROM mqtt_source WITH (client_id = 'x');
