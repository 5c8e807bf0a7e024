//! Columns in Arrow's words (Schema.fbs). They are those of files of Arrow and Parquet.

use super::flatbuffer::{Table, Value};
use crate::row::Type;

/// A column, or a part of one.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its type.
    pub data_type: &'a Type,
    /// Whether it can be NULL.
    pub nullable: bool,
}

/// Arrow's name for the zone of instants.
const UTC: &str = "+00:00";
/// What marks texts that are JSON (Arrow's canonical extension types).
const JSON: [(&str, &str); 2] = [
    ("ARROW:extension:name", "arrow.json"),
    ("ARROW:extension:metadata", ""),
];

/// The schema of these columns, with pairs of keys and values about the whole.
pub(super) fn schema<'a>(fields: &[Field<'a>], about: &'a [(String, String)]) -> Table<'a> {
    let columns = fields.iter().map(field).collect();
    Table(vec![
        (1, Value::Tables(columns)),
        (2, Value::Tables(pairs(about))),
    ])
}

/// Keys and values.
pub(super) fn pairs(pairs: &[(String, String)]) -> Vec<Table<'_>> {
    pairs.iter().map(|(key, value)| pair(key, value)).collect()
}

fn pair<'a>(key: &'a str, value: &'a str) -> Table<'a> {
    Table(vec![(0, Value::Text(key)), (1, Value::Text(value))])
}

fn field<'a>(field: &Field<'a>) -> Table<'a> {
    let (number, of_type) = type_table(field.data_type);
    let mut table = vec![
        (0, Value::Text(field.name)),
        (1, Value::Byte(field.nullable.into())),
        (2, Value::Byte(number)),
        (3, Value::Table(of_type)),
        (5, Value::Tables(children(field.data_type))),
    ];
    if matches!(field.data_type, Type::Json) {
        let marks = JSON.map(|(key, value)| pair(key, value));
        table.push((6, Value::Tables(marks.into())));
    }
    Table(table)
}

fn children(data_type: &Type) -> Vec<Table<'_>> {
    let part = |name, data_type| {
        field(&Field {
            name,
            data_type,
            nullable: true,
        })
    };
    if let Type::Struct(fields) = data_type {
        fields.iter().map(|(name, of)| part(name, of)).collect()
    } else if let Type::Array(element) = data_type {
        vec![part("element", element)]
    } else {
        Vec::new()
    }
}

/// The number of a type in the union `Type`, and its table.
fn type_table(data_type: &Type) -> (u8, Table<'static>) {
    const MICROSECOND: i16 = 2;
    const NANOSECOND: i16 = 3;
    let integer = |bits: i32, signed: bool| {
        let fields = vec![(0, Value::Int(bits)), (1, Value::Byte(signed.into()))];
        (2, Table(fields))
    };
    let float = |precision| (3, Table(vec![(0, Value::Short(precision))]));
    let empty = |number| (number, Table::default());
    match data_type {
        Type::Boolean => empty(6),
        Type::Int8 => integer(8, true),
        Type::Int16 => integer(16, true),
        Type::Int32 => integer(32, true),
        Type::Int64 => integer(64, true),
        Type::UInt8 => integer(8, false),
        Type::UInt16 => integer(16, false),
        Type::UInt32 => integer(32, false),
        Type::UInt64 => integer(64, false),
        Type::Float32 => float(1),
        Type::Float64 => float(2),
        Type::Decimal(precision, scale) => {
            let numbers = [i32::from(*precision), i32::from(*scale), 128];
            let numbers = (0..).zip(numbers.map(Value::Int));
            (7, Table(numbers.collect()))
        }
        Type::Text | Type::Interval | Type::Json => empty(5),
        Type::Bytes => empty(4),
        Type::Timestamp(digits) => {
            let unit = if *digits == 9 {
                NANOSECOND
            } else {
                MICROSECOND
            };
            let fields = vec![(0, Value::Short(unit)), (1, Value::Text(UTC))];
            (10, Table(fields))
        }
        // the unit is days
        Type::Date => (8, Table(vec![(0, Value::Short(0))])),
        Type::Time => {
            let fields = vec![(0, Value::Short(MICROSECOND)), (1, Value::Int(64))];
            (9, Table(fields))
        }
        Type::Struct(_) => empty(13),
        Type::Array(_) => empty(12),
    }
}
