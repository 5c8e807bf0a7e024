SELECT * FROM system.connector_status WHERE connector_name = 'mqtt_source';
