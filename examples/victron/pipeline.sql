-- A solar system with a Victron GX device: the battery's power and state of charge, and what the
-- grid has delivered. Each value comes on a topic of its own; null says that a device is gone.

CREATE CONNECTION broker FROM mqtt_source
WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE battery_power (
    value DOUBLE,
    portal TEXT      METADATA FROM 'topic.2'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["N/+/system/+/Dc/Battery/Power"]'
);

CREATE TABLE battery_charge (
    value DOUBLE,
    portal TEXT      METADATA FROM 'topic.2',
    instance TEXT    METADATA FROM 'topic.4'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["N/+/battery/+/Soc"]'
);

CREATE TABLE cells (
    value DOUBLE,
    portal TEXT      METADATA FROM 'topic.2',
    instance TEXT    METADATA FROM 'topic.4',
    cell TEXT        METADATA FROM 'topic.6'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["N/+/battery/+/Voltages/+"]'
);

CREATE TABLE grid_energy (
    value DOUBLE,
    portal TEXT      METADATA FROM 'topic.2',
    phase TEXT       METADATA FROM 'topic.6'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["N/+/grid/+/Ac/+/Energy/Forward"]'
);

CREATE VIEW battery AS
SELECT portal, value AS watts,
       CASE WHEN value > 0 THEN 'charging' WHEN value < 0 THEN 'discharging' ELSE 'idle' END
           AS state
FROM battery_power
WHERE value IS NOT NULL;

CREATE VIEW battery_low AS
SELECT portal, instance, value AS percent
FROM battery_charge
WHERE value < 20.0;

CREATE VIEW cells_out_of_range AS
SELECT portal, instance, cell, value AS volts
FROM cells
WHERE value < 3.0 OR value > 3.55;

CREATE VIEW grid AS
SELECT portal, phase, value AS kwh
FROM grid_energy
WHERE value IS NOT NULL;
