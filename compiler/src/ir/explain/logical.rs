//! The logical plan.

use super::endpoint::{connection, framing, settings, sink, subscription};
use super::expression::{expression, literal, metadata, time_format};
use super::{Outline, json_path, named};
use crate::ir::logical::{
    Format, LogicalPlan, Origin, OutputColumn, Relation, Root, Source, SourceColumn, Validation,
};

/// What the pipeline means: connections, sources, sinks, views and flows, in file order.
pub fn logical(plan: &LogicalPlan) -> String {
    let mut outline = Outline::default();
    outline.line(0, format!("pipeline {}", named(&plan.name)));
    settings(&mut outline, &plan.settings);
    for each in &plan.connections {
        connection(&mut outline, each);
    }
    for each in &plan.sources {
        source(&mut outline, each, plan);
    }
    for each in &plan.sinks {
        sink(&mut outline, each, &plan.connections);
        for column in &each.columns {
            outline.line(1, declared(column));
        }
    }
    for view in &plan.views {
        outline.line(0, format!("view {}", named(&view.name)));
        relation(&mut outline, 1, &view.query, plan);
    }
    for flow in &plan.flows {
        let sink = named(&plan.sinks[flow.sink].name);
        let wrapped = if flow.wrap_in_name {
            ", each row under its name"
        } else {
            ""
        };
        outline.line(0, format!("flow {} to {sink}{wrapped}", named(&flow.name)));
        relation(&mut outline, 1, &flow.query, plan);
    }
    outline.text
}

fn source(outline: &mut Outline, source: &Source, plan: &LogicalPlan) {
    let on = &plan.connections[source.connection];
    let connection = named(&on.name);
    outline.line(0, format!("source {} on {connection}", named(&source.name)));
    let batch = (source.batch_size, source.batch_timeout_ms);
    outline.line(
        1,
        subscription(&source.topics, source.qos, batch, &source.bad_data, on),
    );
    format(outline, &source.format);
    for column in &source.columns {
        outline.line(1, source_column(column));
    }
    let names: Vec<_> = source
        .columns
        .iter()
        .map(|each| named(&each.name))
        .collect();
    for check in &source.checks {
        outline.line(1, format!("check {}", expression(&check.expr, &names)));
    }
}

/// What the messages are, where they are not plain JSON.
fn format(outline: &mut Outline, format: &Format) {
    let json = match format {
        Format::Json(json) => json,
        Format::Raw(_) => return outline.line(1, format!("format {}", format.name())),
        Format::Avro(avro) => return outline.line(1, format!("format avro, {}", framing(avro))),
    };
    match json.validation {
        Validation::Strict => {}
        Validation::Lazy => outline.line(1, "parts that no query needs are not validated"),
    }
    if json.trim {
        outline.line(1, "a byte-order mark in front and NULs behind are cut off");
    }
    match json.root {
        Root::Object => {}
        Root::Array => outline.line(1, "each message is an array, each element a row"),
    }
}

fn source_column(column: &SourceColumn) -> String {
    let (name, data_type) = (named(&column.name), column.data_type);
    let not_null = if column.not_null { " NOT NULL" } else { "" };
    let origin = match &column.origin {
        Origin::Path { path, .. } => match column.time_format() {
            Some(format) => format!("{} ({})", json_path(path), time_format(&format)),
            None => json_path(path),
        },
        Origin::Metadata(source) => format!("metadata {}", metadata(source)),
    };
    let form = column.form.map(|form| format!(" ({})", form.name()));
    let form = form.unwrap_or_default();
    let default = column.default.as_ref();
    let default = default.map(|default| format!(", default {}", literal(default, data_type)));
    let default = default.unwrap_or_default();
    format!("{name} {data_type}{not_null} from {origin}{form}{default}")
}

fn declared(column: &OutputColumn) -> String {
    let not_null = if column.nullable { "" } else { " NOT NULL" };
    format!("{} {}{not_null}", named(&column.name), column.data_type)
}

/// The operators of a query, the last to run first.
fn relation(outline: &mut Outline, level: usize, query: &Relation, plan: &LogicalPlan) {
    let names = |input: &Relation| -> Vec<String> {
        plan.columns(input)
            .iter()
            .map(|column| named(&column.name))
            .collect()
    };
    match query {
        Relation::Scan { source } => {
            outline.line(
                level,
                format!("scan {}", named(&plan.sources[*source].name)),
            );
        }
        Relation::Filter { input, predicate } => {
            outline.line(
                level,
                format!("filter {}", expression(predicate, &names(input))),
            );
            relation(outline, level + 1, input, plan);
        }
        Relation::Project { input, columns } => {
            outline.line(level, "project");
            for (column, expr) in columns {
                let value = expression(expr, &names(input));
                outline.line(level + 1, format!("{} = {value}", declared(column)));
            }
            relation(outline, level + 1, input, plan);
        }
        Relation::Unnest {
            input,
            array,
            element,
            number,
            ..
        } => {
            let number = number.as_ref();
            let number = number.map(|name| format!(", numbered by {}", named(name)));
            let (array, number) = (expression(array, &names(input)), number.unwrap_or_default());
            outline.line(
                level,
                format!("unnest {array} as {}{number}", declared(element)),
            );
            relation(outline, level + 1, input, plan);
        }
        Relation::UnionAll { inputs, .. } => {
            outline.line(level, "union all");
            for input in inputs {
                relation(outline, level + 1, input, plan);
            }
        }
    }
}
