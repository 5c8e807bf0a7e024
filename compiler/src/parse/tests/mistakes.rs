//! Texts with mistakes, and what is said about them.

use super::parsed;
use crate::diagnostics::{Style, render_all};

/// The diagnostics of `text`: code, message and the first marked place of each.
fn said(text: &str) -> Vec<(&'static str, String, String)> {
    let (source, _, diagnostics) = parsed(text);
    diagnostics
        .iter()
        .map(|d| {
            (
                d.code.as_str(),
                d.message.clone(),
                source.slice(d.labels[0].span).to_owned(),
            )
        })
        .collect()
}

/// Each text has exactly one mistake: its code, its place, and a part of what is printed.
fn check(cases: &[(&str, &str, &str, &str)]) {
    for (text, code, place, part) in cases {
        let (source, script, diagnostics) = parsed(text);
        let printed = render_all(&diagnostics, &source, Style::Plain);
        assert_eq!(diagnostics.len(), 1, "{text}\n{printed}");
        assert_eq!(diagnostics[0].code.as_str(), *code, "{printed}");
        assert_eq!(
            source.slice(diagnostics[0].labels[0].span),
            *place,
            "{printed}"
        );
        assert!(printed.contains(part), "{part:?} is not in\n{printed}");
        let empty = script.statements.is_empty() || text.contains("fine");
        assert!(empty, "a statement with a mistake is left out: {text}");
    }
}

#[test]
fn slips_of_the_pen() {
    check(&[
        (
            "SELECT a FROM t WHER a > 1",
            "E0001",
            "WHER",
            "did you mean `WHERE`?",
        ),
        (
            "SELECT a FROM t AS u GRUOP BY a",
            "E0001",
            "GRUOP",
            "did you mean `GROUP`?",
        ),
        ("SELECT a FORM t", "E0001", "FORM", "did you mean `FROM`?"),
        (
            "SELECT a FROM t WHERE a AN b",
            "E0001",
            "AN",
            "did you mean `AND`?",
        ),
        ("SELEC a FROM t", "E0001", "SELEC", "did you mean `SELECT`?"),
        (
            "CREATE TABEL t (a INT)",
            "E0007",
            "CREATE TABEL",
            "did you mean `CREATE TABLE`?",
        ),
        (
            "CREATE CONNECTION c FRM mqtt WITH (a = 1)",
            "E0001",
            "FRM",
            "did you mean `FROM`?",
        ),
        (
            "CREATE TABLE t (a INTT)",
            "E0401",
            "INTT",
            "did you mean `INT`?",
        ),
        (
            "CREATE TABLE t (a INT NOTNULL)",
            "E0001",
            "NOTNULL",
            "did you mean `NOT NULL`?",
        ),
        (
            "CREATE TABLE t (a INT whatever)",
            "E0001",
            "whatever",
            "clauses of a column are",
        ),
        (
            "CREATE TABLE t (a INT PAHT '$.a')",
            "E0001",
            "PAHT",
            "did you mean `PATH`?",
        ),
        (
            "CREATE TABLE t (a)",
            "E0001",
            ")",
            "every column has a type: `a TEXT`",
        ),
        (
            "CREATE TABLE t (a TEXT b INT)",
            "E0001",
            "TEXT",
            "a comma is missing",
        ),
        (
            "CREATE TABLE t (a TEXT,)",
            "E0001",
            ",",
            "a comma stands behind the last column",
        ),
        (
            "CREATE TABLE t (order INT)",
            "E0001",
            "order",
            "`\"order\"`",
        ),
        (
            "CREATE TABLE t (a INT) WITH (x = 1 y = 2)",
            "E0001",
            "1",
            "a comma is missing",
        ),
        (
            "CREATE TABLE t (a INT) WITH (x = 1,)",
            "E0001",
            ",",
            "remove the comma",
        ),
        (
            "CREATE TABLE t (a INT) WITH (x = json)",
            "E0001",
            "json",
            "write 'json'",
        ),
        (
            "CREATE TABLE t (a INT) WITH (x = \"a'b\")",
            "E0001",
            "\"a'b\"",
            "write 'a''b'",
        ),
        (
            "CREATE TABLE t (a INT) WITH (x 1)",
            "E0001",
            "1",
            "expected `=`",
        ),
        (
            "CREATE TABLE t (a INT PATH \"$.a\")",
            "E0001",
            "\"$.a\"",
            "write '$.a' for a text",
        ),
        (
            "CREATE VIEW 'v' AS SELECT a FROM t",
            "E0001",
            "'v'",
            "a name stands in double quotes",
        ),
        ("SELECT a, FROM t", "E0001", ",", "remove the comma"),
        (
            "SELECT a b c FROM t",
            "E0001",
            "c",
            "perhaps a comma is missing",
        ),
        ("SELECT FROM t", "E0001", "FROM", "expected what to select"),
        ("SELECT a", "E0001", "", "`SELECT … FROM name`"),
        (
            "SELECT a == 1 FROM t",
            "E0001",
            "==",
            "equality is written `=`",
        ),
        ("SELECT a && b FROM t", "E0001", "&&", "write `AND`"),
        (
            "SELECT !a FROM t",
            "E0001",
            "!",
            "negation is written `NOT`",
        ),
        ("SELECT a < b < c FROM t", "E0001", "<", "`a < b AND b < c`"),
        (
            "SELECT a = NOT b FROM t",
            "E0001",
            "NOT",
            "put parentheses around it",
        ),
        ("SELECT (a FROM t", "E0001", "FROM", "to close this one"),
        ("SELECT a) FROM t", "E0001", ")", "expected `,` or `FROM`"),
        (
            "SELECT CASE WHEN a THEN b FROM t",
            "E0001",
            "FROM",
            "to close this `CASE`",
        ),
        (
            "SELECT CASE ELSE b END FROM t",
            "E0001",
            "ELSE",
            "expected an expression",
        ),
        (
            "SELECT a BETWEEN 1, 2 FROM t",
            "E0001",
            ",",
            "expected `AND`",
        ),
        (
            "SELECT a LIKE 'x' ESCAPE 'yz' FROM t",
            "E0303",
            "'yz'",
            "a single character",
        ),
        (
            "SELECT a IN () FROM t",
            "E0001",
            ")",
            "expected an expression",
        ),
        (
            "SELECT a IS 1 FROM t",
            "E0001",
            "1",
            "`NULL`, `TRUE`, `FALSE` or `UNKNOWN`",
        ),
        (
            "SELECT JSON '{}' FROM t",
            "E0001",
            "'{}'",
            "CAST('{}' AS JSON)",
        ),
        (
            "CREATE TABLE t (a DECIMAL(39, 2))",
            "E0303",
            "(39, 2)",
            "1 to 38 digits",
        ),
        (
            "CREATE TABLE t (a DECIMAL(2, 3))",
            "E0303",
            "(2, 3)",
            "1 to 38 digits",
        ),
        (
            "CREATE TABLE t (a DECIMAL(1.5))",
            "E0001",
            "1.5",
            "expected a whole number",
        ),
        (
            "CREATE TABLE t (a TIMESTAMP(4))",
            "E0303",
            "(4)",
            "0, 3, 6 or 9",
        ),
        ("CREATE TABLE t (a FLOAT(54))", "E0303", "(54)", "1 to 53"),
        (
            "INSERT sink SELECT a FROM t",
            "E0001",
            "sink",
            "expected `INTO`",
        ),
        ("x", "E0001", "x", "a statement begins with"),
        ("42", "E0001", "42", "expected a statement"),
    ]);
}

#[test]
fn tokens_that_do_not_belong() {
    check(&[
        ("SELECT 'abc FROM t", "E0002", "'", "close it with '"),
        (
            "SELECT \"abc FROM t",
            "E0002",
            "\"",
            "this quoted name is never closed",
        ),
        (
            "SELECT a /* b /* c */ FROM t",
            "E0002",
            "/*",
            "this comment is never closed",
        ),
        (
            "SELECT a FROM t WHERE b = ‘c’",
            "E0002",
            "‘",
            "write the plain ones",
        ),
        (
            "SELECT `a` FROM t",
            "E0002",
            "`",
            "a backtick does not quote",
        ),
        (
            "SELECT a\u{0} FROM t",
            "E0002",
            "\u{0}",
            "the character U+0000",
        ),
        (
            "SELECT a\u{feff} FROM t",
            "E0002",
            "\u{feff}",
            "byte-order mark",
        ),
        (
            "SELECT \"\" FROM t",
            "E0002",
            "\"\"",
            "a name cannot be empty",
        ),
        (
            "SELECT 1_000 FROM t",
            "E0002",
            "1_000",
            "without underscores: `1000`",
        ),
        ("SELECT 1st FROM t", "E0002", "1st", "begins with a digit"),
        (
            "SELECT 1.2.3 FROM t",
            "E0002",
            "1.2.3",
            "neither a number nor a name",
        ),
        ("SELECT 5L FROM t", "E0002", "5L", "leave the `L` out"),
        ("SELECT E'a' FROM t", "E0401", "E'a'", "write a plain `'…'`"),
        ("SELECT X'00' FROM t", "E0401", "X'00'", "in decimal digits"),
        ("SELECT $1 FROM t", "E0401", "$1", "no parameters"),
        (
            "CREATE TABLE t (\n    ...\n)",
            "E0004",
            "...",
            "name the columns",
        ),
        ("CREATE TABLE t (…)", "E0004", "…", "name the columns"),
        ("SELECT ... FROM t", "E0004", "...", "an abbreviation"),
    ]);
}

#[test]
fn texts_without_a_statement() {
    for text in [
        "",
        "\u{feff}",
        " \n\t",
        "-- nothing\n",
        "/* */ ;;",
        "\u{a0}",
    ] {
        let all = said(text);
        assert_eq!(all.len(), 1, "{text:?}: {all:?}");
        assert_eq!(all[0].0, "E0006");
    }
}

#[test]
fn statements_that_pipelines_do_not_have() {
    check(&[
        (
            "DROP TABLE t",
            "E0007",
            "DROP",
            "a pipeline has no `DROP` statement",
        ),
        (
            "update t set a = 1",
            "E0007",
            "update",
            "a pipeline has no `UPDATE` statement",
        ),
        ("CREATE SOURCE s", "E0007", "CREATE SOURCE", "both tables"),
        (
            "CREATE INDEX i ON t",
            "E0007",
            "CREATE INDEX",
            "CREATE CONNECTION, CREATE TABLE",
        ),
        (
            "SET log.level = 'debug'",
            "E0401",
            "SET log.level = 'debug'",
            "its default",
        ),
        ("qos = 1", "E0005", "qos = 1", "WITH (…, qos = 1)"),
        (
            "topics = '[\"a\"]'\n\ntopics = '[\"b\"]'",
            "E0005",
            "topics = '[\"a\"]'",
            "this one, too",
        ),
    ]);
}

#[test]
fn what_is_not_supported_yet_is_named_at_its_place() {
    let cases = [
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
            "SELECT a FROM (SELECT b FROM u) AS v",
            "(SELECT b FROM u)",
            "a sub-query is",
        ),
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
            "SELECT a FROM t WHERE b UNION ALL SELECT c FROM u",
            "UNION ALL",
            "`UNION` is",
        ),
        (
            "WITH x AS (SELECT a FROM t) SELECT a FROM x",
            "WITH",
            "`WITH name AS (query)` is",
        ),
        ("(SELECT a FROM t)", "(", "a query in parentheses is"),
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
            "SELECT extract(year FROM a) FROM t",
            "extract(year FROM a)",
            "`EXTRACT` is",
        ),
        (
            "SELECT substring(a FROM 1) FROM t",
            "substring(a FROM 1)",
            "`SUBSTRING` is",
        ),
        ("SELECT floor(a) FROM t", "floor(a)", "`FLOOR` is"),
        ("SELECT a::INT FROM t", "::", "write `CAST(a AS INT)`"),
        (
            "SELECT TRY_CAST(a AS INT) FROM t",
            "TRY_CAST(a AS INT)",
            "`TRY_CAST` is",
        ),
        ("SELECT a || b FROM t", "||", "the operator `||` is"),
        (
            "SELECT a -> 'b' FROM t",
            "->",
            "declare a column with a PATH",
        ),
        ("SELECT a ->> 'b' FROM t", "->>", "the operator `->>` is"),
        (
            "SELECT a NOT ILIKE 'b' FROM t",
            "NOT ILIKE",
            "write `lower(x) LIKE",
        ),
        (
            "SELECT a SIMILAR TO 'b' FROM t",
            "SIMILAR TO",
            "the operator `SIMILAR` is",
        ),
        ("SELECT a ^ 2 FROM t", "^", "the operator `^` is"),
        (
            "SELECT a IS DISTINCT FROM b FROM t",
            "IS DISTINCT FROM",
            "`IS DISTINCT FROM` is",
        ),
        ("SELECT a[1] FROM t", "[1]", "a subscript is"),
        (
            "SELECT ARRAY[1, 2] FROM t",
            "ARRAY[1, 2]",
            "an array literal is",
        ),
        ("SELECT (a, b) FROM t", "(", "a row of several values is"),
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
    let with_code: Vec<_> = cases
        .map(|(text, place, part)| (text, "E0401", place, part))
        .into();
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

#[test]
fn every_mistake_of_a_file_is_reported() {
    let text = "CREATE TABLE t (a FOO, b INT[], c INT DEFAULT 1, d TEXT) WITH (e = f, g = 'h',);
                SELECT (a FROM t; DROP t; SELECT b FROM t WHER c; fine;
                SELECT d FROM t";
    let codes: Vec<&str> = said(text).iter().map(|(code, ..)| *code).collect();
    let expected = [
        "E0401", "E0401", "E0401", "E0001", "E0001", "E0001", "E0007", "E0001", "E0001",
    ];
    assert_eq!(codes, expected);
}

#[test]
fn a_missing_semicolon_hides_nothing() {
    let text = "CREATE VIEW v AS SELECT a FROM t\nCREATE VIEW w AS SELECT b FROM t WHER c;
                CREATE TABLE u (a INT) WITH (b = 1) SELECT a FROM u";
    let all = said(text);
    let places: Vec<&str> = all.iter().map(|(.., place)| place.as_str()).collect();
    assert_eq!(places, ["t", "WHER", ")"]);
    assert!(all[0].1.contains("a `;` is missing"), "{all:?}");
    assert!(all[2].1.contains("a `;` is missing"), "{all:?}");
}

/// The quote that is missing is not the one at which the text runs out of quotes.
#[test]
fn a_missing_quote_is_looked_for_where_a_text_runs_over_its_line() {
    let text = "CREATE TABLE t (a INT) WITH (\n  x = 'mqtt,\n  y = 'json'\n);";
    let (source, _, diagnostics) = parsed(text);
    let labels = &diagnostics[0].labels;
    assert_eq!(source.line_column(labels[0].span.start).0, 3);
    assert_eq!(source.line_column(labels[1].span.start).0, 2);
}
