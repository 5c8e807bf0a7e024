-- What a view's column stands for is computed once where that changes nothing: not before a
-- filter that rejects the row, not where a condition decides, not ahead of an earlier failure.

CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');

CREATE TABLE t (a INT, b INT, c INT, s TEXT) WITH (
    connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]', format = 'json'
);

CREATE VIEW parts AS
SELECT a, b, c, s,
       a / b AS quotient,
       100 / c AS share,
       lower(s) AS low,
       a > 0 AND 10 / b > 1 AS good
FROM t;

-- computed behind the first filter, before the second
CREATE VIEW behind_filters AS
SELECT quotient, quotient + 1 AS next FROM parts WHERE a IS NOT NULL AND quotient > 1;

-- b = 0 and c = 0: the quotient's failure comes first
CREATE VIEW left_to_right AS
SELECT quotient + share AS sum, share AS share, share - quotient AS difference FROM parts;

-- the share is not asked for where b is NULL or negative; where it is, twice
CREATE VIEW conditional AS
SELECT CASE WHEN b > 0 THEN share ELSE 0 END AS maybe,
       COALESCE(b, share) AS other,
       b > 0 OR share > 1 AS either
FROM parts;

-- certain in the last output alone, behind the failures of the first
CREATE VIEW late AS
SELECT 7 / a AS first, CASE WHEN b > 0 THEN share END AS maybe, share AS share, share * 2 AS twice
FROM parts;

-- can't fail: computed wherever that is
CREATE VIEW texts AS
SELECT CASE WHEN b > 0 THEN low ELSE 'none' END AS low, low = 'abc' AS abc, low AS "a b"
FROM parts WHERE low <> 'skip';

-- a WHERE stops at a NULL, a value goes on
CREATE VIEW conjunction AS SELECT good, a FROM parts WHERE good;

CREATE VIEW doubled AS SELECT quotient + quotient AS x FROM parts;
CREATE VIEW quadrupled AS SELECT x + x AS x, x AS half FROM doubled;
CREATE VIEW eightfold AS SELECT x + x AS x, half FROM quadrupled WHERE x <> 4;

-- a local of every type
CREATE VIEW kinds AS
SELECT CAST(a AS BOOLEAN) AS boolean, CAST(a AS SMALLINT) AS small, CAST(a AS REAL) AS real_,
       CAST(a AS DOUBLE) AS double_, CAST(a AS DECIMAL(12, 2)) AS decimal_, lower(s) AS text_,
       CAST(s AS BYTEA) AS bytes, CAST(now() AS TIMESTAMP(3)) AS moment,
       CAST(now() AS DATE) AS day, CAST(now() AS TIME) AS clock, CAST(a AS JSON) AS json,
       a / 2 AS unread
FROM t WHERE a > 0;
CREATE VIEW kinds_twice AS
SELECT boolean, boolean AS boolean2, small, small AS small2, real_, real_ AS real2,
       double_, double_ AS double2, decimal_, decimal_ AS decimal2, text_, text_ AS text2,
       bytes, bytes AS bytes2, moment, moment AS moment2, day, day AS day2, clock, clock AS clock2,
       json, json AS json2, NOT boolean AS neither
FROM kinds WHERE unread NOT IN (1, NULL) OR unread IS NOT NULL;
