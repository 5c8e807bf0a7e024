-- Vehicle positions of public transport, nested one level as HSL's high-frequency positioning
-- sends them: which vehicles in service run two minutes late or more.

CREATE CONNECTION hfp FROM mqtt_source
WITH (
    broker = 'tcp://localhost:1883',
    client_id = '${HFP_CLIENT_ID:-hfp-delays}'
);

CREATE TABLE positions (
    desi TEXT            PATH '$.VP.desi',
    dir TEXT             PATH '$.VP.dir',
    oper INT             PATH '$.VP.oper',
    veh INT NOT NULL     PATH '$.VP.veh',
    tst TIMESTAMP(3)     PATH '$.VP.tst',
    spd DOUBLE           PATH '$.VP.spd',
    hdg INT              PATH '$.VP.hdg',
    lat DOUBLE           PATH '$.VP.lat',
    long DOUBLE          PATH '$.VP.long',
    dl INT               PATH '$.VP.dl',
    drst SMALLINT        PATH '$.VP.drst',
    route_start TEXT     PATH '$.VP.start',
    temporal_type TEXT   METADATA FROM 'topic.5',
    transport_mode TEXT  METADATA FROM 'topic.7'
) WITH (
    connector = 'mqtt_source',
    connection = 'hfp',
    topics = '["/hfp/+/journey/#"]',
    qos = 0,
    format = 'json'
);

-- `dl` counts seconds against the timetable, negative when late.
CREATE VIEW in_service AS
SELECT desi AS line, dir, oper, veh, transport_mode, tst, spd, lat, long, -dl AS delay_s
FROM positions
WHERE temporal_type = 'ongoing' AND dl IS NOT NULL;

CREATE VIEW delays AS
SELECT line, dir, veh, transport_mode, tst, delay_s,
       CASE WHEN delay_s >= 600 THEN 'severe' ELSE 'late' END AS severity,
       lat, long
FROM in_service
WHERE delay_s >= 120;
