-- Every width, at its limits; a bare integer is passed through as sent.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    i8 TINYINT,
    i16 SMALLINT,
    i32 INT,
    i64 BIGINT,
    u8 TINYINT UNSIGNED,
    u16 SMALLINT UNSIGNED,
    u32 INT UNSIGNED,
    u64 BIGINT UNSIGNED
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW bare AS SELECT * FROM t;

CREATE VIEW computed AS
SELECT i8 + 1 AS next, -i16 AS minus, i32 * 2 AS doubled, i64 - 1 AS less, u8 / 2 AS half,
       u16 % 10 AS digit, abs(i32) AS distance
FROM t
WHERE i64 <> u64 OR u64 > 18446744073709551614 OR i64 = -9223372036854775808;
