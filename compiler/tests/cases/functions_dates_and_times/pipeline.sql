-- Dates and times: the examples of docs/functions.md.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (x INT) WITH (
    connector = 'mqtt_source', connection = 'broker', topics = '["t"]'
);

CREATE VIEW examples AS
SELECT
    age(TIMESTAMP '2001-04-10', TIMESTAMP '1957-06-13') AS e0,
    date_bin(INTERVAL '15 minutes', TIMESTAMP '2020-02-11 15:44:17', TIMESTAMP '2001-01-01') AS e1,
    date_part('hour', TIMESTAMP '2001-02-16 20:38:40.12') AS e2,
    date_part('julian', TIMESTAMP '2001-02-16 12:00:00') AS e3,
    date_trunc('hour', TIMESTAMP '2001-02-16 20:38:40') AS e4,
    date_trunc('week', TIMESTAMP '2001-02-16 20:38:40') AS e5,
    date_trunc('quarter', DATE '2001-02-16') AS e6,
    epoch_ms(TIMESTAMP '2026-11-22 10:00:00.25') AS e7,
    epoch_us(TIMESTAMP '1970-01-01 00:00:01') AS e8,
    epoch_ns(TIMESTAMP '1970-01-01 00:00:01') AS e9,
    extract(hour FROM TIMESTAMP '2001-02-16 20:38:40.12') AS e10,
    extract(second FROM TIMESTAMP '2001-02-16 20:38:40.12') AS e11,
    extract(milliseconds FROM TIMESTAMP '2001-02-16 20:38:40.12') AS e12,
    extract(isodow FROM DATE '2001-02-16') AS e13,
    extract(epoch FROM TIMESTAMP '2001-02-16 20:38:40.12') AS e14,
    extract(epoch FROM TIMESTAMP '2026-11-22 10:00' - TIMESTAMP '2026-11-21 09:30') AS e15,
    extract(hour FROM INTERVAL '26:30') AS e16,
    extract(minute FROM TIME '08:15') AS e17,
    date_part('day', INTERVAL '40 days 2 hours') AS e18,
    date_part('second', TIME '08:15:30.5') AS e19,
    extract(milliseconds FROM INTERVAL '1.5 seconds') AS e20,
    extract(seconds FROM TIME '08:15:30.5') AS e21,
    extract(ms FROM TIME '08:15:30.5') AS e22,
    make_date(2026, 7, 15) AS e23,
    make_interval(0, 0, 0, 10) AS e24,
    make_interval(1, 2, 3, 4, 5, 6, 7.5) AS e25,
    make_time(8, 15, 23.5) AS e26,
    make_timestamp(2026, 7, 15, 8, 15, 23.5) AS e27,
    now() AS e28,
    to_char(TIMESTAMP '2026-11-22 20:08:09.5', 'YYYY-MM-DD HH24:MI:SS.MS') AS e29,
    to_char(TIMESTAMP '2026-11-22 20:08:09', 'FMDay, FMDDth "of" FMMonth, FMHH12 am') AS e30,
    to_date('22 Nov 2026', 'DD Mon YYYY') AS e31,
    to_timestamp('11/22/26 8:15 pm', 'MM/DD/YY HH12:MI AM') AS e32,
    to_timestamp('20261122T2015+0130', 'YYYYMMDD"T"HH24MITZHTZM') AS e33,
    to_timestamp(1284352323.5) AS e34,
    to_timestamp_seconds(1795341600) AS e35,
    from_unixtime(0) AS e36,
    to_timestamp_millis(1795341600250) AS e37,
    to_timestamp_micros(1) AS e38,
    to_timestamp_nanos(1) AS e39
FROM t;
