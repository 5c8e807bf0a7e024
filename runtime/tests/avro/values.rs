//! Random values of a schema, and a second way to write them.

use crate::random::Random;
use apache_avro::schema::InnerDecimalSchema;
use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;
use apache_avro::{Decimal, Schema, Uuid};

/// A value of the schema.
pub fn value(schema: &Schema, random: &mut Random) -> Value {
    match schema {
        Schema::Null => Value::Null,
        Schema::Boolean => Value::Boolean(random.once_in(2)),
        Schema::Int => Value::Int(int(random)),
        Schema::Long => Value::Long(long(random)),
        Schema::Float => Value::Float(f32::from_bits(int(random).cast_unsigned())),
        Schema::Double => Value::Double(double(random)),
        Schema::Bytes => {
            let len = random.below(9);
            Value::Bytes(bytes(len, random))
        }
        Schema::String => Value::String(text(random)),
        Schema::Array(array) => {
            let count = random.below(5);
            Value::Array((0..count).map(|_| value(&array.items, random)).collect())
        }
        Schema::Map(map) => {
            let count = random.below(4);
            let mut entry = || (text(random), value(&map.types, random));
            Value::Map((0..count).map(|_| entry()).collect())
        }
        Schema::Union(union) => {
            let index = random.below(union.variants().len());
            let branch = value(&union.variants()[index], random);
            Value::Union(u32::try_from(index).expect("few"), Box::new(branch))
        }
        Schema::Record(record) => {
            let fields = record.fields.iter();
            let fields = fields.map(|field| (field.name.clone(), value(&field.schema, random)));
            Value::Record(fields.collect())
        }
        Schema::Enum(symbols) => {
            let index = random.below(symbols.symbols.len());
            let symbol = symbols.symbols[index].clone();
            Value::Enum(u32::try_from(index).expect("few"), symbol)
        }
        Schema::Fixed(fixed) => Value::Fixed(fixed.size, bytes(fixed.size, random)),
        Schema::Decimal(decimal) => {
            let len = match &decimal.inner {
                InnerDecimalSchema::Bytes => 1 + random.below(17),
                InnerDecimalSchema::Fixed(fixed) => fixed.size,
            };
            let len = 1 + random.below(len);
            Value::Decimal(Decimal::from(bytes(len, random)))
        }
        Schema::Uuid(_) => {
            let bytes = bytes(16, random).try_into().expect("16 bytes");
            Value::Uuid(Uuid::from_bytes(bytes))
        }
        Schema::Date => Value::Date(int(random)),
        Schema::TimeMillis => Value::TimeMillis(int(random)),
        Schema::TimeMicros => Value::TimeMicros(long(random)),
        Schema::TimestampMillis => Value::TimestampMillis(long(random)),
        Schema::TimestampMicros => Value::TimestampMicros(long(random)),
        Schema::TimestampNanos => Value::TimestampNanos(long(random)),
        Schema::LocalTimestampMillis => Value::LocalTimestampMillis(long(random)),
        Schema::LocalTimestampMicros => Value::LocalTimestampMicros(long(random)),
        Schema::LocalTimestampNanos => Value::LocalTimestampNanos(long(random)),
        other => panic!("no schema of these tests has {other:?}"),
    }
}

/// Of any number of bits, but seldom of many: those are beyond most logical types.
fn long(random: &mut Random) -> i64 {
    let bits = if random.once_in(8) { 64 } else { 36 };
    let shift = 64 - random.below(bits);
    let mut word = 0_u64;
    for _ in 0..3 {
        word = word << 31 | random.below(1 << 31) as u64;
    }
    let magnitude = word
        .checked_shr(u32::try_from(shift).expect("at most 64"))
        .unwrap_or(0);
    if random.once_in(4) {
        !magnitude.cast_signed()
    } else {
        magnitude.cast_signed()
    }
}

fn int(random: &mut Random) -> i32 {
    let wide = long(random);
    i32::try_from(wide).unwrap_or_else(|_| i32::try_from(wide >> 32).expect("the upper half"))
}

fn double(random: &mut Random) -> f64 {
    match random.below(20) {
        0 => f64::NAN,
        1 => f64::INFINITY,
        2 => -0.0,
        3..10 => f64::from(int(random)) / 100.0,
        _ => f64::from_bits(long(random).cast_unsigned() << random.below(64)),
    }
}

fn bytes(len: usize, random: &mut Random) -> Vec<u8> {
    let byte = |random: &mut Random| u8::try_from(random.below(256)).expect("a byte");
    (0..len).map(|_| byte(random)).collect()
}

fn text(random: &mut Random) -> String {
    let parts = [
        "a", "\"", "\\", "\n", "\0", "ä", "€", "😀", "long ", "/", "\u{7f}",
    ];
    (0..random.below(8)).map(|_| random.pick(&parts)).collect()
}

/// Writes `value` with arrays and maps in blocks of any length, with their sizes or without.
pub fn write(value: &Value, schema: &Schema, random: &mut Random, out: &mut Vec<u8>) {
    match (value, schema) {
        (Value::Array(items), Schema::Array(array)) => {
            blocks(items, random, out, |item, random, out| {
                write(item, &array.items, random, out);
            });
        }
        (Value::Map(entries), Schema::Map(map)) => {
            // in the same order in every run
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            blocks(&entries, random, out, |(key, value), random, out| {
                number(i64::try_from(key.len()).expect("few"), out);
                out.extend_from_slice(key.as_bytes());
                write(value, &map.types, random, out);
            });
        }
        (Value::Record(values), Schema::Record(record)) => {
            for ((_, value), field) in values.iter().zip(&record.fields) {
                write(value, &field.schema, random, out);
            }
        }
        (Value::Union(index, branch), Schema::Union(union)) => {
            number(i64::from(*index), out);
            write(branch, &union.variants()[*index as usize], random, out);
        }
        _ => out.extend_from_slice(&datum(schema, value)),
    }
}

/// Has the other implementation write `value`.
pub fn datum(schema: &Schema, value: &Value) -> Vec<u8> {
    let writer = GenericDatumWriter::builder(schema).build();
    let writer = writer.expect("the schema is complete");
    writer
        .write_value_to_vec(value.clone())
        .expect("it is a value of the schema")
}

fn blocks<T>(
    mut items: &[T],
    random: &mut Random,
    out: &mut Vec<u8>,
    mut write: impl FnMut(&T, &mut Random, &mut Vec<u8>),
) {
    while !items.is_empty() {
        let (block, rest) = items.split_at(1 + random.below(items.len()));
        items = rest;
        let mut bytes = Vec::new();
        for item in block {
            write(item, random, &mut bytes);
        }
        let count = i64::try_from(block.len()).expect("few");
        if random.once_in(2) {
            number(-count, out);
            number(i64::try_from(bytes.len()).expect("few"), out);
        } else {
            number(count, out);
        }
        out.extend_from_slice(&bytes);
    }
    number(0, out);
}

fn number(value: i64, out: &mut Vec<u8>) {
    let mut rest = (value << 1 ^ value >> 63).cast_unsigned();
    while rest >= 0x80 {
        out.push(rest.to_le_bytes()[0] | 0x80);
        rest >>= 7;
    }
    out.push(rest.to_le_bytes()[0]);
}
