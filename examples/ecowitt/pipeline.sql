-- Weather stations of Ecowitt, whose gateways send every number as a text, and some relays send
-- the same as numbers: DECIMAL takes both. Imperial units become metric ones.

CREATE CONNECTION broker FROM mqtt_source
WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE stations (
    model TEXT             PATH '$.model',
    reported TIMESTAMP(0)  PATH '$.dateutc',
    tempf DECIMAL(9, 4),
    humidity DECIMAL(9, 4),
    windspeedmph DECIMAL(9, 4),
    windgustmph DECIMAL(9, 4),
    baromrelin DECIMAL(9, 4),
    dailyrainin DECIMAL(9, 4),
    solarradiation DECIMAL(9, 4),
    station TEXT           METADATA FROM 'topic.2'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["ecowitt2mqtt/+"]'
);

CREATE VIEW weather AS
SELECT station, model, reported,
       (CAST(tempf AS DOUBLE) - 32.0) / 1.8 AS celsius,
       CAST(humidity AS DOUBLE) AS percent_humidity,
       CAST(windspeedmph AS DOUBLE) * 0.44704 AS wind_m_s,
       CAST(windgustmph AS DOUBLE) * 0.44704 AS gust_m_s,
       CAST(baromrelin AS DOUBLE) * 33.8639 AS hpa,
       CAST(dailyrainin AS DOUBLE) * 25.4 AS rain_mm,
       CAST(solarradiation AS DOUBLE) AS w_m2
FROM stations
WHERE tempf IS NOT NULL;
