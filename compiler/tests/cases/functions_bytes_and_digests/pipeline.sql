-- Bytes and digests: the examples of docs/functions.md.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (x INT) WITH (
    connector = 'mqtt_source', connection = 'broker', topics = '["t"]'
);

CREATE VIEW examples AS
SELECT
    bit_count(CAST('\x1234567890' AS BYTEA)) AS e0,
    convert_from(CAST('\xc3a4' AS BYTEA), 'UTF8') AS e1,
    encode(convert_to('ä', 'UTF8'), 'hex') AS e2,
    decode('MTIzAAE=', 'base64') AS e3,
    decode('3132 33', 'hex') AS e4,
    decode('123\000', 'escape') AS e5,
    encode(CAST('123\001' AS BYTEA), 'base64') AS e6,
    encode(CAST('123' AS BYTEA), 'hex') AS e7,
    encode(CAST('\x00ff41' AS BYTEA), 'escape') AS e8,
    get_byte(CAST('\x1234' AS BYTEA), 1) AS e9,
    hash64('pump-7') AS e10,
    hash64(CAST('abc' AS BYTEA)) AS e11,
    length(CAST('\x1234' AS BYTEA)) AS e12,
    bit_length(CAST('\x1234' AS BYTEA)) AS e13,
    md5('abc') AS e14,
    md5(CAST('\x00' AS BYTEA)) AS e15,
    encode(sha224('abc'), 'hex') AS e16,
    encode(sha256('abc'), 'hex') AS e17,
    encode(sha384('abc'), 'base64') AS e18,
    encode(sha512(CAST('abc' AS BYTEA)), 'base64') AS e19,
    encode(substring(CAST('\x12345678' AS BYTEA) FROM 2 FOR 2), 'hex') AS e20,
    encode(substr(CAST('\x12345678' AS BYTEA), 3), 'hex') AS e21
FROM t;
