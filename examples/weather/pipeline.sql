-- Current weather of OpenWeatherMap, one message for each city.

CREATE CONNECTION broker FROM mqtt_source
WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE cities (
    name TEXT,
    country TEXT           PATH '$.sys.country',
    measured TIMESTAMP(0)  PATH '$.dt' FORMAT 'unix_s',
    celsius DOUBLE         PATH '$.main.temp',
    percent_humidity DOUBLE PATH '$.main.humidity',
    hpa DOUBLE             PATH '$.main.pressure',
    wind_m_s DOUBLE        PATH '$.wind.speed',
    wind_from DOUBLE       PATH '$.wind.deg',
    condition BIGINT       PATH '$.weather[0].id',
    description TEXT       PATH '$.weather[0].description',
    sunset TIMESTAMP(0)    PATH '$.sys.sunset' FORMAT 'unix_s'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["weather/#"]'
);

-- Condition codes below 700 are thunder, drizzle, rain and snow.
CREATE VIEW conditions AS
SELECT name AS city, country, measured, celsius, percent_humidity, hpa, wind_m_s, wind_from,
       description, condition < 700 AS is_wet, measured > sunset AS is_night
FROM cities
WHERE celsius IS NOT NULL;
