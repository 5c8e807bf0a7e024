//! Reads a schema's JSON.

use super::width::{MOST_FIELDS, width};
use super::{Field, Named, Schema, Type, branch_name};
use crate::json::{self, Member, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The most digits of a DECIMAL.
const MOST_DIGITS: u64 = 38;

/// The largest fixed, in bytes: no message is larger.
const LARGEST_FIXED: u64 = 268_435_455;

/// Why a text is no schema, for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// What is wrong, and with what.
    pub text: String,
}

fn malformed<T>(text: impl Into<String>) -> Result<T, Malformed> {
    Err(Malformed { text: text.into() })
}

/// Reads a schema.
///
/// # Errors
/// Where it is none by the specification, or where a record holds itself without an end.
pub fn parse(text: &str) -> Result<Schema, Malformed> {
    // what some editors leave at the start
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value = match json::parse(text) {
        Ok(value) => value,
        // a registry and some tools write the name of a primitive type alone
        Err(_)
            if text.trim().chars().all(|c| c.is_ascii_alphabetic()) && !text.trim().is_empty() =>
        {
            Value::Text(Some(text.trim().to_owned()))
        }
        Err(error) => return malformed(format!("it is not JSON (byte {})", error.at)),
    };
    let mut reader = Reader {
        named: BTreeMap::new(),
        order: Vec::new(),
    };
    let root = reader.schema(&value, "")?;
    let named = reader.named.into_iter();
    let schema = Schema {
        root,
        named: named
            .filter_map(|(name, found)| Some((name, found?)))
            .collect(),
        order: reader.order,
    };
    let fields = width(&schema, &schema.root, &mut BTreeMap::new());
    if fields > MOST_FIELDS {
        return malformed(format!(
            "with the records in its records it has more than {MOST_FIELDS} fields"
        ));
    }
    for name in schema.named.keys() {
        ends(&schema, name, &mut Vec::new())?;
    }
    Ok(schema)
}

/// A record that always holds itself can never be written.
fn ends<'s>(schema: &'s Schema, name: &'s str, path: &mut Vec<&'s str>) -> Result<(), Malformed> {
    let Named::Record(fields) = schema.named(name) else {
        return Ok(());
    };
    if path.contains(&name) {
        return malformed(format!(
            "record `{name}` always holds another one of itself"
        ));
    }
    path.push(name);
    for field in fields {
        if let Type::Named(inner) = &field.field_type {
            ends(schema, inner, path)?;
        }
    }
    path.pop();
    Ok(())
}

struct Reader {
    /// What is defined; None while it is.
    named: BTreeMap<String, Option<Named>>,
    order: Vec<String>,
}

impl Reader {
    /// `namespace`: of what stands around, empty where there is none.
    fn schema(&mut self, value: &Value<'_>, namespace: &str) -> Result<Type, Malformed> {
        match value {
            Value::Text(Some(name)) => self.reference(name, namespace),
            Value::Array(branches) => self.union(branches, namespace),
            Value::Object(members) => self.object(members, namespace),
            Value::Null | Value::Boolean(_) | Value::Number(_) | Value::Text(None) => {
                malformed("a type is a name, an object or an array of types")
            }
        }
    }

    fn reference(&self, name: &str, namespace: &str) -> Result<Type, Malformed> {
        if let Some(primitive) = primitive(name) {
            return Ok(primitive);
        }
        let full = full_name(name, namespace);
        if self.named.contains_key(&full) {
            return Ok(Type::Named(full));
        }
        // a name without a namespace may be one that has none
        if self.named.contains_key(name) {
            return Ok(Type::Named(name.to_owned()));
        }
        malformed(format!("there is no type `{name}`"))
    }

    fn union(&mut self, branches: &[Value<'_>], namespace: &str) -> Result<Type, Malformed> {
        let (mut types, mut names) = (Vec::new(), BTreeSet::new());
        for branch in branches {
            let branch = self.schema(branch, namespace)?;
            if matches!(branch, Type::Union(_)) {
                return malformed("a union stands directly in a union");
            }
            if !names.insert(branch_name(&branch).to_owned()) {
                return malformed("a union has the same type twice");
            }
            types.push(branch);
        }
        if types.is_empty() {
            return malformed("a union has no types");
        }
        Ok(Type::Union(types))
    }

    fn object(&mut self, members: &[Member<'_>], namespace: &str) -> Result<Type, Malformed> {
        let Some(kind) = get(members, "type") else {
            return malformed("an object has no `type`");
        };
        let Value::Text(Some(kind)) = kind else {
            return self.schema(kind, namespace);
        };
        match kind.as_str() {
            "record" | "error" => self.record(members, namespace),
            "enum" => {
                let symbols = symbols(members)?;
                self.define(members, namespace, |_, _| Ok(Named::Enum(symbols)))
            }
            "fixed" => {
                let fixed = fixed(members)?;
                self.define(members, namespace, |_, _| Ok(fixed))
            }
            "array" => match get(members, "items") {
                Some(items) => Ok(Type::Array(Box::new(self.schema(items, namespace)?))),
                None => malformed("an array has no `items`"),
            },
            "map" => match get(members, "values") {
                Some(values) => Ok(Type::Map(Box::new(self.schema(values, namespace)?))),
                None => malformed("a map has no `values`"),
            },
            name => Ok(logical(self.reference(name, namespace)?, members)),
        }
    }

    fn record(&mut self, members: &[Member<'_>], namespace: &str) -> Result<Type, Malformed> {
        let Some(Value::Array(fields)) = get(members, "fields") else {
            return malformed("a record has no `fields`");
        };
        self.define(members, namespace, |reader, namespace| {
            let (mut read, mut names) = (Vec::new(), BTreeSet::new());
            for field in fields {
                let Value::Object(field) = field else {
                    return malformed("a field is an object");
                };
                let name = text(field, "name")?;
                if !names.insert(name.clone()) {
                    return malformed(format!("two fields are named `{name}`"));
                }
                let Some(of) = get(field, "type") else {
                    return malformed(format!("field `{name}` has no `type`"));
                };
                let field_type = reader.schema(of, namespace)?;
                read.push(Field { name, field_type });
            }
            Ok(Named::Record(read))
        })
    }

    /// Defines a named type; what is in it is read by `body`, which gets its namespace.
    fn define(
        &mut self,
        members: &[Member<'_>],
        namespace: &str,
        body: impl FnOnce(&mut Self, &str) -> Result<Named, Malformed>,
    ) -> Result<Type, Malformed> {
        let name = text(members, "name")?;
        let namespace = match get(members, "namespace") {
            Some(Value::Text(Some(own))) => own.clone(),
            _ => namespace.to_owned(),
        };
        let full = full_name(&name, &namespace);
        if let Some(part) = full.split('.').find(|part| !is_name(part)) {
            return malformed(format!("`{part}` is no name"));
        }
        if primitive(&full).is_some() {
            return malformed(format!("`{full}` is the name of a primitive type"));
        }
        if self.named.insert(full.clone(), None).is_some() {
            return malformed(format!("`{full}` is defined twice"));
        }
        self.order.push(full.clone());
        let inner = full.rsplit_once('.').map_or("", |(namespace, _)| namespace);
        let inner = inner.to_owned();
        let named = body(self, &inner)?;
        self.named.insert(full.clone(), Some(named));
        Ok(Type::Named(full))
    }
}

fn get<'v, 't>(members: &'v [Member<'t>], key: &str) -> Option<&'v Value<'t>> {
    let mut found = members.iter().filter(|member| member.key == key);
    found.next().map(|member| &member.value)
}

fn text(members: &[Member<'_>], key: &str) -> Result<String, Malformed> {
    match get(members, key) {
        Some(Value::Text(Some(text))) => Ok(text.clone()),
        _ => malformed(format!("`{key}` is missing, or no text")),
    }
}

fn number(members: &[Member<'_>], key: &str) -> Option<u64> {
    match get(members, key) {
        Some(Value::Number(digits)) => digits.parse().ok(),
        _ => None,
    }
}

fn full_name(name: &str, namespace: &str) -> String {
    if name.contains('.') || namespace.is_empty() {
        name.trim_start_matches('.').to_owned()
    } else {
        format!("{namespace}.{name}")
    }
}

/// `[A-Za-z_][A-Za-z0-9_]*`
fn is_name(part: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !part.is_empty() && part.chars().all(is_part) && !part.starts_with(|c: char| c.is_ascii_digit())
}

fn primitive(name: &str) -> Option<Type> {
    match name {
        "null" => Some(Type::Null),
        "boolean" => Some(Type::Boolean),
        "int" => Some(Type::Int),
        "long" => Some(Type::Long),
        "float" => Some(Type::Float),
        "double" => Some(Type::Double),
        "bytes" => Some(Type::Bytes),
        "string" => Some(Type::String),
        _ => None,
    }
}

fn symbols(members: &[Member<'_>]) -> Result<Vec<String>, Malformed> {
    let Some(Value::Array(symbols)) = get(members, "symbols") else {
        return malformed("an enum has no `symbols`");
    };
    let (mut read, mut known) = (Vec::new(), BTreeSet::new());
    for symbol in symbols {
        let Value::Text(Some(symbol)) = symbol else {
            return malformed("a symbol is a text");
        };
        if !known.insert(symbol) {
            return malformed(format!("symbol `{symbol}` stands twice in an enum"));
        }
        read.push(symbol.clone());
    }
    Ok(read)
}

fn fixed(members: &[Member<'_>]) -> Result<Named, Malformed> {
    let size = number(members, "size").filter(|size| *size <= LARGEST_FIXED);
    let Some(size) = size.and_then(|size| usize::try_from(size).ok()) else {
        return malformed("a fixed has no `size`, or one that no message has");
    };
    Ok(match logical_name(members) {
        Some("decimal") => match digits(members) {
            Some((precision, scale)) => Named::Decimal {
                size,
                precision,
                scale,
            },
            None => Named::Fixed(size),
        },
        Some("uuid") if size == 16 => Named::Uuid,
        _ => Named::Fixed(size),
    })
}

fn logical_name<'v>(members: &'v [Member<'_>]) -> Option<&'v str> {
    match get(members, "logicalType") {
        Some(Value::Text(Some(name))) => Some(name),
        _ => None,
    }
}

/// A decimal's precision and scale, where SQL has such a type.
fn digits(members: &[Member<'_>]) -> Option<(u8, u8)> {
    let precision = number(members, "precision").filter(|p| (1..=MOST_DIGITS).contains(p))?;
    let scale = match get(members, "scale") {
        Some(_) => number(members, "scale")?,
        None => 0,
    };
    let digits = |number: u64| u8::try_from(number).ok();
    (scale <= precision).then_some((digits(precision)?, digits(scale)?))
}

/// The type with what its `logicalType` makes of it.
fn logical(plain: Type, members: &[Member<'_>]) -> Type {
    match (logical_name(members), &plain) {
        (Some("date"), Type::Int) => Type::Date,
        (Some("time-millis"), Type::Int) => Type::TimeMillis,
        (Some("time-micros"), Type::Long) => Type::TimeMicros,
        (Some("timestamp-millis"), Type::Long) => Type::TimestampMillis,
        (Some("timestamp-micros"), Type::Long) => Type::TimestampMicros,
        (Some("timestamp-nanos"), Type::Long) => Type::TimestampNanos,
        (Some("decimal"), Type::Bytes) => match digits(members) {
            Some((precision, scale)) => Type::Decimal { precision, scale },
            None => plain,
        },
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(schema: &Schema) -> Vec<(&str, &Type)> {
        let fields = schema.fields(&schema.root).expect("a record");
        let fields = fields.iter();
        fields
            .map(|field| (field.name.as_str(), &field.field_type))
            .collect()
    }

    #[test]
    fn a_record_is_read() {
        let schema = parse(
            r#"{"type": "record", "name": "Reading", "namespace": "plant.v1", "doc": "…",
                "fields": [
                  {"name": "id", "type": "string"},
                  {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
                  {"name": "t", "type": ["null", "double"], "default": null},
                  {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A", "B"]}},
                  {"name": "also", "type": "Kind"},
                  {"name": "next", "type": ["null", "Reading"]},
                  {"name": "sum", "type": {"type": "bytes", "logicalType": "decimal",
                                           "precision": 9, "scale": 2}},
                  {"name": "odd", "type": {"type": "bytes", "logicalType": "decimal",
                                           "precision": 99}}]}"#,
        );
        let schema = schema.expect("a schema");
        let named = |name: &str| Type::Named(name.to_owned());
        let reading = named("plant.v1.Reading");
        assert_eq!(
            fields(&schema),
            [
                ("id", &Type::String),
                ("at", &Type::TimestampMillis),
                ("t", &Type::Union(vec![Type::Null, Type::Double])),
                ("kind", &named("plant.v1.Kind")),
                ("also", &named("plant.v1.Kind")),
                ("next", &Type::Union(vec![Type::Null, reading.clone()])),
                (
                    "sum",
                    &Type::Decimal {
                        precision: 9,
                        scale: 2
                    }
                ),
                ("odd", &Type::Bytes),
            ]
        );
        assert!(schema.is_recursive(&reading));
        assert!(!schema.is_recursive(&named("plant.v1.Kind")));
    }

    #[test]
    fn primitives_stand_alone() {
        for text in [
            "\"long\"",
            "long",
            r#"{"type": "long"}"#,
            r#"{"type": {"type": "long"}}"#,
            "\u{feff}\"long\"\n",
        ] {
            assert_eq!(
                parse(text).map(|schema| schema.root),
                Ok(Type::Long),
                "{text}"
            );
        }
    }

    /// 2^40 fields in 40 records.
    #[test]
    fn what_grows_without_bounds_is_refused() {
        let mut text = r#"{"type": "record", "name": "r0", "fields": []}"#.to_owned();
        let mut within = Vec::new();
        for level in 1..=40 {
            within.push(text);
            let before = level - 1;
            text = format!(
                r#"{{"type": "record", "name": "r{level}", "fields": [
                    {{"name": "a", "type": "r{before}"}}, {{"name": "b", "type": "r{before}"}}]}}"#
            );
        }
        within.push(text);
        let found = parse(&format!("[{}]", within.join(",")));
        let problem = "with the records in its records it has more than 16384 fields";
        assert_eq!(
            found.map_err(|problem| problem.text),
            Err(problem.to_owned())
        );
    }

    /// What takes longer with each symbol before it takes minutes for these.
    #[test]
    fn many_names_take_little_time() {
        let symbols: Vec<String> = (0..200_000).map(|n| format!("\"s{n}\"")).collect();
        let symbols = symbols.join(",");
        let text = format!(r#"{{"type": "enum", "name": "e", "symbols": [{symbols}]}}"#);
        assert!(parse(&text).is_ok());
        let fields: Vec<String> = (0..16_000)
            .map(|n| format!(r#"{{"name": "f{n}", "type": "int"}}"#))
            .collect();
        let fields = fields.join(",");
        let text = format!(r#"{{"type": "record", "name": "r", "fields": [{fields}]}}"#);
        assert_eq!(parse(&text).map(|schema| fields_of(&schema)), Ok(16_000));
    }

    fn fields_of(schema: &Schema) -> usize {
        fields(schema).len()
    }

    #[test]
    fn what_is_no_schema_is_said() {
        let cases = [
            ("{", "it is not JSON (byte 1)"),
            ("\"longs\"", "there is no type `longs`"),
            ("[]", "a union has no types"),
            (r#"["int", ["null"]]"#, "a union stands directly in a union"),
            (r#"["int", "int"]"#, "a union has the same type twice"),
            (
                r#"[{"type": "map", "values": "int"}, {"type": "map", "values": "long"}]"#,
                "a union has the same type twice",
            ),
            (r#"{"name": "x"}"#, "an object has no `type`"),
            (
                r#"{"type": "record", "name": "a"}"#,
                "a record has no `fields`",
            ),
            (
                r#"{"type": "fixed", "name": "a-b", "size": 1}"#,
                "`a-b` is no name",
            ),
            (
                r#"{"type": "fixed", "name": "a", "size": -1}"#,
                "a fixed has no `size`, or one that no message has",
            ),
            (
                r#"{"type": "record", "name": "a", "fields": [{"name": "b", "type": "a"}]}"#,
                "record `a` always holds another one of itself",
            ),
            (
                r#"{"type": "record", "name": "a", "fields": [{"name": "b", "type": "int"},
                {"name": "b", "type": "int"}]}"#,
                "two fields are named `b`",
            ),
            (r#"{"type": "array"}"#, "an array has no `items`"),
            (r#"{"type": "map"}"#, "a map has no `values`"),
            (
                r#"{"type": "enum", "name": "e", "symbols": ["A", "A"]}"#,
                "symbol `A` stands twice in an enum",
            ),
            ("7", "a type is a name, an object or an array of types"),
        ];
        for (text, problem) in cases {
            let found = parse(text).expect_err(text);
            assert_eq!(found.text, problem, "{text}");
        }
    }
}
