-- Chargers and meters beside evcc, which answer each in its own way: plugs with a meter, and
-- wall boxes with currents for each phase.

CREATE CONNECTION broker FROM mqtt_source
WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE answers (
    id JSON,
    output BOOLEAN,
    apower DOUBLE,
    voltage DOUBLE,
    energy_wh DOUBLE       PATH '$.aenergy.total',
    celsius DOUBLE         PATH '$.temperature.tC',
    charge_state BIGINT    PATH '$.ChargeState',
    charge_watts DOUBLE    PATH '$.ChargePower',
    amps_1 DOUBLE          PATH '$.IntensityMeasure_L1',
    amps_2 DOUBLE          PATH '$.IntensityMeasure_L2',
    amps_3 DOUBLE          PATH '$.IntensityMeasure_L3',
    device TEXT            METADATA FROM 'topic.2'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["evcc/+"]'
);

CREATE VIEW plugs AS
SELECT device, output, apower AS watts, voltage, energy_wh / 1000.0 AS kwh, celsius
FROM answers
WHERE apower IS NOT NULL;

CREATE VIEW wall_boxes AS
SELECT device, charge_state, charge_watts AS watts, amps_1, amps_2, amps_3
FROM answers
WHERE charge_watts IS NOT NULL;
