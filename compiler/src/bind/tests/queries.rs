//! Queries in queries.

use super::{CONNECTION, TABLE, codes, plan};

/// The names and types of a query's columns.
fn output(sql: &str) -> Vec<String> {
    let plan = plan(&format!("{CONNECTION}{TABLE}{sql}"));
    let columns = plan.columns(&plan.flows[0].query);
    let shown = columns.iter().map(|column| {
        let null = if column.nullable { "" } else { " NOT NULL" };
        format!("{} {}{null}", column.name, column.data_type)
    });
    shown.collect()
}

#[test]
fn branches_of_a_union_have_one_type() {
    let cases: [(&str, &[&str]); 7] = [
        (
            "SELECT 1 AS x FROM t UNION ALL SELECT 2.5 FROM t",
            &["x DOUBLE NOT NULL"],
        ),
        (
            "SELECT NULL AS x FROM t UNION ALL SELECT 1 FROM t",
            &["x INT"],
        ),
        (
            "SELECT 'a' AS x FROM t UNION ALL SELECT NULL FROM t",
            &["x TEXT"],
        ),
        (
            "SELECT TIME '10:00' AS x FROM t UNION ALL SELECT '11:00' FROM t",
            &["x TIME NOT NULL"],
        ),
        (
            "SELECT 1 AS x FROM t UNION ALL (WITH u AS (SELECT b FROM t) SELECT NULL FROM u)",
            &["x INT"],
        ),
        (
            "SELECT x FROM (SELECT 1, 2 FROM t) AS u (x) UNION ALL (SELECT s = 'a' FROM t
             UNION ALL SELECT NULL FROM t WHERE b)",
            &[],
        ),
        (
            "WITH u (x) AS (SELECT 1 AS y, 2 AS z FROM t) SELECT * FROM u AS v (w)",
            &["w INT NOT NULL", "z INT NOT NULL"],
        ),
    ];
    for (sql, want) in cases {
        if want.is_empty() {
            assert_eq!(codes(sql), ["E0301"], "{sql}");
        } else {
            assert_eq!(output(sql), want, "{sql}");
        }
    }
}

#[test]
fn names_of_with_hide_tables_where_they_are_seen() {
    let sql = "WITH t AS (SELECT s AS x FROM t) SELECT x FROM t UNION ALL
               (WITH t AS (SELECT b AS x FROM (SELECT b FROM \"t\") AS u) SELECT 'a' FROM t)";
    assert_eq!(
        codes(sql),
        ["E0201"],
        "the inner WITH reads the outer one's name"
    );
    let sql = "WITH u AS (SELECT s FROM t), v AS (SELECT s FROM u UNION ALL SELECT s FROM u)
               SELECT s FROM v";
    assert_eq!(codes(sql), [""; 0]);
    assert_eq!(
        codes("WITH u AS (SELECT s FROM t) SELECT s FROM t"),
        ["W0505"]
    );
}
