//! What SQL has and this dialect not yet: each named at its place.

use super::mistakes::check;

/// Text, place, a part of what is printed.
const CONSTRUCTS: &[(&str, &str, &str)] = &[
    ("SELECT DISTINCT a FROM t", "DISTINCT", "`DISTINCT` is"),
    (
        "SELECT a FROM t JOIN u ON t.a = u.a WHERE b",
        "JOIN",
        "`JOIN` is",
    ),
    (
        "SELECT a FROM t LEFT OUTER JOIN u USING (a)",
        "LEFT OUTER JOIN",
        "`JOIN` is",
    ),
    ("SELECT a FROM t, u", ", u", "a second table in FROM is"),
    (
        "SELECT a FROM unnest(b) AS v",
        "unnest(b)",
        "`UNNEST(…)` in FROM is",
    ),
    ("SELECT a FROM t GROUP BY a", "GROUP BY", "`GROUP BY` is"),
    ("SELECT a FROM t HAVING a > 1", "HAVING", "`HAVING` is"),
    (
        "SELECT a FROM t ORDER BY a DESC",
        "ORDER BY",
        "`ORDER BY` is",
    ),
    ("SELECT a FROM t LIMIT 3", "LIMIT", "`LIMIT` is"),
    (
        "SELECT a FROM t WHERE b UNION SELECT c FROM u",
        "UNION",
        "write `UNION ALL`",
    ),
    (
        "SELECT a FROM t UNION DISTINCT SELECT c FROM u",
        "UNION DISTINCT",
        "`UNION DISTINCT` is",
    ),
    (
        "SELECT a FROM t EXCEPT ALL SELECT c FROM u",
        "EXCEPT ALL",
        "`EXCEPT` is",
    ),
    (
        "(SELECT a FROM t) UNION ALL SELECT c FROM u ORDER BY a",
        "ORDER BY",
        "`ORDER BY` is",
    ),
    (
        "WITH RECURSIVE x AS (SELECT a FROM t) SELECT a FROM x",
        "RECURSIVE",
        "`WITH RECURSIVE` is",
    ),
    (
        "WITH x AS NOT MATERIALIZED (SELECT a FROM t) SELECT a FROM x",
        "NOT MATERIALIZED",
        "`MATERIALIZED` is",
    ),
    (
        "SELECT a FROM (VALUES (1)) AS x",
        "VALUES",
        "`VALUES` is not supported",
    ),
    (
        "INSERT INTO t VALUES (1)",
        "VALUES",
        "`VALUES` is not supported",
    ),
    ("SELECT * EXCEPT (a) FROM t", "EXCEPT (a)", "`* EXCEPT` is"),
    ("SELECT count(*) FROM t", "count(*)", "`COUNT` is"),
    (
        "SELECT rank() OVER (ORDER BY a) FROM t",
        "OVER",
        "a window function is",
    ),
    (
        "SELECT f(DISTINCT a) FROM t",
        "DISTINCT",
        "`DISTINCT` in a call is",
    ),
    ("SELECT f(a => 1) FROM t", "a =>", "a named argument is"),
    (
        "SELECT SAFE_CAST(a AS INT) FROM t",
        "SAFE_CAST(a AS INT)",
        "write `TRY_CAST(x AS type)`",
    ),
    ("SELECT a #> '{b}' FROM t", "#>", "`x -> 'a' -> 'b'`"),
    ("SELECT a #>> '{b}' FROM t", "#>>", "`x -> 'a' ->> 'b'`"),
    (
        "SELECT a SIMILAR TO 'b' FROM t",
        "SIMILAR TO",
        "the operator `SIMILAR` is",
    ),
    ("SELECT a ^ 2 FROM t", "^", "the operator `^` is"),
    ("SELECT a[1] FROM t", "[1]", "a subscript is"),
    (
        "SELECT ARRAY[1, 2] FROM t",
        "ARRAY[1, 2]",
        "an array literal is",
    ),
    (
        "SELECT (a, b) = (1, 2) FROM t",
        "(",
        "compare the values one by one",
    ),
    (
        "SELECT a IN (SELECT b FROM u) FROM t",
        "(SELECT b FROM u)",
        "a sub-query is",
    ),
    (
        "SELECT EXISTS (SELECT b FROM u) FROM t",
        "EXISTS (SELECT b FROM u)",
        "`EXISTS` is",
    ),
    ("SELECT (SELECT 1) FROM t", "(SELECT 1)", "a sub-query is"),
    (
        "SELECT INTERVAL '1' MINUTE FROM t",
        "INTERVAL '1' MINUTE",
        "`INTERVAL` is",
    ),
    (
        "SELECT a AT TIME ZONE 'UTC' FROM t",
        "AT TIME ZONE 'UTC'",
        "`AT TIME ZONE` is",
    ),
    ("SELECT a COLLATE b FROM t", "COLLATE b", "`COLLATE` is"),
    (
        "SELECT CURRENT_TIMESTAMP FROM t",
        "CURRENT_TIMESTAMP",
        "`now()`",
    ),
    ("SELECT a.b.c FROM t", "a.b.c", "a name of several parts is"),
    (
        "CREATE TABLE t (a INT DEFAULT 1)",
        "DEFAULT 1",
        "`DEFAULT` is",
    ),
    (
        "CREATE TABLE t (a INT DEFAULT f(1, 2) PATH 'x')",
        "DEFAULT f(1, 2)",
        "coalesce",
    ),
    (
        "CREATE TABLE t (a INT GENERATED ALWAYS AS (b))",
        "GENERATED ALWAYS AS (b)",
        "in a CREATE VIEW",
    ),
    (
        "CREATE TABLE t (a INT CHECK (a > 1))",
        "CHECK (a > 1)",
        "filter with WHERE",
    ),
    (
        "CREATE TABLE t (a INT, CHECK (a > 1))",
        "CHECK (a > 1)",
        "`CHECK` is",
    ),
    (
        "CREATE TABLE t (a INT PRIMARY KEY)",
        "PRIMARY KEY",
        "`PRIMARY KEY` is",
    ),
    (
        "CREATE TABLE t (a INT, WATERMARK FOR a AS a - INTERVAL '5 seconds')",
        "WATERMARK FOR a AS a - INTERVAL '5 seconds'",
        "`WATERMARK FOR` is",
    ),
    (
        "CREATE TABLE t (a VARCHAR(20))",
        "VARCHAR(20)",
        "write TEXT",
    ),
    (
        "CREATE TABLE t (a DATETIME)",
        "DATETIME",
        "take TIMESTAMP for `DATETIME`",
    ),
    ("CREATE TABLE t (a INT[])", "INT[]", "an array type is"),
    (
        "CREATE TABLE t (a STRUCT<b INT, c ARRAY<INT>> NOT NULL)",
        "STRUCT<b INT, c ARRAY<INT>>",
        "the type `STRUCT` is",
    ),
    (
        "CREATE TABLE IF NOT EXISTS t (a INT)",
        "IF NOT EXISTS",
        "`IF NOT EXISTS` is",
    ),
    (
        "CREATE OR REPLACE VIEW v AS SELECT a FROM t",
        "OR REPLACE",
        "`CREATE OR REPLACE` is",
    ),
    ("CREATE TABLE s.t (a INT)", "s.t", "a schema in a name is"),
];

#[test]
fn what_is_not_supported_yet_is_named_at_its_place() {
    let cases = CONSTRUCTS.iter();
    let with_code: Vec<_> = cases
        .map(|&(text, place, part)| (text, "E0401", place, part))
        .collect();
    check(&with_code);
}

/// A query that is meant for something else altogether gives one diagnostic, not ten.
#[test]
fn unsupported_parts_of_one_query_are_one_diagnostic() {
    check(&[(
        "SELECT count(*) AS n, min(at) FROM t WHERE at > now() - INTERVAL '1 minute' LIMIT 1",
        "E0401",
        "count(*)",
        "`COUNT`, `MIN`, `INTERVAL` and `LIMIT` are not supported yet",
    )]);
}
