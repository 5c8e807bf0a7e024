//! What the other implementation's value should be as JSON.

use crate::schemas::tag;
use apache_avro::Schema;
use apache_avro::types::Value;
use serde_json::Value as Json;

const DAY_NANOS: i128 = 86_400_000_000_000;

/// Whether all of `value` is within what SQL's types take.
pub fn fits(value: &Value, schema: &Schema) -> bool {
    let in_calendar = |nanos: i128| {
        let days = nanos.div_euclid(DAY_NANOS);
        (days_before(1)..days_before(10_000)).contains(&days)
    };
    let of_day = |nanos: i128| (0..DAY_NANOS).contains(&nanos);
    match (value, schema) {
        (Value::Float(value), _) => value.is_finite(),
        (Value::Double(value), _) => value.is_finite(),
        (Value::Date(days), _) => in_calendar(i128::from(*days) * DAY_NANOS),
        (Value::TimeMillis(millis), _) => of_day(i128::from(*millis) * 1_000_000),
        (Value::TimeMicros(micros), _) => of_day(i128::from(*micros) * 1_000),
        (Value::TimestampMillis(millis) | Value::LocalTimestampMillis(millis), _) => {
            in_calendar(i128::from(*millis) * 1_000_000)
        }
        (Value::TimestampMicros(micros) | Value::LocalTimestampMicros(micros), _) => {
            in_calendar(i128::from(*micros) * 1_000)
        }
        (Value::Decimal(_), Schema::Decimal(decimal)) => {
            let digits = unscaled(value).map(|value| value.unsigned_abs().to_string().len());
            digits.is_some_and(|digits| digits <= decimal.precision) || unscaled(value) == Some(0)
        }
        (Value::Array(items), Schema::Array(array)) => {
            items.iter().all(|item| fits(item, &array.items))
        }
        (Value::Map(entries), Schema::Map(map)) => {
            entries.values().all(|value| fits(value, &map.types))
        }
        (Value::Record(values), Schema::Record(record)) => {
            let mut fields = values.iter().zip(&record.fields);
            fields.all(|((_, value), field)| fits(value, &field.schema))
        }
        (Value::Union(index, value), Schema::Union(union)) => {
            fits(value, &union.variants()[*index as usize])
        }
        _ => true,
    }
}

/// The integer that a decimal is made of, if it has 128 bits at most.
fn unscaled(value: &Value) -> Option<i128> {
    let Value::Decimal(decimal) = value else {
        return None;
    };
    // it gives none where there are none
    let bytes = <Vec<u8>>::try_from(decimal).unwrap_or_default();
    let sign = match bytes.first() {
        Some(0x80..) => -1,
        Some(_) | None => 0,
    };
    bytes.iter().try_fold(sign, |value: i128, &byte| {
        value.checked_mul(256)?.checked_add(i128::from(byte))
    })
}

/// Whether `json` is what `value` should be.
pub fn same(json: &Json, value: &Value, schema: &Schema) -> bool {
    match (value, schema) {
        (Value::Null, _) => json.is_null(),
        (Value::Boolean(value), _) => json.as_bool() == Some(*value),
        (Value::Int(value), _) => json.as_i64() == Some(i64::from(*value)),
        (Value::Long(value), _) => json.as_i64() == Some(*value),
        (Value::Float(value), _) => json.to_string().parse() == Ok(*value),
        (Value::Double(value), _) => json.as_f64() == Some(*value),
        (Value::Bytes(bytes) | Value::Fixed(_, bytes), _) => json.as_str() == Some(&base64(bytes)),
        (Value::String(text) | Value::Enum(_, text), _) => json.as_str() == Some(text),
        (Value::Uuid(uuid), _) => json.as_str() == Some(&uuid.hyphenated().to_string()),
        (Value::Decimal(_), Schema::Decimal(decimal)) => {
            let value = unscaled(value).expect("it fits");
            let unit = 10_f64.powi(i32::try_from(decimal.scale).expect("38 at most"));
            #[expect(clippy::cast_precision_loss, reason = "as is the JSON number")]
            let expected = value as f64 / unit;
            let found = json.as_f64().unwrap_or(f64::NAN);
            (found - expected).abs() <= expected.abs() * 1e-15
        }
        (Value::Array(items), Schema::Array(array)) => json.as_array().is_some_and(|found| {
            let mut pairs = found.iter().zip(items);
            found.len() == items.len() && pairs.all(|(json, item)| same(json, item, &array.items))
        }),
        (Value::Map(entries), Schema::Map(map)) => json.as_object().is_some_and(|found| {
            let same = |(key, json): (&String, &Json)| {
                let value = entries.get(key);
                value.is_some_and(|value| same(json, value, &map.types))
            };
            found.len() == entries.len() && found.iter().all(same)
        }),
        (Value::Record(values), Schema::Record(record)) => json.as_object().is_some_and(|found| {
            let mut fields = values.iter().zip(&record.fields);
            let same = |((name, value), field): (&(String, Value), _)| {
                let field: &apache_avro::schema::RecordField = field;
                same(&found[name], value, &field.schema)
            };
            found.len() == values.len() && fields.all(same)
        }),
        (Value::Union(index, value), Schema::Union(union)) => {
            let branch = &union.variants()[*index as usize];
            let nullable = union.variants().len() == 2 && union.variants().contains(&Schema::Null);
            if nullable || **value == Value::Null {
                return same(json, value, branch);
            }
            json.as_object().is_some_and(|found| {
                found.len() == 1
                    && found
                        .get(&tag(branch))
                        .is_some_and(|json| same(json, value, branch))
            })
        }
        _ => same_time(json.as_str().unwrap_or_default(), value),
    }
}

/// Whether `text` is the date or time.
fn same_time(text: &str, value: &Value) -> bool {
    let nanos = match value {
        Value::Date(days) => i128::from(*days) * DAY_NANOS,
        Value::TimeMillis(millis) => i128::from(*millis) * 1_000_000,
        Value::TimestampMillis(millis) | Value::LocalTimestampMillis(millis) => {
            i128::from(*millis) * 1_000_000
        }
        Value::TimeMicros(micros)
        | Value::TimestampMicros(micros)
        | Value::LocalTimestampMicros(micros) => i128::from(*micros) * 1_000,
        Value::TimestampNanos(nanos) | Value::LocalTimestampNanos(nanos) => i128::from(*nanos),
        other => panic!("{other:?} is no time"),
    };
    let found = match value {
        Value::Date(_) => days(text).map(|days| days * DAY_NANOS),
        Value::TimeMillis(_) | Value::TimeMicros(_) => clock(text),
        _ => text.strip_suffix('Z').and_then(|text| {
            let (date, time) = text.split_once('T')?;
            Some(days(date)? * DAY_NANOS + clock(time)?)
        }),
    };
    found == Some(nanos)
}

/// Nanoseconds of `HH:MM:SS[.fraction]`.
fn clock(text: &str) -> Option<i128> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let parts: Vec<i128> = clock
        .split(':')
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let [hours, minutes, seconds] = parts[..] else {
        return None;
    };
    let fraction: i128 = format!("{fraction:0<9}").parse().ok()?;
    Some((hours * 3_600 + minutes * 60 + seconds) * 1_000_000_000 + fraction)
}

/// Days from 1970-01-01 to `YYYY-MM-DD`.
fn days(text: &str) -> Option<i128> {
    let parts: Vec<i128> = text
        .split('-')
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let [year, month, day] = parts[..] else {
        return None;
    };
    let february = if is_leap(year) { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let month = usize::try_from(month)
        .ok()
        .filter(|month| (1..=12).contains(month))?;
    let exists = text.len() == 10 && (1..=months[month - 1]).contains(&day);
    exists.then(|| days_before(year) + months[..month - 1].iter().sum::<i128>() + day - 1)
}

/// Days from 1970-01-01 to the first of January.
fn days_before(year: i128) -> i128 {
    let whole = year - 1;
    whole * 365 + whole / 4 - whole / 100 + whole / 400 - 719_162
}

fn is_leap(year: i128) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group
            .iter()
            .fold(0, |bits, byte| bits << 8 | usize::from(*byte));
        let bits = bits << (8 * (3 - group.len()));
        for letter in 0..4 {
            let value = bits >> (18 - 6 * letter) & 63;
            let letter = if letter > group.len() {
                '='
            } else {
                char::from(LETTERS[value])
            };
            text.push(letter);
        }
    }
    text
}
