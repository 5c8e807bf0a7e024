//! The physical plan: what is decoded, in which order it is decided, and what is promised.

use super::endpoint::{connection, framing, settings, sink, subscription};
use super::expression::{expression, literal, metadata, time_format};
use super::{Outline, json_path, named};
use crate::ir::format::{RawFormat, Root, Validation};
use crate::ir::physical::{
    Branch, Check, Column, Decoder, Flow, OutputValue, PhysicalPlan, Read, Step, Table,
};

/// How the pipeline runs: for each table its decoder, its checks and its flows.
pub fn physical(plan: &PhysicalPlan) -> String {
    let mut outline = Outline::default();
    outline.line(0, format!("pipeline {}", named(&plan.name)));
    settings(&mut outline, &plan.settings);
    for each in &plan.connections {
        connection(&mut outline, each);
    }
    for each in &plan.sinks {
        sink(&mut outline, each, &plan.connections);
    }
    for each in &plan.tables {
        table(&mut outline, each, plan);
    }
    outline.text
}

fn table(outline: &mut Outline, table: &Table, plan: &PhysicalPlan) {
    let on = &plan.connections[table.connection];
    let connection = named(&on.name);
    outline.line(0, format!("table {} on {connection}", named(&table.name)));
    let batch = (table.batch_size, table.batch_timeout_ms);
    outline.line(
        1,
        subscription(&table.topics, table.qos, batch, &table.bad_data, on),
    );
    decoder(outline, table);
    for column in &table.columns {
        outline.line(1, format!("column {}", read(column)));
    }
    if !table.skipped.is_empty() {
        let skipped: Vec<_> = table.skipped.iter().map(|name| named(name)).collect();
        outline.line(1, format!("not read: {}", skipped.join(", ")));
    }
    let names: Vec<_> = table
        .columns
        .iter()
        .map(|column| named(&column.name))
        .collect();
    for run in table
        .checks
        .chunk_by(|a, b| is_not_null(a) && is_not_null(b))
    {
        outline.line(1, format!("check {}", checks(run, &names)));
    }
    for each in &table.flows {
        flow(outline, each, &names, plan);
    }
    if let Some(generated) = &table.generated {
        let columns = generated.table.flows.iter().flat_map(|flow| &flow.columns);
        let columns: Vec<_> = columns.map(|column| named(&column.name)).collect();
        outline.line(
            1,
            format!("computed for those who ask: {}", columns.join(", ")),
        );
    }
}

fn is_not_null(check: &Check) -> bool {
    matches!(check, Check::NotNull(_))
}

/// Columns that must not be NULL, or one expression.
fn checks(run: &[Check], names: &[String]) -> String {
    let mut columns = Vec::new();
    for check in run {
        match check {
            Check::NotNull(column) => columns.push(*column),
            Check::Expr { expr, .. } => return expression(expr, names),
        }
    }
    format!("not null: {}", listed(&columns, names))
}

fn decoder(outline: &mut Outline, table: &Table) {
    let decoder = match &table.decoder {
        Decoder::Json(decoder) => decoder,
        Decoder::Raw(RawFormat::Bytes) => return outline.line(1, "the payload as it is"),
        Decoder::Raw(RawFormat::Text) => return outline.line(1, "the payload as UTF-8"),
        Decoder::Avro(avro) => {
            return outline.line(1, format!("decode avro, {}", framing(avro)));
        }
    };
    let slots = decoder.slots.len();
    let lazily = match decoder.validation {
        Validation::Strict => "",
        Validation::Lazy => ", and skip the rest unchecked",
    };
    let each = match decoder.root {
        Root::Object => "",
        Root::Array => " of each element",
    };
    let trimmed = if decoder.trim {
        ", without a byte-order mark and NULs"
    } else {
        ""
    };
    outline.line(1, format!("decode {slots} slots{each}{lazily}{trimmed}"));
    if let Some(steps) = &decoder.line {
        let keys: Vec<_> = steps.iter().map(|step| named(&step.key)).collect();
        outline.line(2, format!("line: {}", keys.join(", ")));
    }
    for (slot, path) in decoder.slots.iter().enumerate() {
        outline.line(2, format!("{slot}: {}", json_path(path)));
    }
}

fn read(column: &Column) -> String {
    let null = if column.nullable { "" } else { ", never null" };
    let from = match &column.read {
        Read::Slot { slot, format, form } => match (format, form) {
            (Some(format), _) => format!("slot {slot} ({})", time_format(format)),
            (None, Some(form)) => format!("slot {slot} ({})", form.name()),
            (None, None) => format!("slot {slot}"),
        },
        Read::Value(path) => format!("value {}", json_path(path)),
        Read::Metadata(source) => format!("metadata {}", metadata(source)),
    };
    let default = column.default.as_ref();
    let default = default.map(|default| format!(", else {}", literal(default, column.data_type)));
    let null = format!("{}{null}", default.unwrap_or_default());
    format!(
        "{} {} from {from}{null}",
        named(&column.name),
        column.data_type
    )
}

fn flow(outline: &mut Outline, flow: &Flow, names: &[String], plan: &PhysicalPlan) {
    let sink = named(&plan.sinks[flow.sink].name);
    let wrapped = if flow.wrap_in_name {
        ", each row under its name"
    } else {
        ""
    };
    outline.line(1, format!("flow {} to {sink}{wrapped}", named(&flow.name)));
    for (number, each) in flow.branches.iter().enumerate() {
        if flow.branches.len() > 1 {
            outline.line(2, format!("branch {}", number + 1));
            branch(outline, 3, each, names);
        } else {
            branch(outline, 2, each, names);
        }
    }
    outline.line(2, "delivery");
    for text in &flow.guarantee {
        outline.line(3, text);
    }
}

fn branch(outline: &mut Outline, level: usize, branch: &Branch, names: &[String]) {
    let mut names = names.to_vec();
    for step in &branch.steps {
        match step {
            Step::Read(columns) => outline.line(level, format!("read {}", listed(columns, &names))),
            Step::Let { name, expr } => {
                let local = named(name);
                outline.line(level, format!("let {local} = {}", expression(expr, &names)));
                names.push(local);
            }
            Step::Unnest {
                array,
                element,
                number,
            } => {
                let (element, number) = (named(element), named(number));
                let array = expression(array, &names);
                outline.line(level, format!("for each {element}, {number} of {array}"));
                names.extend([element, number]);
            }
            Step::Keep(expr) => {
                outline.line(level, format!("keep if {}", expression(expr, &names)));
            }
        }
    }
    for output in &branch.outputs {
        let value = match &output.value {
            OutputValue::Passthrough(column) => format!("{} as sent", names[*column]),
            OutputValue::Expr(expr) => expression(expr, &names),
        };
        outline.line(level, format!("write {} = {value}", named(&output.name)));
    }
}

fn listed(columns: &[usize], names: &[String]) -> String {
    let names: Vec<_> = columns
        .iter()
        .map(|&column| names[column].as_str())
        .collect();
    names.join(", ")
}
