-- Patterns, the table's default and columns' own; some hold text that would like to be code.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    local TIMESTAMP NOT NULL,
    compact TIMESTAMP(9) FORMAT '%Y%m%dT%H%M%S%9f%z',
    mail TIMESTAMP(0) FORMAT '%a, %-d %b %Y %T %z',
    american TIMESTAMP(3) FORMAT '%-m/%-d/%y %-I:%M:%S%.f %p',
    ordinal TIMESTAMP FORMAT '%Y-%j',
    unix TIMESTAMP(3) FORMAT '[%s%.f]',
    spaced TIMESTAMP FORMAT '%B %e, %Y',
    odd TIMESTAMP FORMAT '"\{}''*/é	%% %F',
    plain TIMESTAMP FORMAT '%F %-H:%-M:%-S,%f',
    digits TIMESTAMP FORMAT '%Y%m%d%H%M%S%3f',
    usual TIMESTAMP FORMAT '%A %D %R%:z',
    halves TIMESTAMP FORMAT '%j/%Y %I%p.%6f %M %S',
    r TIMESTAMP FORMAT 'rfc3339',
    ms TIMESTAMP FORMAT 'unix_ms'
) WITH (
    connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]',
    timestamp_format = '%d.%m.%Y %H:%M:%S'
);

CREATE VIEW bare AS SELECT * FROM t;

CREATE VIEW recent AS
SELECT local, CAST(mail AS TEXT) AS mail, mail > local AS later
FROM t
WHERE local >= TIMESTAMP '2026-01-01T00:00:00Z' AND american IS NOT NULL;
