-- Intervals, and arithmetic on dates and times.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    at TIMESTAMP NOT NULL,
    fine TIMESTAMP(9),
    day DATE,
    clock TIME,
    pause INTERVAL,
    n INT
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW shifted AS
SELECT at + INTERVAL '1 month' AS next_month, at - pause AS before, fine + INTERVAL '1.5' SECOND AS fine_later,
       day + INTERVAL '2 hours' AS day_hours, day + n AS days_later, 7 + day AS week_later, day + clock AS moment,
       clock + pause AS clock_later, clock - INTERVAL '13:00' AS clock_before, at + '5 minutes' AS text_later
FROM t
WHERE at > now() - INTERVAL '1 hour' OR pause IS NULL;

CREATE VIEW lengths AS
SELECT at - '2026-11-22 09:00:00' AS since, at - day AS of_day, fine - at AS mixed, day - DATE '2026-01-01' AS day_number,
       clock - TIME '12:00' AS after_noon, pause * 2 AS twice, 0.5 * pause AS half, pause / n AS share, -pause AS back,
       pause + INTERVAL 'P1DT1H' AS longer, pause = INTERVAL '30 days' AS is_month, pause > '1 day' AS long,
       pause::TEXT AS pause_text, '1 hour'::INTERVAL AS hour, clock::INTERVAL AS clock_length, pause::TIME AS pause_clock,
       TRY_CAST(pause::TEXT || '!' AS INTERVAL) AS never, pause IN (INTERVAL '24 hours', INTERVAL '1 month') AS listed
FROM t
WHERE pause IS NOT NULL;
