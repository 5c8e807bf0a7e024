//! Shapes and places of statements.

use super::{good, good_select, parsed};
use crate::ir::ast::{
    Branch, ColumnClauseKind, ColumnDefinition, CreateTable, OptionValue, Script, SelectItem,
    Statement,
};
use crate::source::SourceFile;

/// A text with every statement and clause.
pub(super) const EVERY_STATEMENT: &str = r#"
CREATE CONNECTION mqtt_connection FROM mqtt_source
WITH (broker = 'tcp://localhost:1883', clean_session = false, session_expiry_interval = 3600,
      reconnect_backoff_multiplier = 2.0, "client_id" = 'it''s');
create table readings (
    device_id TEXT NOT NULL PATH '$.d."odd key"[0]',
    "ts" TIMESTAMP(3) FORMAT 'unix_ms',
    topic VARCHAR METADATA FROM 'topic.2' NULL,
    path DOUBLE PRECISION, format FLOAT, check BIGINT UNSIGNED, a DECIMAL(10,2), b NUMERIC(5),
    c BYTEA, d DATE, e TIME, f JSON, g BOOL, h TIMESTAMPTZ, i REAL, j TINYINT, k FLOAT(24)
) WITH (
    connector = 'mqtt_source', topics = ['a/+', 'b/#'], json.validation = 'lazy',
    'raw_bytes.include_topic' = 'true', qos = 1, offset = -2.5, arrays = ARRAY['x']
);
CREATE TABLE mqtt_avro (schema_registry_url = 'http://registry:8081', value_schema_id = 100)
WITH (format = 'avro');
CREATE TABLE sink (a TEXT) WITH (connector = 'stdout');
CREATE TABLE copy WITH (connector = 'stdout') AS SELECT * FROM readings;
CREATE VIEW v (x, "Y") AS SELECT device_id, r.a FROM readings AS r WHERE a > 1;
CREATE VIEW w AS SELECT ALL r.*, a sum_a FROM readings r;
INSERT INTO sink (a) SELECT x FROM v;
INSERT INTO sink SELECT x FROM v
;
SELECT * FROM "w""x" WHERE true
"#;

fn table(text: &str) -> (SourceFile, CreateTable) {
    let (source, mut statements) = good(text);
    match statements.remove(0) {
        Statement::CreateTable(table) => (source, table),
        other => panic!("not a table: {other:?}"),
    }
}

fn column(text: &str) -> (SourceFile, ColumnDefinition) {
    let (source, mut table) = table(&format!("CREATE TABLE t ({text})"));
    (source, table.columns.remove(0))
}

#[test]
fn statements_cover_their_text() {
    let texts = [
        "CREATE CONNECTION c FROM mqtt WITH (a = 1)",
        "CREATE TABLE t (a INT) WITH (b = 'c')",
        "CREATE TABLE t WITH (b = 'c') AS SELECT * FROM u",
        "CREATE VIEW v (ü) AS SELECT a FROM t",
        "INSERT INTO t (a) SELECT b FROM u WHERE c IS NULL",
        "SELECT a FROM t u",
        "SET log.level = 'warn'",
        "set \"log.level\" TO 'warn'",
    ];
    for text in texts {
        let (source, statements) = good(&format!("\u{feff}/* é */ {text} ; -- end"));
        let span = match &statements[0] {
            Statement::CreateConnection(statement) => statement.span,
            Statement::CreateTable(statement) => statement.span,
            Statement::CreateView(statement) => statement.span,
            Statement::Insert(statement) => statement.span,
            Statement::Select(query) => query.span,
            Statement::Set(set) => set.span,
        };
        assert_eq!(source.slice(span), text);
    }
}

#[test]
fn every_type_maps_and_covers_its_text() {
    let cases = [
        ("BOOLEAN", "BOOLEAN"),
        ("bool", "BOOLEAN"),
        ("TINYINT UNSIGNED", "TINYINT UNSIGNED"),
        ("SMALLINT", "SMALLINT"),
        ("INT", "INT"),
        ("Integer  Unsigned", "INT UNSIGNED"),
        ("INT8", "BIGINT"),
        ("BIGINT UNSIGNED", "BIGINT UNSIGNED"),
        ("REAL", "REAL"),
        ("FLOAT", "DOUBLE"),
        ("FLOAT(24)", "REAL"),
        ("FLOAT(25)", "DOUBLE"),
        ("DOUBLE", "DOUBLE"),
        ("DOUBLE  PRECISION", "DOUBLE"),
        ("DECIMAL(38, 38)", "DECIMAL(38,38)"),
        ("NUMERIC(5)", "DECIMAL(5,0)"),
        ("TEXT", "TEXT"),
        ("VARCHAR", "TEXT"),
        ("CHARACTER VARYING", "TEXT"),
        ("STRING", "TEXT"),
        ("BYTEA", "BYTEA"),
        ("TIMESTAMP", "TIMESTAMP"),
        ("TIMESTAMP(0)", "TIMESTAMP(0)"),
        ("TIMESTAMP (3)", "TIMESTAMP(3)"),
        ("TIMESTAMP(6)", "TIMESTAMP"),
        ("TIMESTAMPTZ(9)", "TIMESTAMP(9)"),
        ("INT[]", "INT[]"),
        ("INT ARRAY", "INT[]"),
        ("ARRAY<DOUBLE>", "DOUBLE[]"),
        ("TEXT[][]", "TEXT[][]"),
        (
            "STRUCT<a INT, \"b c\" STRUCT<d ARRAY<STRUCT<e DATE>>>>[]",
            "STRUCT<a INT, \"b c\" STRUCT<d STRUCT<e DATE>[]>>[]",
        ),
        ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP"),
        ("DATE", "DATE"),
        ("TIME", "TIME"),
        ("JSON", "JSON"),
    ];
    for (text, expected) in cases {
        let (source, column) = column(&format!("a {text} NOT NULL"));
        assert_eq!(column.data_type.to_string(), expected);
        assert_eq!(source.slice(column.type_span), text);
    }
}

#[test]
fn columns_and_clauses_have_their_places() {
    let text = "\"größe\"  INT  NOT  NULL PATH '$.a' FORMAT 'x' METADATA FROM 'topic' NULL \
                DEFAULT -1.5 CHECK (a > 1) GENERATED ALWAYS AS (b + 1) STORED";
    let (source, column) = column(text);
    assert_eq!(source.slice(column.span), text);
    assert_eq!(source.slice(column.name.span), "\"größe\"");
    assert_eq!(
        (column.name.text.as_str(), column.name.quoted),
        ("größe", true)
    );
    let clauses: Vec<&str> = column
        .clauses
        .iter()
        .map(|c| source.slice(c.span))
        .collect();
    let expected = [
        "NOT  NULL",
        "PATH '$.a'",
        "FORMAT 'x'",
        "METADATA FROM 'topic'",
        "NULL",
        "DEFAULT -1.5",
        "CHECK (a > 1)",
        "GENERATED ALWAYS AS (b + 1) STORED",
    ];
    assert_eq!(clauses, expected);
    let kinds: Vec<&str> = column
        .clauses
        .iter()
        .map(|clause| match &clause.kind {
            ColumnClauseKind::NotNull => "not null",
            ColumnClauseKind::Null => "null",
            ColumnClauseKind::Path(text)
            | ColumnClauseKind::Format(text)
            | ColumnClauseKind::Metadata(text) => &text.value,
            ColumnClauseKind::Default(expr)
            | ColumnClauseKind::Check(expr)
            | ColumnClauseKind::Generated(expr) => source.slice(expr.span),
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "not null", "$.a", "x", "topic", "null", "-1.5", "a > 1", "b + 1"
        ]
    );
}

#[test]
fn options_keep_their_spelling_and_place() {
    let cases = [
        ("qos = 1", "qos", "1", "1"),
        ("qos = '1'", "qos", "text 1", "'1'"),
        ("x = - 2.50", "x", "-2.50", "- 2.50"),
        ("x = +2", "x", "2", "+2"),
        ("x = TRUE", "x", "true", "TRUE"),
        (
            "json.validation = 'lazy'",
            "json.validation",
            "text lazy",
            "'lazy'",
        ),
        ("'a.b' = 'it''s'", "a.b", "text it's", "'it''s'"),
        ("\"Quoted\" = false", "Quoted", "false", "false"),
        ("topics = ['a', 'b']", "topics", "[a,b]", "['a', 'b']"),
        ("topics = ARRAY['a']", "topics", "[a]", "ARRAY['a']"),
        ("from = 1", "from", "1", "1"),
    ];
    for (text, key, value, place) in cases {
        let (source, table) = table(&format!("CREATE TABLE t (a INT) WITH ({text})"));
        let option = &table.options[0];
        assert_eq!(option.key.text, key);
        assert_eq!(source.slice(option.value.span()), place);
        let shown = match &option.value {
            OptionValue::Text(text) => format!("text {}", text.value),
            OptionValue::Number { text, .. } => text.clone(),
            OptionValue::Boolean { value, .. } => value.to_string(),
            OptionValue::Array { items, .. } => {
                let items: Vec<&str> = items.iter().map(|item| item.value.as_str()).collect();
                format!("[{}]", items.join(","))
            }
        };
        assert_eq!(shown, value);
    }
}

#[test]
fn queries_have_their_places() {
    let text = "SELECT *, r.*, a AS \"b c\", a b FROM readings AS r WHERE a > 1";
    let (source, query) = good_select(text);
    let slices: Vec<String> = query
        .items
        .iter()
        .map(|item| match item {
            SelectItem::Wildcard(span) | SelectItem::QualifiedWildcard { span, .. } => {
                source.slice(*span).to_owned()
            }
            SelectItem::Expr { expr, alias } => {
                let alias = alias.as_ref().map_or("-", |alias| &alias.text);
                format!("{} as {alias}", source.slice(expr.span))
            }
        })
        .collect();
    assert_eq!(slices, ["*", "r.*", "a as b c", "a as b"]);
    assert_eq!(source.slice(query.from.span), "readings AS r");
    let predicate = query.predicate.as_ref().expect("it has a WHERE");
    assert_eq!(source.slice(predicate.span), "a > 1");
}

#[test]
fn queries_stand_in_queries() {
    let text = "WITH a(x, y) AS (SELECT * FROM t), b AS ((SELECT x FROM a))
                SELECT x FROM (SELECT 1 FROM b WHERE c) AS d(x) UNION ALL ((SELECT y FROM a)
                UNION ALL SELECT z FROM (SELECT * FROM u))";
    let (_, statements) = good(text);
    let script = Script {
        statements,
        broken: Vec::new(),
    };
    let want = "(run
  (with a (x y)
    (select
      *
      (from t)))
  (with b
    (select
      x
      (from a)))
  (union-all
    (select
      x
      (from d (x)
        (select
          1
          (from b)
          (where c))))
    (union-all
      (select
        y
        (from a))
      (select
        z
        (from
          (select
            *
            (from u)))))))
";
    assert_eq!(crate::ir::explain::script(&script), want);
}

/// What else a query on a system table asks for is right at its proper place, so the table is the
/// only mistake, and a later stage's.
#[test]
fn system_tables_are_left_to_the_binder() {
    let text = "SELECT count(*) FROM system.connector_logs WHERE level = 'ERROR'
                ORDER BY timestamp DESC LIMIT 10;";
    let (source, statements) = good(text);
    let Statement::Select(query) = &statements[0] else {
        panic!("not a query: {statements:?}");
    };
    let [Branch::Select(select)] = query.branches.as_slice() else {
        panic!("not a SELECT: {query:?}");
    };
    assert_eq!(source.slice(select.from.span), "system.connector_logs");
}

/// Names that broken statements would have defined, so that their uses are no second mistake.
#[test]
fn broken_definitions_leave_their_names() {
    let text = "CREATE TABLE a (x FOO); CREATE TABLE IF NOT EXISTS \"b\" (y INT);
                CREATE VIEW c AS SELEC x FROM a; CREATE OR REPLACE VIEW d AS SELECT x FROM a;
                CREATE CONNECTION e FROM; CREATE TABLE f (x TEXT) WITH (g = ‘h’); SELECT; DROP z;
                CREATE VIEW fine AS SELECT x FROM a";
    let (_, script, _) = parsed(text);
    let names: Vec<&str> = script
        .broken
        .iter()
        .map(|name| name.text.as_str())
        .collect();
    assert_eq!(names, ["a", "b", "c", "d", "e", "f"]);
    assert_eq!(script.statements.len(), 1);
}
