//! Random pipelines: a table, views on top of each other, flows.

#[path = "nested.rs"]
mod nested;

use super::random::Random;
use super::types::{SAMPLES, Sample};
use laminarc::types::DataType;
use laminarc::types::cast::cast_kind;
use std::fmt::Write as _;

/// Names that would like to be something else in Rust, or make trouble there.
const NAMES: &[&str] = &[
    "a",
    "A",
    "b",
    "type",
    "self",
    "Self",
    "super",
    "crate",
    "_",
    "fn",
    "row",
    "out",
    "json",
    "value",
    "left",
    "right",
    "passes",
    "add",
    "cast",
    "Some",
    "None",
    "Ok",
    "Table",
    "SHAPE",
    "NODES",
    "VALIDATION",
    "LINE",
    "line",
    "L",
    "matched",
    "Out",
    "two words",
    "größe",
    "名前",
    "\"quoted\"\"",
    "r#\"\"",
    "back\\slash",
    "*/",
    "{}",
    "0",
    "1st",
    "\u{202e}rtl",
    "line\nbreak",
    "tab\t",
    "i32",
    "u8",
    "str",
    "String",
    "laminar_runtime",
    "std",
    "core",
    "macro_rules!",
    "//",
    "a-b",
    "a_b",
    "aB",
    "AB",
    "nul\0",
];

/// Patterns of timestamps in SQL, some with code in them, and a value in JSON that follows each.
const PATTERNS: &[(&str, &str)] = &[
    ("%d.%m.%Y %H:%M:%S", "\"22.11.2026 10:00:00\""),
    ("%s%.f", "\"-1.5\""),
    ("%A %B %-d, %y", "\"Sunday November 22, 26\""),
    ("%F\"#\\%T%z", "\"2026-11-22\\\"#\\\\10:00:00Z\""),
    (
        "''; } fn main() {} //\u{202e}\n%e %b %Y",
        "\"'; } fn main() {} //\u{202e}\\n 1 May 2026\"",
    ),
    ("{}*/%%名前\0%Y%j %-I%p", "\"{}*/%名前\\u00002026326 1AM\""),
];

/// A pipeline and messages for it.
pub struct Pipeline {
    /// Its SQL.
    pub sql: String,
    /// Payloads.
    pub messages: Vec<String>,
}

struct Column {
    name: String,
    key: String,
    sample: &'static Sample,
    /// Of a TIMESTAMP.
    pattern: Option<&'static (&'static str, &'static str)>,
}

pub(crate) struct Generator<'r> {
    pub(crate) random: &'r mut Random,
    /// What the query that is being made reads.
    pub(crate) columns: Vec<(String, DataType)>,
}

/// A pipeline drawn from `random`; most of them type-check.
pub fn pipeline(random: &mut Random) -> Pipeline {
    let columns = columns(random);
    let mut sql = String::from(
        "CREATE CONNECTION c FROM mqtt_source WITH (broker = 'tcp://localhost:1883');\n",
    );
    sql.push_str(&table(random, &columns));
    let mut visible = visible_of(&columns);
    let mut from = "\"t\"".to_owned();
    for view in 0..=random.below(3) {
        let mut generator = Generator {
            random,
            columns: visible,
        };
        let (query, outputs) = generator.compound(&from);
        let name = quoted(&format!("v{view}{}", random.pick(NAMES)));
        writeln!(sql, "CREATE VIEW {name} AS {query};").expect("a String takes it");
        (visible, from) = (outputs, name);
    }
    if random.chance(30) {
        sql.push_str("CREATE TABLE \"sink\" WITH (connector = 'blackhole') AS SELECT * FROM ");
        writeln!(sql, "{from};\nSELECT * FROM {from};").expect("a String takes it");
    }
    for at in 0..more_flows(random) {
        let mut generator = Generator {
            random,
            columns: visible.clone(),
        };
        let query = match at % 3 {
            0 => generator.constants(&from),
            _ => generator.query(&from).0,
        };
        writeln!(
            sql,
            "CREATE TABLE \"s{at}\" WITH (connector = 'blackhole') AS {query};"
        )
        .expect("a String takes it");
    }
    sql.push_str(&nested::flow(random, visible_of(&columns)));
    let messages = (0..20).map(|_| message(random, &columns)).collect();
    Pipeline { sql, messages }
}

/// What queries can name of a table.
fn visible_of(columns: &[Column]) -> Vec<(String, DataType)> {
    let columns = columns.iter();
    columns
        .map(|column| (column.name.clone(), column.sample.data_type))
        .collect()
}

/// How many flows there are beside the views: mostly none, sometimes more than are compiled into
/// the loop over messages.
fn more_flows(random: &mut Random) -> usize {
    if random.chance(20) {
        random.below(7)
    } else {
        0
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn columns(random: &mut Random) -> Vec<Column> {
    let count = 2 + random.below(9);
    let mut columns: Vec<Column> = Vec::new();
    for at in 0..count {
        let name = match random.below(10) {
            0..4 => random.pick(NAMES).to_string(),
            4 => "x".repeat(10_000) + &at.to_string(),
            _ => format!("c{at}"),
        };
        if columns.iter().all(|column| column.name != name) {
            let key = name.clone();
            let sample = random.pick(SAMPLES);
            let is_timestamp = matches!(sample.data_type, DataType::Timestamp(_));
            let pattern = (is_timestamp && random.chance(50)).then(|| random.pick(PATTERNS));
            columns.push(Column {
                name,
                key,
                sample,
                pattern,
            });
        }
    }
    columns
}

fn table(random: &mut Random, columns: &[Column]) -> String {
    let mut declared = Vec::new();
    for column in columns {
        let not_null = if random.chance(25) { " NOT NULL" } else { "" };
        let (name, data_type) = (quoted(&column.name), column.sample.sql);
        let format = column.pattern.map(|(sql, _)| format!(" FORMAT '{sql}'"));
        let format = format.unwrap_or_default();
        let mut clauses = format!("{not_null}{format}");
        if random.chance(15) {
            let default = random.pick(column.sample.literals);
            write!(clauses, " DEFAULT ({default})").expect("a String takes it");
        }
        declared.push(format!("{name} {data_type}{clauses}"));
    }
    if random.chance(30) {
        let mut generator = Generator {
            columns: visible_of(columns),
            random,
        };
        let generated = generator.sample();
        let (value, check) = (generator.expr(generated.data_type, 2), generator.boolean(2));
        declared.push(format!("CHECK ({check})"));
        let sql = generated.sql;
        declared.push(format!("\"made\" {sql} GENERATED ALWAYS AS ({value})"));
    }
    if random.chance(30) {
        declared.push("level TEXT METADATA FROM 'topic.2'".to_owned());
        declared.push("q SMALLINT METADATA FROM 'qos'".to_owned());
    }
    if random.chance(20) {
        declared.push("deep DOUBLE PATH '$.deep.list[1]'".to_owned());
    }
    declared.push(nested::COLUMNS.to_owned());
    let options = "connector = 'mqtt_source', connection = 'c', topics = '[\"t/#\"]'";
    format!(
        "CREATE TABLE \"t\" ({}) WITH ({options});\n",
        declared.join(", ")
    )
}

/// A message in declared order, sometimes with something wrong in it.
fn message(random: &mut Random, columns: &[Column]) -> String {
    let mut members = Vec::new();
    for column in columns {
        let value = match random.below(20) {
            0 => continue,
            1 | 2 => "null",
            3 => *random.pick(other_values(column)),
            _ => match column.pattern {
                Some((_, value)) => *value,
                None => *random.pick(column.sample.values),
            },
        };
        members.push(format!("{}:{value}", serde_json::json!(column.key)));
    }
    if random.chance(20) {
        members.push("\"deep\":{\"list\":[0,1.5]}".to_owned());
    }
    members.extend(nested::member(random));
    format!("{{{}}}", members.join(","))
}

/// Values of another type.
fn other_values(column: &Column) -> &'static [&'static str] {
    let other = SAMPLES
        .iter()
        .find(|sample| sample.data_type != column.sample.data_type);
    other.map_or(&["{}"], |sample| sample.values)
}

impl Generator<'_> {
    /// A query, or several that are put together.
    fn compound(&mut self, from: &str) -> (String, Vec<(String, DataType)>) {
        let (query, outputs) = self.query(from);
        let query = match self.random.below(8) {
            0 => format!("SELECT * FROM ({query}) AS \"row\""),
            1 => format!("WITH \"out\" AS ({query}) SELECT * FROM \"out\""),
            2 | 3 => {
                let types = outputs.iter().map(|(_, data_type)| *data_type);
                let items: Vec<_> = types.map(|data_type| self.expr(data_type, 2)).collect();
                let items = items.join(", ");
                format!(
                    "{query} UNION ALL (SELECT {items} FROM {from} WHERE {})",
                    self.boolean(2)
                )
            }
            _ => query,
        };
        (query, outputs)
    }

    fn query(&mut self, from: &str) -> (String, Vec<(String, DataType)>) {
        let (mut items, mut outputs) = (Vec::new(), Vec::new());
        for at in 0..=self.random.below(6) {
            let sample = self.random.pick(SAMPLES);
            let name = format!("o{at}{}", self.random.pick(NAMES));
            items.push(format!(
                "{} AS {}",
                self.expr(sample.data_type, 3),
                quoted(&name)
            ));
            outputs.push((name, sample.data_type));
        }
        let mut query = format!("SELECT {} FROM {from}", items.join(", "));
        if self.random.chance(60) {
            query = format!("{query} WHERE {}", self.boolean(3));
        }
        (query, outputs)
    }

    /// A query that reads no column for its output.
    fn constants(&mut self, from: &str) -> String {
        let sample = self.sample();
        let value = *self.random.pick(sample.literals);
        let mut query = format!("SELECT {value} AS \"out\", 'x' AS \"row\" FROM {from}");
        if self.random.chance(60) {
            query = format!("{query} WHERE {}", self.boolean(2));
        }
        query
    }

    pub(crate) fn sample(&mut self) -> &'static Sample {
        self.random.pick(SAMPLES)
    }

    /// An expression of exactly this type.
    pub(crate) fn expr(&mut self, data_type: DataType, depth: usize) -> String {
        if depth == 0 || self.random.chance(30) {
            return self.leaf(data_type);
        }
        let depth = depth - 1;
        match self.random.below(6) {
            0 => self.case(data_type, depth),
            1 => {
                let (first, second) = (self.expr(data_type, depth), self.expr(data_type, depth));
                format!("coalesce({first}, {second})")
            }
            2 => self.cast(data_type, depth),
            _ => self.operator(data_type, depth),
        }
    }

    pub(crate) fn leaf(&mut self, data_type: DataType) -> String {
        let same: Vec<_> = self
            .columns
            .iter()
            .filter(|(_, own)| *own == data_type)
            .map(|(name, _)| name)
            .collect();
        if !same.is_empty() && self.random.chance(85) {
            let name = *self.random.pick(same.as_slice());
            return quoted(name);
        }
        let sample = sample_of(data_type);
        if self.random.chance(5) {
            return format!("CAST(NULL AS {})", sample.sql);
        }
        (*self.random.pick(sample.literals)).to_owned()
    }

    fn case(&mut self, data_type: DataType, depth: usize) -> String {
        let (when, then) = (self.boolean(depth), self.expr(data_type, depth));
        if self.random.chance(30) {
            return format!("CASE WHEN {when} THEN {then} END");
        }
        format!(
            "CASE WHEN {when} THEN {then} ELSE {} END",
            self.expr(data_type, depth)
        )
    }

    fn cast(&mut self, to: DataType, depth: usize) -> String {
        let from: Vec<_> = SAMPLES
            .iter()
            .filter(|sample| cast_kind(sample.data_type, to).is_some())
            .collect();
        let from = self.random.pick(&from).data_type;
        let (operand, to) = (self.expr(from, depth), sample_of(to).sql);
        match self.random.below(4) {
            0 => format!("({operand})::{to}"),
            1 => format!("TRY_CAST({operand} AS {to})"),
            _ => format!("CAST({operand} AS {to})"),
        }
    }
}

pub(crate) fn sample_of(data_type: DataType) -> &'static Sample {
    let sample = SAMPLES.iter().find(|sample| sample.data_type == data_type);
    sample.expect("types come from SAMPLES")
}
