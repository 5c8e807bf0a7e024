-- Intrusion detection with Suricata: alerts that matter, and whether the sensor loses packets.

CREATE CONNECTION broker FROM mqtt_source
WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE eve (
    seen TIMESTAMP         PATH '$.timestamp',
    event_type TEXT,
    src_ip TEXT,
    src_port BIGINT,
    dest_ip TEXT,
    dest_port BIGINT,
    proto TEXT,
    signature TEXT         PATH '$.alert.signature',
    category TEXT          PATH '$.alert.category',
    severity BIGINT        PATH '$.alert.severity',
    action TEXT            PATH '$.alert.action',
    packets BIGINT         PATH '$.stats.capture.kernel_packets',
    drops BIGINT           PATH '$.stats.capture.kernel_drops'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["suricata/#"]'
);

CREATE VIEW alerts AS
SELECT seen, severity, signature, category, action, proto, src_ip, src_port, dest_ip, dest_port
FROM eve
WHERE event_type = 'alert' AND severity <= 3;

CREATE VIEW lost_packets AS
SELECT seen, packets, drops
FROM eve
WHERE event_type = 'stats' AND drops > 0;
