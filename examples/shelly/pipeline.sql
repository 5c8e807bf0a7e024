-- Shelly devices of the second generation and later: what is switched, and what it draws. Each
-- device sends the whole state of a switch, and in between what has changed of it.

CREATE CONNECTION broker FROM mqtt_source
WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE switches (
    output BOOLEAN,
    apower DOUBLE,
    voltage DOUBLE,
    current DOUBLE,
    energy_wh DOUBLE      PATH '$.aenergy.total',
    celsius DOUBLE        PATH '$.temperature.tC',
    topic TEXT            METADATA FROM 'topic'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["+/status/switch:0", "shellies/+/status/switch:0"]'
);

-- `src` names the device whatever prefix its topics were given.
CREATE TABLE notifications (
    src TEXT,
    method TEXT,
    ts TIMESTAMP(3)       PATH '$.params.ts' FORMAT 'unix_s',
    output BOOLEAN        PATH '$.params."switch:0".output',
    switch_power DOUBLE   PATH '$.params."switch:0".apower',
    meter_power DOUBLE    PATH '$.params."pm1:0".apower',
    switch_celsius DOUBLE PATH '$.params."switch:0".temperature.tC'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["+/events/rpc", "shellies/+/events/rpc", "shelly/+/+/+/events/rpc"]'
);

CREATE VIEW switch_states AS
SELECT topic, output, apower AS watts, voltage, energy_wh, celsius
FROM switches;

CREATE VIEW switch_changes AS
SELECT src AS device, ts, output, coalesce(switch_power, meter_power) AS watts,
       switch_celsius AS celsius
FROM notifications
WHERE method = 'NotifyStatus'
  AND (output IS NOT NULL OR switch_power IS NOT NULL OR meter_power IS NOT NULL
       OR switch_celsius > 80.0);
