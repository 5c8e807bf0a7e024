-- Dates and times: the examples of docs/functions.md.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (x INT) WITH (
    connector = 'mqtt_source', connection = 'broker', topics = '["t"]'
);

CREATE VIEW examples AS
SELECT
    date_part('hour', TIMESTAMP '2001-02-16 20:38:40.12') AS e0,
    date_part('julian', TIMESTAMP '2001-02-16 12:00:00') AS e1,
    date_trunc('hour', TIMESTAMP '2001-02-16 20:38:40') AS e2,
    date_trunc('week', TIMESTAMP '2001-02-16 20:38:40') AS e3,
    date_trunc('quarter', DATE '2001-02-16') AS e4,
    epoch_ms(TIMESTAMP '2026-11-22 10:00:00.25') AS e5,
    epoch_us(TIMESTAMP '1970-01-01 00:00:01') AS e6,
    epoch_ns(TIMESTAMP '1970-01-01 00:00:01') AS e7,
    extract(hour FROM TIMESTAMP '2001-02-16 20:38:40.12') AS e8,
    extract(second FROM TIMESTAMP '2001-02-16 20:38:40.12') AS e9,
    extract(milliseconds FROM TIMESTAMP '2001-02-16 20:38:40.12') AS e10,
    extract(isodow FROM DATE '2001-02-16') AS e11,
    extract(epoch FROM TIMESTAMP '2001-02-16 20:38:40.12') AS e12,
    make_date(2026, 7, 15) AS e13,
    make_time(8, 15, 23.5) AS e14,
    make_timestamp(2026, 7, 15, 8, 15, 23.5) AS e15,
    now() AS e16,
    to_timestamp(1284352323.5) AS e17,
    to_timestamp_seconds(1795341600) AS e18,
    from_unixtime(0) AS e19,
    to_timestamp_millis(1795341600250) AS e20,
    to_timestamp_micros(1) AS e21,
    to_timestamp_nanos(1) AS e22
FROM t;
