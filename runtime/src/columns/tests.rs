use super::*;
use crate::encode::{Encode, Rows};
use crate::row::Type;
use crate::spec::FieldSpec;
use crate::value::{Date, Decimal, Interval, Time, Timestamp, TimestampNanos, Verbatim};
use arrow_array::cast::AsArray as _;
use arrow_array::types as t;
use arrow_array::{Array as _, types::ArrowPrimitiveType};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// A spool of rows with one column, which hold these values.
fn spool<T: Encode>(field: FieldSpec, values: impl IntoIterator<Item = T>) -> String {
    let mut rows = Rows::default();
    for value in values {
        let mut row = rows.row();
        row.field("{\"v\":", value);
        row.raw("}");
        row.end();
    }
    schema::head(&[field]) + std::str::from_utf8(&rows.bytes).expect("rows are UTF-8")
}

fn spec(conversion: Conversion) -> ColumnsSpec {
    ColumnsSpec {
        fields: &[],
        conversion,
        compression: Compression::Snappy,
        row_group_rows: 1_000,
    }
}

fn written(conversion: Conversion, spool: &str) -> io::Result<Vec<u8>> {
    let mut file = Vec::new();
    (conversion.write)(&spec(conversion), &mut spool.as_bytes(), &mut file)?;
    Ok(file)
}

/// What both formats give back for a spool: the same.
fn read_back(spool: &str) -> Vec<RecordBatch> {
    let file = written(PARQUET, spool).expect("it can be written");
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(file));
    let reader = reader.expect("a Parquet file").with_batch_size(1_000_000);
    let reader = reader.build().expect("it can be read");
    let columns: Vec<_> = reader.collect::<Result<_, _>>().expect("it is whole");
    let file = written(ARROW, spool).expect("it can be written");
    let reader = arrow_ipc::reader::FileReader::try_new(io::Cursor::new(file), None);
    let reader = reader.expect("an Arrow file");
    let batches: Vec<_> = reader.collect::<Result<_, _>>().expect("it is whole");
    let rows = |batches: &[RecordBatch]| batches.iter().map(RecordBatch::num_rows).sum::<usize>();
    assert_eq!(rows(&columns), rows(&batches));
    if let ([column], [batch]) = (columns.as_slice(), batches.as_slice()) {
        assert_eq!(column, batch);
    }
    batches
}

/// What comes back of values of a type of fixed width.
fn values<A: ArrowPrimitiveType, T: Encode>(
    data_type: Type,
    values: impl IntoIterator<Item = Option<T>>,
) -> Vec<Option<A::Native>> {
    let batches = read_back(&spool(FieldSpec::new("v", data_type), values));
    let column = batches[0].column(0).as_primitive::<A>();
    column.iter().collect()
}

/// What comes back of texts.
fn texts<T: Encode>(
    data_type: Type,
    values: impl IntoIterator<Item = Option<T>>,
) -> Vec<Option<String>> {
    let batches = read_back(&spool(FieldSpec::new("v", data_type), values));
    let column = batches[0].column(0).as_string::<i32>();
    column.iter().map(|text| text.map(str::to_owned)).collect()
}

macro_rules! integers {
    ($($name:ident: $sql:ident, $arrow:ident, $integer:ty;)*) => { $(
        #[test]
        fn $name() {
            let all = [None, Some(<$integer>::MIN), Some(<$integer>::MAX), Some(1), Some(0)];
            assert_eq!(values::<t::$arrow, _>(Type::$sql, all), all);
        }
    )* };
}
integers! {
    tinyint: Int8, Int8Type, i8;
    smallint: Int16, Int16Type, i16;
    int: Int32, Int32Type, i32;
    bigint: Int64, Int64Type, i64;
    tinyint_unsigned: UInt8, UInt8Type, u8;
    smallint_unsigned: UInt16, UInt16Type, u16;
    int_unsigned: UInt32, UInt32Type, u32;
    bigint_unsigned: UInt64, UInt64Type, u64;
}

#[test]
fn floats_keep_every_bit() {
    let mut state = 1_u64;
    let mut random = || {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(99);
        state ^ state >> 29
    };
    let mut doubles = vec![
        0.0,
        -0.0,
        f64::MIN,
        f64::MAX,
        f64::MIN_POSITIVE,
        5e-324,
        0.1,
        1e23,
    ];
    doubles.extend(
        (0..2_000)
            .map(|_| f64::from_bits(random()))
            .filter(|d| d.is_finite()),
    );
    let bits = |values: Vec<Option<f64>>| -> Vec<_> {
        values
            .into_iter()
            .map(|value| value.map(f64::to_bits))
            .collect()
    };
    let doubles: Vec<_> = [None]
        .into_iter()
        .chain(doubles.into_iter().map(Some))
        .collect();
    let got = values::<t::Float64Type, _>(Type::Float64, doubles.clone());
    assert_eq!(bits(got), bits(doubles));

    let mut reals = vec![0.0, -0.0, f32::MIN, f32::MAX, f32::MIN_POSITIVE, 1e-45, 0.1];
    let narrow = |bits: u64| f32::from_bits(u32::try_from(bits >> 32).expect("32 bits"));
    reals.extend(
        (0..2_000)
            .map(|_| narrow(random()))
            .filter(|r| r.is_finite()),
    );
    let reals: Vec<_> = [None]
        .into_iter()
        .chain(reals.into_iter().map(Some))
        .collect();
    let got = values::<t::Float32Type, _>(Type::Float32, reals.clone());
    let bits = |values: Vec<Option<f32>>| -> Vec<_> {
        values
            .into_iter()
            .map(|value| value.map(f32::to_bits))
            .collect()
    };
    assert_eq!(bits(got), bits(reals));
}

#[test]
fn numbers_as_senders_write_them() {
    let sent = [
        "1.50",
        "-0",
        "1E5",
        "0.1000000000000000055511151231257827021181583404541015625",
    ];
    let got = values::<t::Float64Type, _>(
        Type::Float64,
        sent.map(|text| Some(Verbatim(text.as_bytes()))),
    );
    let bits: Vec<_> = got.into_iter().flatten().map(f64::to_bits).collect();
    assert_eq!(bits, [1.5, -0.0, 1e5, 0.1].map(f64::to_bits));
}

#[test]
fn decimals_keep_every_digit() {
    let greatest = 10_i128.pow(38) - 1;
    let all = [None, Some(greatest), Some(-greatest), Some(0), Some(-1)];
    let sent = |scale| -> Vec<i128> {
        let sent = all.map(|value| value.map(Decimal::<10>));
        let got = values::<t::Decimal128Type, _>(Type::Decimal(38, scale), sent);
        got.into_iter().flatten().collect()
    };
    assert_eq!(sent(10), [greatest, -greatest, 0, -1]);
    for (precision, digits) in [
        (4_u8, 9_999),
        (9, 999_999_999),
        (18, 999_999_999_999_999_999),
    ] {
        let sent = [Some(digits), Some(-digits), None].map(|v| v.map(Decimal::<2>));
        let got = values::<t::Decimal128Type, _>(Type::Decimal(precision, 2), sent);
        assert_eq!(got, [Some(digits), Some(-digits), None]);
    }
    let got = values::<t::Decimal128Type, _>(Type::Decimal(38, 0), [Some(Decimal::<0>(greatest))]);
    assert_eq!(got, [Some(greatest)]);
    let got =
        values::<t::Decimal128Type, _>(Type::Decimal(38, 38), [Some(Decimal::<38>(-greatest))]);
    assert_eq!(got, [Some(-greatest)]);
}

#[test]
fn times_of_all_kinds() {
    // the years 1 and 9999
    let all = [
        None,
        Some(-62_135_596_800_000_000),
        Some(253_402_300_799_999_999),
        Some(-1),
    ];
    let got =
        values::<t::TimestampMicrosecondType, _>(Type::Timestamp(6), all.map(|v| v.map(Timestamp)));
    assert_eq!(got, all);
    let seconds = [Some(Timestamp(1_795_342_530_000_000))];
    let got = values::<t::TimestampMicrosecondType, _>(Type::Timestamp(0), seconds);
    assert_eq!(got, [Some(1_795_342_530_000_000)]);
    let all = [None, Some(i64::MIN), Some(i64::MAX), Some(-1), Some(1_000)];
    let sent = all.map(|v| v.map(TimestampNanos));
    assert_eq!(
        values::<t::TimestampNanosecondType, _>(Type::Timestamp(9), sent),
        all
    );
    let all = [None, Some(-719_162), Some(2_932_896), Some(0)];
    assert_eq!(
        values::<t::Date32Type, _>(Type::Date, all.map(|v| v.map(Date))),
        all
    );
    let all = [None, Some(0), Some(86_399_999_999), Some(1)];
    let got = values::<t::Time64MicrosecondType, _>(Type::Time, all.map(|v| v.map(Time)));
    assert_eq!(got, all);
    let interval = Interval {
        months: -14,
        days: 3,
        micros: -1,
    };
    let got = texts(Type::Interval, [Some(interval), None]);
    assert_eq!(
        got,
        [
            Some("-1 years -2 mons +3 days -00:00:00.000001".to_owned()),
            None
        ]
    );
}

#[test]
fn texts_bytes_and_booleans() {
    let all = [
        Some(""),
        None,
        Some("\u{0}\n\"\\\u{7f}é😀"),
        Some("null"),
        Some("{}"),
    ];
    let got = texts(Type::Text, all);
    assert_eq!(got, all.map(|text| text.map(str::to_owned)));
    let every: Vec<u8> = (0..=255).collect();
    let all = [Some(&b""[..]), None, Some(&every), Some(b"\xff")];
    let batches = read_back(&spool(FieldSpec::new("v", Type::Bytes), all));
    let got: Vec<_> = batches[0].column(0).as_binary::<i32>().iter().collect();
    assert_eq!(got, all);
    let all = [Some(true), None, Some(false)];
    let batches = read_back(&spool(FieldSpec::new("v", Type::Boolean), all));
    let got: Vec<_> = batches[0].column(0).as_boolean().iter().collect();
    assert_eq!(got, all);
}

#[test]
fn json_is_the_senders_text() {
    use crate::value::Json;
    let all = [
        r#"{"a" : [1.50,"\u00e9",{}],"a":2}"#,
        "17",
        r#""text""#,
        "[]",
        "true",
    ];
    let got = texts(Type::Json, all.map(|text| Some(Json(text.as_bytes()))));
    assert_eq!(got, all.map(|text| Some(text.to_owned())));
    // where NULL cannot be meant, `null` is JSON's
    let nulls = || [Some(Json(b"null"))];
    assert_eq!(texts(Type::Json, nulls()), [None]);
    let batches = read_back(&spool(FieldSpec::required("v", Type::Json), nulls()));
    assert_eq!(batches[0].column(0).as_string::<i32>().value(0), "null");
}

#[test]
fn nested_values_have_nested_types() {
    const PLACE: Type = Type::Struct(&[
        ("lat", Type::Float64),
        ("at", Type::Timestamp(3)),
        ("raw", Type::Bytes),
        ("any", Type::Json),
        ("tags", Type::Array(&Type::Array(&Type::Text))),
    ]);
    let rows = [
        concat!(
            r#"{"lat":-0.0,"at":"1999-12-31T23:59:59.999Z","raw":"/w==","any":{"x":[1]},"#,
            r#""tags":[["a"],[],null]}"#,
        ),
        "null",
        r#"{"lat":null,"at":null,"raw":null,"any":null,"tags":null}"#,
        r#"{"lat":1.5,"at":null,"raw":"","any":"t","tags":[]}"#,
    ];
    let rows = rows.map(|row| Some(Verbatim(row.as_bytes())));
    let batches = read_back(&spool(FieldSpec::new("v", PLACE), rows));
    let places = batches[0].column(0).as_struct();
    let is_null = |at: usize| places.is_null(at);
    assert_eq!([0, 1, 2, 3].map(is_null), [false, true, false, false]);
    let lat = places.column(0).as_primitive::<t::Float64Type>();
    assert_eq!(lat.value(0).to_bits(), (-0.0_f64).to_bits());
    assert!(lat.is_null(2));
    assert_eq!(lat.value(3).to_bits(), 1.5_f64.to_bits());
    let at = places
        .column(1)
        .as_primitive::<t::TimestampMicrosecondType>();
    assert_eq!(at.value(0), 946_684_799_999_000);
    let raw = places.column(2).as_binary::<i32>();
    assert_eq!((raw.value(0), raw.value(3)), (&b"\xff"[..], &b""[..]));
    let any = places.column(3).as_string::<i32>();
    assert_eq!((any.value(0), any.value(3)), (r#"{"x":[1]}"#, r#""t""#));
    let tags = places.column(4).as_list::<i32>();
    let lengths = [0, 3].map(|at| tags.value(at).len());
    assert_eq!((lengths, tags.is_null(2)), ([3, 0], true));
    let first = tags.value(0);
    let inner = first.as_list::<i32>();
    assert_eq!(inner.value(0).as_string::<i32>().value(0), "a");
    assert!(inner.value(1).is_empty() && inner.is_null(2));
}

#[test]
fn a_row_that_is_none_is_an_error_with_its_line() {
    let head = schema::head(&[FieldSpec::required("v", Type::Int8)]);
    for (row, expected) in [
        ("{\"v\":1", "line 3 is no row"),
        (
            "{\"v\":1,\"w\":2}",
            "line 3 is no row: it has 2 values for 1 columns",
        ),
        ("{}", "line 3 is no row: it has 0 values for 1 columns"),
        ("{\"v\":128}", "line 3 is no row"),
        ("{\"v\":\"1\"}", "line 3 is no row"),
        ("\u{1}", "line 3 is no row"),
        ("{\"v\":null}", "non-nullable"),
    ] {
        let spool = format!("{head}{{\"v\":1}}\n{row}\n");
        for conversion in [PARQUET, ARROW] {
            let error = written(conversion, &spool)
                .expect_err("it is no row")
                .to_string();
            assert!(error.contains(expected), "{row}: {error}");
        }
    }
    let error = written(PARQUET, "{\"v\":1}\n")
        .expect_err("it has no head")
        .to_string();
    assert!(error.contains("first line is no schema"), "{error}");
}

/// More rows than a batch and a row group hold.
#[test]
fn many_rows_come_in_row_groups() {
    let rows = 3 * BATCH_ROWS as u64 + 5;
    let spool = spool(FieldSpec::required("v", Type::UInt64), 0..rows);
    let batches = read_back(&spool);
    let column = |batch: &RecordBatch| {
        batch
            .column(0)
            .as_primitive::<t::UInt64Type>()
            .values()
            .to_vec()
    };
    let got: Vec<u64> = batches.iter().flat_map(column).collect();
    assert_eq!(got, (0..rows).collect::<Vec<_>>());
    assert!(batches.iter().all(|batch| batch.num_rows() <= BATCH_ROWS));
    let file = written(PARQUET, &spool).expect("it can be written");
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(file));
    let metadata = reader.expect("a Parquet file").metadata().clone();
    let groups = metadata.row_groups();
    assert!(groups.iter().all(|group| group.num_rows() <= 1_000));
    assert!(groups.len() as u64 >= rows / 1_000);
    let not_null = metadata.file_metadata().schema_descr().column(0);
    assert_eq!(not_null.max_def_level(), 0, "the column is required");
}
