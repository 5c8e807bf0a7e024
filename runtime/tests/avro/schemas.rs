//! Random schemas, and what the reader knows of a schema.

use crate::random::Random;
use apache_avro::Schema;
use apache_avro::schema::{InnerDecimalSchema, UuidSchema};
use laminar_runtime::decode::avro::Type;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Types without a name and without others in them: what a union may have one of each.
const PLAIN: [&[&str]; 8] = [
    &["null"],
    &["boolean"],
    &["int", "int date", "int time-millis"],
    &[
        "long",
        "long time-micros",
        "long timestamp-millis",
        "long timestamp-micros",
        "long timestamp-nanos",
        "long local-timestamp-millis",
        "long local-timestamp-micros",
        "long local-timestamp-nanos",
    ],
    &["float"],
    &["double"],
    &["bytes", "bytes decimal"],
    &["string", "string uuid"],
];

/// Makes schemas.
pub struct Schemas<'r> {
    pub random: &'r mut Random,
    names: usize,
}

impl<'r> Schemas<'r> {
    pub fn new(random: &'r mut Random) -> Self {
        Self { random, names: 0 }
    }

    /// The schema of a record with fields of all sorts.
    pub fn record(&mut self, depth: usize) -> Value {
        let fields: Vec<Value> = (0..self.random.below(6))
            .map(|index| json!({"name": format!("field{index}"), "type": self.any(depth)}))
            .collect();
        json!({"type": "record", "name": self.name(), "fields": fields})
    }

    fn any(&mut self, depth: usize) -> Value {
        if depth == 0 || self.random.once_in(2) {
            return match self.random.below(6) {
                0 => self.named(),
                1 => {
                    let plain = self.random.pick(&PLAIN[1..]);
                    let plain = self.plain(plain);
                    let nullable = [json!("null"), plain];
                    let order = self.random.below(2);
                    json!([nullable[order], nullable[1 - order]])
                }
                _ => {
                    let plain = self.random.pick(&PLAIN);
                    self.plain(plain)
                }
            };
        }
        match self.random.below(4) {
            0 => json!({"type": "array", "items": self.any(depth - 1)}),
            1 => json!({"type": "map", "values": self.any(depth - 1)}),
            2 => self.record(depth - 1),
            _ => self.union(depth - 1),
        }
    }

    fn plain(&mut self, kinds: &[&str]) -> Value {
        let mut words = self.random.pick(kinds).split(' ');
        let name = words.next().expect("a type");
        let Some(logical) = words.next() else {
            return json!(name);
        };
        self.with_logical(json!({"type": name}), logical)
    }

    fn with_logical(&mut self, mut schema: Value, logical: &str) -> Value {
        schema["logicalType"] = json!(logical);
        if logical == "decimal" {
            let digits = if schema["type"] == "fixed" { 9 } else { 38 };
            let precision = 1 + self.random.below(digits);
            schema["precision"] = json!(precision);
            schema["scale"] = json!(self.random.below(precision + 1));
        }
        schema
    }

    /// A type that has a name of its own.
    fn named(&mut self) -> Value {
        let name = self.name();
        let size = self.random.below(6);
        match self.random.below(4) {
            0 => json!({"type": "enum", "name": name, "symbols": ["RED", "Green", "b_1"]}),
            1 => json!({"type": "fixed", "name": name, "size": size}),
            2 => {
                let schema = json!({"type": "fixed", "name": name, "size": 16});
                self.with_logical(schema, "uuid")
            }
            _ => {
                let schema = json!({"type": "fixed", "name": name, "size": 4 + size});
                self.with_logical(schema, "decimal")
            }
        }
    }

    fn union(&mut self, depth: usize) -> Value {
        let mut branches: Vec<Value> = Vec::new();
        for kinds in PLAIN {
            if self.random.once_in(3) {
                branches.push(self.plain(kinds));
            }
        }
        if self.random.once_in(3) {
            branches.push(json!({"type": "array", "items": self.any(depth)}));
        }
        if self.random.once_in(3) {
            branches.push(json!({"type": "map", "values": self.any(depth)}));
        }
        while branches.is_empty() || self.random.once_in(2) {
            let named = if self.random.once_in(2) {
                self.named()
            } else {
                self.record(depth)
            };
            branches.push(named);
        }
        self.random.shuffle(&mut branches);
        json!(branches)
    }

    fn name(&mut self) -> String {
        self.names += 1;
        let space = self.random.pick(&["", "space.", "a.b."]);
        format!("{space}Name{}", self.names)
    }
}

/// The constant that a schema is to the reader. It is kept for good.
pub fn type_of(schema: &Schema) -> Type {
    Types::default().of(schema)
}

#[derive(Default)]
struct Types {
    named: HashMap<String, Type>,
}

impl Types {
    fn of(&mut self, schema: &Schema) -> Type {
        let made = match schema {
            Schema::Null => Type::Null,
            Schema::Boolean => Type::Boolean,
            Schema::Int => Type::Int,
            Schema::Long => Type::Long,
            Schema::Float => Type::Float,
            Schema::Double => Type::Double,
            Schema::Bytes => Type::Bytes,
            Schema::String | Schema::Uuid(UuidSchema::String) => Type::String,
            Schema::Array(array) => Type::Array(Box::leak(Box::new(self.of(&array.items)))),
            Schema::Map(map) => Type::Map(Box::leak(Box::new(self.of(&map.types)))),
            Schema::Union(union) => Type::Union(
                self.members(union.variants().iter().map(|branch| (tag(branch), branch))),
            ),
            Schema::Record(record) => {
                let fields = record.fields.iter();
                Type::Record(self.members(fields.map(|field| (field.name.clone(), &field.schema))))
            }
            Schema::Enum(symbols) => {
                let symbols = symbols.symbols.iter().map(|symbol| leaked(symbol));
                Type::Enum(symbols.collect::<Vec<_>>().leak())
            }
            Schema::Fixed(fixed) => Type::Fixed(fixed.size),
            Schema::Decimal(decimal) => {
                let digits = |digits| u8::try_from(digits).expect("38 at most");
                let (precision, scale) = (digits(decimal.precision), digits(decimal.scale));
                match &decimal.inner {
                    InnerDecimalSchema::Bytes => Type::Decimal { precision, scale },
                    InnerDecimalSchema::Fixed(fixed) => Type::FixedDecimal {
                        size: fixed.size,
                        precision,
                        scale,
                    },
                }
            }
            Schema::Uuid(UuidSchema::Fixed(_)) => Type::FixedUuid,
            Schema::Date => Type::Date,
            Schema::TimeMillis => Type::TimeMillis,
            Schema::TimeMicros => Type::TimeMicros,
            Schema::TimestampMillis | Schema::LocalTimestampMillis => Type::TimestampMillis,
            Schema::TimestampMicros | Schema::LocalTimestampMicros => Type::TimestampMicros,
            Schema::TimestampNanos | Schema::LocalTimestampNanos => Type::TimestampNanos,
            Schema::Ref { name } => self.named[&name.to_string()],
            other => panic!("no schema of these tests has {other:?}"),
        };
        if let Some(name) = schema.name() {
            self.named.insert(name.to_string(), made);
        }
        made
    }

    fn members<'s>(
        &mut self,
        members: impl Iterator<Item = (String, &'s Schema)>,
    ) -> &'static [(&'static str, Type)] {
        let members = members.map(|(name, schema)| (leaked(&name), self.of(schema)));
        members.collect::<Vec<_>>().leak()
    }
}

fn leaked(text: &str) -> &'static str {
    text.to_owned().leak()
}

/// What Avro's JSON encoding calls the branch of a union: a name, or that of the primitive type.
pub fn tag(branch: &Schema) -> String {
    if let Some(name) = branch.name() {
        return name.to_string();
    }
    let name = match branch {
        Schema::Null => "null",
        Schema::Boolean => "boolean",
        Schema::Int | Schema::Date | Schema::TimeMillis => "int",
        Schema::Float => "float",
        Schema::Double => "double",
        Schema::Bytes | Schema::Decimal(_) => "bytes",
        Schema::String | Schema::Uuid(_) => "string",
        Schema::Array(_) => "array",
        Schema::Map(_) => "map",
        _ => "long",
    };
    name.to_owned()
}
