mod asked;
mod queries;

use crate::ir::logical::{Expr, Format, LogicalPlan, MqttVersion, Origin, PathStep, Relation};
use crate::source::SourceFile;

const CONNECTION: &str = "CREATE CONNECTION c FROM mqtt WITH (broker = 'tcp://localhost');\n";

const TABLE: &str = "CREATE TABLE t (
    b BOOLEAN, i8 TINYINT, u8 TINYINT UNSIGNED, i16 SMALLINT, i32 INT, i64 BIGINT,
    u32 INT UNSIGNED, u64 BIGINT UNSIGNED, f32 REAL, f64 DOUBLE, dec DECIMAL(10,2),
    s TEXT, n TEXT NOT NULL, raw BYTEA, ts TIMESTAMP, ms TIMESTAMP(3), ns TIMESTAMP(9),
    d DATE, clock TIME, j JSON
) WITH (connector = 'mqtt', connection = 'c', topic = 'a/+');\n";

fn plan(sql: &str) -> LogicalPlan {
    let source = SourceFile::new("dir/line-1.sql", sql);
    let (plan, diagnostics) = crate::check(&source);
    plan.unwrap_or_else(|| panic!("{sql}\n{diagnostics:#?}"))
}

/// Type and nullability of an expression over the table.
fn type_of(expr: &str) -> String {
    let plan = plan(&format!("{CONNECTION}{TABLE}SELECT {expr} AS x FROM t;"));
    let columns = plan.columns(&plan.flows[0].query);
    let null = if columns[0].nullable { " NULL" } else { "" };
    format!("{}{null}", columns[0].data_type)
}

/// The names of a query's output columns.
fn names_of(query: &str) -> Vec<String> {
    let plan = plan(&format!("{CONNECTION}{TABLE}{query};"));
    let columns = plan.columns(&plan.flows[0].query);
    columns.into_iter().map(|column| column.name).collect()
}

#[test]
fn expressions_have_postgresql_types() {
    let cases = [
        ("1", "INT"),
        ("-2147483648", "INT"),
        ("2147483648", "BIGINT"),
        ("-9223372036854775808", "BIGINT"),
        ("18446744073709551615", "BIGINT UNSIGNED"),
        ("1.5", "DOUBLE"),
        ("1e3", "DOUBLE"),
        ("'a'", "TEXT"),
        ("NULL", "TEXT NULL"),
        ("i8 + u8", "SMALLINT NULL"),
        ("i8 + 1", "INT NULL"),
        ("u32 + i8", "BIGINT NULL"),
        ("u64 + i8", "BIGINT NULL"),
        ("u64 + 1", "BIGINT UNSIGNED NULL"),
        ("u64 - -1", "BIGINT NULL"),
        ("i32 * 1.5", "DOUBLE NULL"),
        ("f32 * 1.5", "REAL NULL"),
        ("f32 + i8", "DOUBLE NULL"),
        ("f32 + f64", "DOUBLE NULL"),
        ("i32 + '7'", "INT NULL"),
        ("i64 / 2", "BIGINT NULL"),
        ("-u8", "SMALLINT NULL"),
        ("-u64", "BIGINT NULL"),
        ("-(-1.5)", "DOUBLE"),
        ("NOT b", "BOOLEAN NULL"),
        ("b < true", "BOOLEAN NULL"),
        ("n = 'x'", "BOOLEAN"),
        ("n = NULL", "BOOLEAN NULL"),
        ("s IS NULL", "BOOLEAN"),
        ("b IS NOT TRUE", "BOOLEAN"),
        ("i8 = 300", "BOOLEAN NULL"),
        ("u64 = i64", "BOOLEAN NULL"),
        ("dec > 1.005", "BOOLEAN NULL"),
        ("dec = i64", "BOOLEAN NULL"),
        ("dec < f32", "BOOLEAN NULL"),
        ("ts > '2024-01-01'", "BOOLEAN NULL"),
        ("ms < ns", "BOOLEAN NULL"),
        ("d <= ts", "BOOLEAN NULL"),
        ("clock > '07:30'", "BOOLEAN NULL"),
        ("raw = '\\x00ff'", "BOOLEAN NULL"),
        ("n IN ('a', 'b')", "BOOLEAN"),
        ("n NOT IN ('a', NULL)", "BOOLEAN NULL"),
        ("i32 BETWEEN 1 AND 2.5", "BOOLEAN NULL"),
        ("n LIKE 'a%'", "BOOLEAN"),
        ("CASE WHEN b THEN 1 ELSE 2 END", "INT"),
        ("CASE WHEN b THEN 1 END", "INT NULL"),
        ("CASE WHEN b THEN i8 ELSE u64 END", "BIGINT NULL"),
        ("CASE WHEN b THEN NULL ELSE d END", "DATE NULL"),
        ("CASE i32 WHEN 1 THEN '1' ELSE n END", "TEXT"),
        ("CASE WHEN b THEN 1 ELSE 0.5 END", "DOUBLE"),
        ("CAST(s AS INT)", "INT NULL"),
        ("CAST('2024-01-01' AS DATE)", "DATE"),
        ("CAST(1.005 AS DECIMAL(5,3))", "DECIMAL(5,3)"),
        ("CAST(NULL AS BIGINT)", "BIGINT NULL"),
        ("coalesce(s, n)", "TEXT"),
        ("coalesce(i32, 0)", "INT"),
        ("nullif(n, '')", "TEXT NULL"),
        ("length(n)", "INT"),
        ("abs(i16)", "SMALLINT NULL"),
        ("now()", "TIMESTAMP"),
        ("TIMESTAMP '2024-01-01 10:00:00+02'", "TIMESTAMP"),
    ];
    for (expr, expected) in cases {
        assert_eq!(type_of(expr), expected, "{expr}");
    }
}

#[test]
fn output_columns_are_named_as_postgresql_names_them() {
    let cases = [
        ("SELECT I32, t.s, n AS \"N n\" FROM t", "i32, s, N n"),
        ("SELECT i32 + 1 FROM t", "?column?"),
        ("SELECT Upper(s) FROM t", "upper"),
        ("SELECT CASE WHEN b THEN 1 END FROM t", "case"),
        ("SELECT CASE WHEN b THEN s ELSE n END FROM t", "n"),
        ("SELECT CAST(s AS INT) FROM t", "s"),
        ("SELECT CAST('1' AS INT) FROM t", "int4"),
        ("SELECT x.b, x.i8 FROM t AS x", "b, i8"),
    ];
    for (query, expected) in cases {
        assert_eq!(names_of(query).join(", "), expected, "{query}");
    }
    assert_eq!(names_of("SELECT *, 1 AS one FROM t").len(), 21);
}

#[test]
fn views_that_nothing_reads_run() {
    let flows = |views: &str| -> Vec<(String, bool)> {
        let plan = plan(&format!("{CONNECTION}{TABLE}{views}"));
        assert_eq!(plan.sinks.len(), usize::from(!plan.flows.is_empty()));
        let flow = |flow: &crate::ir::logical::Flow| (flow.name.clone(), flow.wrap_in_name);
        plan.flows.iter().map(flow).collect()
    };
    let name = |name: &str, wrap| (name.to_owned(), wrap);
    assert_eq!(flows(""), [name("t", false)]);
    assert_eq!(
        flows("CREATE VIEW v AS SELECT s FROM t;"),
        [name("v", false)]
    );
    assert_eq!(
        flows("CREATE VIEW v AS SELECT s FROM t; CREATE VIEW w AS SELECT s FROM v;"),
        [name("w", false)]
    );
    assert_eq!(
        flows("CREATE VIEW v AS SELECT s FROM t; CREATE VIEW w (x) AS SELECT n FROM t;"),
        [name("v", true), name("w", true)]
    );
    assert_eq!(
        flows("CREATE VIEW v AS SELECT s FROM t; SELECT s FROM v; SELECT n FROM t;"),
        [name("select_1", false), name("select_2", false)]
    );
}

#[test]
fn inserts_are_cast_and_ordered() {
    let sql = format!(
        "{CONNECTION}{TABLE}CREATE TABLE out (a BIGINT, c TEXT, e TIMESTAMP NOT NULL)
         WITH (connector = 'file', path = '${{DIR:-.}}/out.jsonl');
         INSERT INTO out (e, a) SELECT '2024-01-01', i8 FROM t;
         INSERT INTO out SELECT i32, f64, ts FROM t WHERE ts IS NOT NULL AND b;
         CREATE TABLE copy WITH (connector = 'blackhole') AS SELECT s FROM t;"
    );
    let plan = plan(&sql);
    let names: Vec<&str> = plan.flows.iter().map(|flow| flow.name.as_str()).collect();
    assert_eq!(names, ["out", "out_2", "copy"]);
    for flow in &plan.flows[..2] {
        let columns = plan.columns(&flow.query);
        let shown: Vec<String> = columns
            .iter()
            .map(|c| format!("{} {}", c.name, c.data_type))
            .collect();
        assert_eq!(shown, ["a BIGINT", "c TEXT", "e TIMESTAMP"]);
    }
    assert_eq!(plan.name, "line-1");
}

#[test]
fn filters_are_merged_and_versions_chosen() {
    let table = |with: &str, columns: &str| {
        plan(&format!(
            "{CONNECTION}CREATE TABLE t ({columns})
             WITH (connector = 'mqtt', connection = 'c', {with});"
        ))
    };
    let topics = "topics = ['a/#', 'a/b', 'c/+', 'c/x', 'a/#', '${X}/y']";
    let merged = table(topics, "x INT");
    assert_eq!(merged.sources[0].topics, ["a/#", "c/+", "${X}/y"]);
    assert_eq!(merged.connections[0].mqtt_version, MqttVersion::V311);
    let shared = table("topic = '$share/g/a'", "x INT");
    assert_eq!(shared.connections[0].mqtt_version, MqttVersion::V5);
    let parallel = table("topic = 'a', parallelism = 3", "x INT");
    assert_eq!(parallel.connections[0].mqtt_version, MqttVersion::V5);
    assert_eq!(parallel.connections[0].parallelism, 3);
    let property = table("topic = 'a'", "x TEXT METADATA FROM 'user_property.unit'");
    assert_eq!(property.connections[0].mqtt_version, MqttVersion::V5);
}

#[test]
fn a_sole_json_column_takes_the_whole_message() {
    let table = |columns: &str, with: &str| {
        let plan = plan(&format!(
            "{CONNECTION}CREATE TABLE t ({columns}) WITH (connector = 'mqtt', connection = 'c',
             topic = 'a'{with});"
        ));
        let Origin::Path { path, .. } = plan.sources[0].columns[0].origin.clone() else {
            panic!("a payload column comes first");
        };
        let Format::Json(json) = &plan.sources[0].format else {
            panic!("the table reads JSON")
        };
        (json.whole_message, path)
    };
    let key = vec![PathStep::Key("p".to_owned())];
    assert_eq!(table("p JSON", ""), (true, vec![]));
    assert_eq!(
        table("p JSON, q TEXT METADATA FROM 'topic'", ""),
        (true, vec![])
    );
    assert_eq!(
        table("p JSON", ", json.unstructured = 'false'"),
        (false, key.clone())
    );
    assert_eq!(table("p JSON, q INT", ""), (false, key));
    assert_eq!(table("p JSON PATH '$', q INT", ""), (false, vec![]));
}

#[test]
fn option_spellings_mean_the_same() {
    for qos in ["1", "'1'", "'at_least_once'", "'AT_LEAST_ONCE'"] {
        let plan = plan(&format!(
            "CREATE TABLE t (x INT) WITH (connector = 'mqtt', broker = '${{B}}', topic = 'a',
             qos = {qos}, clean_session = 'false', client_id = 'x', keep_alive = '5');"
        ));
        let connection = &plan.connections[0];
        assert_eq!(
            plan.sources[0].qos,
            crate::ir::logical::Qos::AtLeastOnce,
            "{qos}"
        );
        assert_eq!(
            (connection.keep_alive_s, connection.clean_session),
            (5, false)
        );
        assert_eq!(
            (connection.name.as_str(), connection.broker.as_str()),
            ("t", "${B}")
        );
    }
}

#[test]
fn views_stack_on_their_tables() {
    let plan = plan(&format!(
        "{CONNECTION}{TABLE}CREATE VIEW v AS SELECT s AS x FROM t WHERE b;
         CREATE VIEW w AS SELECT x FROM v WHERE x <> 'y';"
    ));
    let mut relation = &plan.flows[0].query;
    let mut shape = Vec::new();
    loop {
        relation = match relation {
            Relation::Scan { .. } => break,
            Relation::Unnest { input, .. } => {
                shape.push("unnest");
                input
            }
            Relation::Filter { input, .. } => {
                shape.push("filter");
                input
            }
            Relation::Project { input, .. } => {
                shape.push("project");
                input
            }
            Relation::UnionAll { inputs, .. } => {
                shape.push("union all");
                &inputs[0]
            }
        };
    }
    assert_eq!(shape, ["project", "filter", "project", "filter"]);
}

#[test]
fn connections_alone_have_nothing_to_run() {
    let say = |sql: &str| super::nothing_to_run(&plan(sql)).map(|diagnostic| diagnostic.message);
    let nothing = Some("the file holds nothing to run".to_owned());
    assert_eq!(say(CONNECTION), nothing);
    assert_eq!(say(&format!("{CONNECTION}{TABLE}SELECT s FROM t;")), None);
}

#[test]
fn tables_run_by_themselves_where_there_is_no_query() {
    let plan = plan(&format!("{CONNECTION}{TABLE}"));
    let [flow] = plan.flows.as_slice() else {
        panic!("one flow, not {:?}", plan.flows);
    };
    assert_eq!((flow.name.as_str(), flow.wrap_in_name), ("t", false));
    assert_eq!(
        plan.columns(&flow.query).len(),
        plan.sources[0].columns.len()
    );
}

/// The codes of what is said about a file that begins with a connection and a table.
fn codes(sql: &str) -> Vec<&'static str> {
    let source = SourceFile::new("t.sql", format!("{CONNECTION}{TABLE}{sql}"));
    let (_, diagnostics) = crate::check(&source);
    diagnostics.iter().map(|d| d.code.as_str()).collect()
}

#[test]
fn names_must_differ_only_where_they_are_kept() {
    const SINK: &str = "CREATE TABLE out (a TEXT, b TEXT) WITH (connector = 'stdout');";
    const OPEN: &str = "CREATE TABLE out WITH (connector = 'stdout')";
    let none: &[&str] = &[];
    let cases = [
        (format!("{SINK} INSERT INTO out SELECT s, s FROM t;"), none),
        (
            format!("{SINK} INSERT INTO out (b, a) SELECT s, s FROM t;"),
            none,
        ),
        (
            format!("{OPEN}; INSERT INTO out (a, b) SELECT s, s FROM t;"),
            none,
        ),
        (
            format!("{OPEN}; INSERT INTO out (a, A) SELECT s, n FROM t;"),
            &["E0203"],
        ),
        (
            format!("{OPEN}; INSERT INTO out SELECT s, s FROM t;"),
            &["E0203"],
        ),
        (format!("{OPEN} AS SELECT s, s FROM t;"), &["E0203"]),
        (
            "CREATE VIEW v (a, b) AS SELECT s, s FROM t;".to_owned(),
            none,
        ),
        (
            "CREATE VIEW v (a, a) AS SELECT s, s FROM t;".to_owned(),
            &["E0203"],
        ),
        (
            "CREATE VIEW v AS SELECT s, s FROM t;".to_owned(),
            &["E0203"],
        ),
        ("SELECT s, s FROM t;".to_owned(), &["E0203"]),
    ];
    for (sql, expected) in cases {
        assert_eq!(codes(&sql), expected, "{sql}");
    }
}

#[test]
fn only_a_password_in_the_file_is_warned_about() {
    let cases = [
        ("secret", true),
        ("x${P}", true),
        ("${P:-secret}", true),
        ("${P}", false),
        ("${P:-}", false),
        ("", false),
    ];
    for (password, warns) in cases {
        let sql = format!(
            "CREATE TABLE p (x INT) WITH (connector = 'mqtt', broker = 'tcp://h', topic = 'a',
             username = 'u', password = '{password}');"
        );
        let expected: &[&str] = if warns { &["W0501"] } else { &[] };
        assert_eq!(codes(&sql), expected, "{password}");
    }
}

/// The types go from left to right, and what comes out is flat however long the chain is.
#[test]
fn long_chains_of_texts_are_flat() {
    fn depth(expr: &Expr) -> usize {
        1 + expr.children().into_iter().map(depth).max().unwrap_or(0)
    }
    let repeated = |text: &str, count: usize| vec![text; count].join(" || ");
    for (chain, data_type) in [
        (repeated("n || i32", 500), "TEXT NULL"),
        (repeated("n", 1_000), "TEXT"),
        (repeated("raw", 1_000), "BYTEA NULL"),
        (
            format!("{} || {}", repeated("raw", 500), repeated("n", 500)),
            "TEXT NULL",
        ),
        (
            format!("n || (i32 || {}) || n", repeated("n", 100)),
            "TEXT NULL",
        ),
    ] {
        assert_eq!(type_of(&chain), data_type, "{chain}");
        let plan = plan(&format!("{CONNECTION}{TABLE}SELECT {chain} AS x FROM t;"));
        let Relation::Project { columns, .. } = &plan.flows[0].query else {
            panic!("a query without a predicate is a projection")
        };
        assert!(depth(&columns[0].1) < 40, "{chain}");
    }
}
