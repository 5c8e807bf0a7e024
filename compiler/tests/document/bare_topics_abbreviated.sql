-- Subscribe to all sensor telemetry
topics = '["sensors/+/telemetry"]'

-- Subscribe to all topics under devices
topics = '["devices/#"]'

-- Multiple patterns
topics = '["sensors/+/temp", "devices/+/status", "alerts/#"]'
