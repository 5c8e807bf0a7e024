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
pub(super) fn check(cases: &[(&str, &str, &str, &str)]) {
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
        // what is not supported in an expression has a node of its own, so that the rest is checked
        let marked = diagnostics[0].code.as_str() == "E0401"
            && format!("{:?}", script.statements).contains("Unsupported");
        let empty = script.statements.is_empty() || text.contains("fine") || marked;
        assert!(empty, "a statement with a mistake is left out: {text}");
    }
}

/// Text, code, place, a part of what is printed.
const SLIPS: &[(&str, &str, &str, &str)] = &[
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
        "E0310",
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
        "a CASE has at least one WHEN",
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
        "()",
        "list at least one value",
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
];

#[test]
fn slips_of_the_pen() {
    check(SLIPS);
}

/// Text, code, place, a part of what is printed.
const TOKENS: &[(&str, &str, &str, &str)] = &[
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
];

#[test]
fn tokens_that_do_not_belong() {
    check(TOKENS);
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
        ("SET log.level = debug", "E0001", "debug", "quotes"),
        ("qos = 1", "E0005", "qos = 1", "WITH (…, qos = 1)"),
        (
            "CREATE TABLE t (a INT) qos = 1",
            "E0005",
            "qos = 1",
            "WITH (…, qos = 1)",
        ),
        (
            "CREATE TABLE t (a INT) (qos = 1)",
            "E0001",
            "(",
            "expected `WITH`",
        ),
        (
            "topics = '[\"a\"]'\n\ntopics = '[\"b\"]'",
            "E0005",
            "topics = '[\"a\"]'",
            "this one, too",
        ),
    ]);
}

#[test]
fn every_mistake_of_a_file_is_reported() {
    let text = "CREATE TABLE t (a FOO, b INT[3], c INT DEFAULT, d TEXT) WITH (e = f, g = 'h',);
                SELECT (a FROM t; DROP t; SELECT b FROM t WHER c; fine;
                SELECT d FROM t";
    let codes: Vec<&str> = said(text).iter().map(|(code, ..)| *code).collect();
    let expected = [
        "E0310", "E0401", "E0001", "E0001", "E0001", "E0001", "E0007", "E0001", "E0001",
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
