//! Avro: what is generated for a table beside the generic reader of the `apache-avro` crate. Twelve
//! fields, of which a query needs three.

use crate::data::random::Random;
use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;
use bumpalo::Bump;
use laminar_runtime::decode::avro::Reader;
use laminar_runtime::error::Reason;

/// The writer's schema.
pub const SCHEMA: &str = r#"{
    "type": "record",
    "name": "Reading",
    "fields": [
        {"name": "sensor_id", "type": "string"},
        {"name": "site", "type": "string"},
        {"name": "sequence", "type": "long"},
        {"name": "uptime", "type": "long"},
        {"name": "temperature", "type": ["null", "double"]},
        {"name": "humidity", "type": ["null", "double"]},
        {"name": "pressure", "type": "double"},
        {"name": "voltage", "type": "double"},
        {"name": "status", "type": {"type": "enum", "name": "Status", "symbols": ["OK", "LOW"]}},
        {"name": "firmware", "type": "string"},
        {"name": "rssi", "type": "long"},
        {"name": "time", "type": {"type": "long", "logicalType": "timestamp-millis"}}
    ]
}"#;

/// What a query needs of a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Needed<'m> {
    /// `sensor_id`
    pub sensor_id: &'m str,
    /// `temperature`
    pub temperature: Option<f64>,
    /// `time`, in milliseconds.
    pub time: i64,
}

/// `count` data.
pub fn messages(schema: &Schema, count: usize) -> Vec<Vec<u8>> {
    let writer = GenericDatumWriter::builder(schema).build();
    let writer = writer.expect("the schema is complete");
    let mut random = Random::new(1);
    (0..count)
        .map(|sequence| {
            let value = reading(i64::try_from(sequence).expect("few"), &mut random);
            writer.write_value_to_vec(value).expect("it is a reading")
        })
        .collect()
}

fn reading(sequence: i64, random: &mut Random) -> Value {
    let mut below = |limit| i64::try_from(random.below(limit)).expect("it is small");
    let [temperature, humidity, pressure, voltage] = [450, 1_000, 11_000, 42].map(|limit| {
        let tenths = u32::try_from(below(limit)).expect("it is small");
        f64::from(tenths) / 10.0
    });
    let nullable = |value: Option<f64>| match value {
        None => Value::Union(0, Box::new(Value::Null)),
        Some(value) => Value::Union(1, Box::new(Value::Double(value))),
    };
    let status = if below(8) == 0 { (1, "LOW") } else { (0, "OK") };
    let fields = [
        (
            "sensor_id",
            Value::String(format!("sensor-{:05}", below(20_000))),
        ),
        ("site", Value::String(format!("site-{}", below(50)))),
        ("sequence", Value::Long(sequence)),
        ("uptime", Value::Long(below(40_000_000))),
        (
            "temperature",
            nullable((below(10) > 0).then_some(temperature)),
        ),
        ("humidity", nullable((below(4) > 0).then_some(humidity))),
        ("pressure", Value::Double(pressure)),
        ("voltage", Value::Double(voltage)),
        ("status", Value::Enum(status.0, status.1.to_owned())),
        (
            "firmware",
            Value::String(format!("2.{}.{}", below(12), below(30))),
        ),
        ("rssi", Value::Long(-below(120))),
        (
            "time",
            Value::TimestampMillis(1_700_000_000_000 + sequence * 250 + below(250)),
        ),
    ];
    Value::Record(fields.map(|(name, value)| (name.to_owned(), value)).into())
}

/// As it is generated.
pub fn ours<'m>(datum: &'m [u8], arena: &'m Bump) -> Result<Needed<'m>, Reason> {
    let avro = &mut Reader::new(datum, arena);
    let sensor_id = avro.string()?;
    avro.skip_bytes_or_string()?;
    avro.skip_long()?;
    avro.skip_long()?;
    let temperature = if avro.branch(2)? == 1 {
        Some(avro.double()?)
    } else {
        None
    };
    if avro.branch(2)? == 1 {
        avro.skip_fixed(8)?;
    }
    avro.skip_fixed(8)?;
    avro.skip_fixed(8)?;
    avro.skip_long()?;
    avro.skip_bytes_or_string()?;
    avro.skip_long()?;
    let time = avro.timestamp_millis()?;
    avro.end()?;
    Ok(Needed {
        sensor_id,
        temperature,
        time: time.0 / 1_000,
    })
}

/// The generic reader: a value of everything, of which `find` gets what is needed.
pub fn generic<T>(
    reader: &GenericDatumReader<'_>,
    mut datum: &[u8],
    find: impl FnOnce(Needed<'_>) -> T,
) -> T {
    let value = reader.read_value(&mut datum).expect("it is a reading");
    let Value::Record(fields) = &value else {
        panic!("a reading is a record");
    };
    let Value::String(sensor_id) = &fields[0].1 else {
        panic!("`sensor_id` is a text");
    };
    let temperature = match &fields[4].1 {
        Value::Union(1, value) => match **value {
            Value::Double(value) => Some(value),
            _ => panic!("`temperature` is a double"),
        },
        _ => None,
    };
    let Value::TimestampMillis(time) = fields[11].1 else {
        panic!("`time` is a timestamp");
    };
    find(Needed {
        sensor_id,
        temperature,
        time,
    })
}
