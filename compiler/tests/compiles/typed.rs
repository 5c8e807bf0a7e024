//! Random tables whose messages are no JSON: Avro by random schemas, and payloads as they are.

use super::random::Random;
use laminarc::avro::{Reference, Schemas};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Names of fields and types that would like to be something else in the generated code.
const NAMES: &[&str] = &[
    "A",
    "FLOWS",
    "None",
    "Self",
    "Values",
    "a",
    "ahead",
    "array",
    "avro",
    "fn",
    "inner",
    "out",
    "row",
    "subscript",
    "type",
    "value",
    "value_",
    "values",
];

/// Types without parts.
const LEAVES: &[&str] = &[
    r#""boolean""#,
    r#""int""#,
    r#""long""#,
    r#""float""#,
    r#""double""#,
    r#""bytes""#,
    r#""string""#,
    r#""null""#,
    r#"["int", "string"]"#,
    r#"{"type": "int", "logicalType": "date"}"#,
    r#"{"type": "long", "logicalType": "timestamp-nanos"}"#,
    r#"{"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}"#,
];

/// A pipeline and where its schema is.
pub struct Typed {
    /// Its SQL.
    pub sql: String,
    /// The schema that it names, if any.
    pub schemas: Schemas,
}

/// A pipeline drawn from `random`, over one table `t`.
pub fn typed(random: &mut Random) -> Typed {
    let mut sql = String::from(
        "CREATE CONNECTION c FROM mqtt_source WITH (broker = 'tcp://localhost:1883');\n",
    );
    let mut schemas = Schemas::default();
    let options = "connector = 'mqtt_source', connection = 'c', topic = 'a'";
    let paths = if random.chance(15) {
        let (format, data_type) = *random.pick(&[("raw_bytes", "BYTEA"), ("raw_string", "TEXT")]);
        let name = *random.pick(NAMES);
        let columns = format!("\"{name}\" {data_type}, who TEXT METADATA FROM 'topic'");
        writeln!(
            sql,
            "CREATE TABLE t ({columns}) WITH ({options}, format = '{format}');"
        )
        .expect("a String takes it");
        vec![(format!("\"{name}\""), false), ("who".to_owned(), false)]
    } else {
        let mut schema = Schema {
            random,
            defined: 0,
            paths: vec![("who".to_owned(), false)],
        };
        let text = schema.record("", 3);
        let paths = schema.paths;
        schemas.insert(Reference::File("s.avsc".to_owned()), Ok(text));
        writeln!(
            sql,
            "CREATE TABLE t (schema_file = 's.avsc', who TEXT METADATA FROM 'topic')
             WITH ({options}, format = 'avro', 'avro.framing' = 'bare');"
        )
        .expect("a String takes it");
        paths
    };
    for view in 0..=random.below(3) {
        let query = query(random, &paths);
        writeln!(sql, "CREATE VIEW v{view} AS {query};").expect("a String takes it");
    }
    Typed { sql, schemas }
}

/// `paths`: columns and parts of them, and whether each is an array.
fn query(random: &mut Random, paths: &[(String, bool)]) -> String {
    let mut items = Vec::new();
    let mut unnested = false;
    for at in 0..=random.below(4) {
        let (path, is_array) = random.pick(paths);
        let item = match random.below(4) {
            0 => format!("{path} IS NULL"),
            1 if *is_array => format!("{path}[1]"),
            2 if *is_array && !unnested => {
                unnested = true;
                format!("UNNEST({path})")
            }
            _ => path.clone(),
        };
        items.push(format!("{item} AS o{at}"));
    }
    let filter = random.pick(paths).0.clone();
    let filter = match random.below(6) {
        0 => " WHERE false".to_owned(),
        1 => format!(" WHERE {filter} IS NOT NULL"),
        2 => format!(" WHERE {filter} IS NULL AND who = 'x'"),
        _ => String::new(),
    };
    format!("SELECT {} FROM t{filter}", items.join(", "))
}

/// A schema on its way.
struct Schema<'r> {
    random: &'r mut Random,
    /// How many types have names.
    defined: usize,
    /// The columns so far, and the parts of STRUCTs among them.
    paths: Vec<(String, bool)>,
}

impl Schema<'_> {
    /// A record of which `path` is read; of none, where it is the message.
    fn record(&mut self, path: &str, depth: usize) -> String {
        let name = self.name();
        let names: BTreeSet<&str> = (0..self.random.below(6))
            .map(|_| *self.random.pick(NAMES))
            .collect();
        let mut fields = Vec::new();
        for field in names {
            let path = match path {
                "" => format!("t.\"{field}\""),
                outer => format!("{outer}.\"{field}\""),
            };
            let of = self.field(&path, &name, depth);
            fields.push(format!(r#"{{"name": "{field}", "type": {of}}}"#));
        }
        let fields = fields.join(", ");
        format!(r#"{{"type": "record", "name": "{name}", "fields": [{fields}]}}"#)
    }

    /// A field's type; `within`: the record that has it.
    fn field(&mut self, path: &str, within: &str, depth: usize) -> String {
        if self.random.chance(3) {
            // which makes JSON of all records around it, but the message itself
            let outer = path.split('.').take(2).collect::<Vec<_>>().join(".");
            self.paths.retain(|(path, _)| !path.starts_with(&outer));
            self.paths.push((outer, false));
            return format!(r#"["null", "{within}"]"#);
        }
        let kind = if depth == 0 { 0 } else { self.random.below(9) };
        self.paths.push((path.to_owned(), kind == 1));
        let leaf = *self.random.pick(LEAVES);
        match kind {
            1 => format!(r#"{{"type": "array", "items": {leaf}}}"#),
            2 => format!(r#"{{"type": "map", "values": {leaf}}}"#),
            3 => {
                let name = self.name();
                format!(r#"{{"type": "enum", "name": "{name}", "symbols": ["fn", "\"\\", "ö"]}}"#)
            }
            4 => {
                let name = self.name();
                format!(r#"{{"type": "fixed", "name": "{name}", "size": 3}}"#)
            }
            5 => self.record(path, depth - 1),
            6 => format!(r#"["null", {}]"#, self.record(path, depth - 1)),
            7 => format!(r#"[{}, "null"]"#, self.record(path, depth - 1)),
            _ => leaf.to_owned(),
        }
    }

    /// The name of a type that has none yet.
    fn name(&mut self) -> String {
        self.defined += 1;
        format!("n{}.{}", self.defined, self.random.pick(NAMES))
    }
}
