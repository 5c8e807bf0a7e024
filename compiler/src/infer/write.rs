//! Tables as SQL.

use std::fmt::Write as _;

use super::Broker;
use super::names::{identifier, in_comment, json_string, literal, path, without_variables};
use super::table::{Column, Origin, Table};
use crate::diagnostics::counted;

/// The name of the connection.
pub(super) const CONNECTION: &str = "mqtt";

/// Comments begin in the same column, unless a line is longer than this.
const COMMENT_COLUMN: usize = 64;

/// The connection and the tables.
pub(super) fn file(broker: &Broker, tables: &[Table]) -> String {
    let mut sql = connection(broker);
    for table in tables {
        sql.push('\n');
        write_table(&mut sql, table);
    }
    sql
}

fn connection(broker: &Broker) -> String {
    let mut options = vec![format!(
        "broker = {}",
        literal(&without_variables(&broker.url))
    )];
    if let Some(username) = &broker.username {
        options.push(format!(
            "username = {}",
            literal(&without_variables(username))
        ));
        options.push("password = '${MQTT_PASSWORD}'".to_owned());
    }
    if let Some(path) = &broker.authorities {
        let path = literal(&without_variables(path));
        options.push(format!("tls_ca_cert = {path}"));
    }
    format!(
        "CREATE CONNECTION {CONNECTION} FROM mqtt_source\nWITH (\n    {}\n);\n",
        options.join(",\n    ")
    )
}

fn write_table(sql: &mut String, table: &Table) {
    let (messages, topics) = (
        counted(table.messages, "message"),
        counted(table.topics, "topic"),
    );
    put(sql, format_args!("-- {messages} on {topics}\n"));
    put(
        sql,
        format_args!("CREATE TABLE {} (\n", identifier(&table.name)),
    );
    let last = table.columns.iter().rposition(|column| !column.left_out);
    let lines: Vec<String> = table
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| line(column, Some(at) != last))
        .collect();
    let widths = lines.iter().map(|line| line.chars().count());
    let width = widths
        .filter(|width| *width <= COMMENT_COLUMN)
        .max()
        .unwrap_or_default();
    for (line, column) in lines.iter().zip(&table.columns) {
        let evidence: Vec<&str> = column.kind.evidence.iter().map(String::as_str).collect();
        match evidence.join("; ").as_str() {
            "" => put(sql, format_args!("{line}\n")),
            told => put(
                sql,
                format_args!("{line:width$}  -- {}\n", in_comment(told)),
            ),
        }
    }
    if table.unlisted > 0 {
        let more = counted(table.unlisted, "more rare key");
        put(sql, format_args!("    -- … and {more}\n"));
    }
    put(
        sql,
        format_args!(
            ") WITH (\n    connector = 'mqtt_source',\n    connection = '{CONNECTION}',\n    \
         topics = {},\n    format = 'json'",
            topics_option(&table.filters)
        ),
    );
    if needs_keys(table) {
        sql.push_str(",\n    json.unstructured = false");
    }
    sql.push_str("\n);\n");
}

fn put(sql: &mut String, text: std::fmt::Arguments<'_>) {
    sql.write_fmt(text).expect("a String takes it");
}

/// `    name TYPE PATH '…',`
fn line(column: &Column, comma: bool) -> String {
    let mut line = String::from(if column.left_out { "    -- " } else { "    " });
    line += &identifier(&column.name);
    line.push(' ');
    line += &column.kind.data_type;
    if column.not_null && !column.left_out {
        line += " NOT NULL";
    }
    match &column.origin {
        Origin::Keys(keys) if keys[..] == [column.name.as_str()] => {}
        Origin::Keys(keys) => put(&mut line, format_args!(" PATH {}", literal(&path(keys)))),
        Origin::Level(level) => put(&mut line, format_args!(" METADATA FROM 'topic.{level}'")),
        Origin::Topic => line += " METADATA FROM 'topic'",
    }
    if let Some(format) = column.kind.format {
        put(&mut line, format_args!(" FORMAT {}", literal(format)));
    }
    if comma {
        line.push(',');
    }
    line
}

fn topics_option(filters: &[String]) -> String {
    let filters: Vec<String> = filters
        .iter()
        .map(|filter| json_string(&without_variables(filter)))
        .collect();
    match &filters[..] {
        [filter] => literal(&format!("[{filter}]")),
        filters => literal(&format!(
            "[\n        {}\n    ]",
            filters.join(",\n        ")
        )),
    }
}

/// A table whose only column is of type JSON would get the whole message in it.
fn needs_keys(table: &Table) -> bool {
    let mut payload = table
        .columns
        .iter()
        .filter(|column| !column.left_out && matches!(column.origin, Origin::Keys(_)));
    let first = payload.next();
    first.is_some_and(|column| column.kind.data_type == "JSON") && payload.next().is_none()
}
