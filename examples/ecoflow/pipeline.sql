-- Power stations of EcoFlow: charge, and the power in and out. A message holds the readings of one
-- module, under keys with a point in them; commands from the app come on the same topic.

CREATE CONNECTION broker FROM mqtt_source
WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE devices (
    params JSON,
    operate_type TEXT      PATH '$.operateType',
    soc DOUBLE             PATH '$.params."pd.soc"',
    watts_in DOUBLE        PATH '$.params."pd.wattsInSum"',
    watts_out DOUBLE       PATH '$.params."pd.wattsOutSum"',
    pack_soc DOUBLE        PATH '$.params."bmsMaster.soc"',
    sent TIMESTAMP(3)      PATH '$.timestamp' FORMAT 'unix_ms',
    device TEXT            METADATA FROM 'topic.5'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["/app/device/property/+"]'
);

CREATE VIEW stations AS
SELECT device, sent, soc AS percent, watts_in, watts_out,
       CASE WHEN watts_in > watts_out THEN 'charging'
            WHEN watts_in < watts_out THEN 'discharging'
            ELSE 'balanced' END AS state
FROM devices
WHERE operate_type IS NULL AND soc IS NOT NULL;

CREATE VIEW packs AS
SELECT device, sent, pack_soc AS percent
FROM devices
WHERE operate_type IS NULL AND pack_soc IS NOT NULL;

CREATE VIEW commands AS
SELECT device, operate_type AS command, params
FROM devices
WHERE operate_type IS NOT NULL;
