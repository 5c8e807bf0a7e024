//! Types with literals in SQL and values in JSON, their limits among them.

use laminarc::types::{DataType, IntegerType, TimestampPrecision};

/// A type to draw from.
pub struct Sample {
    /// The type.
    pub data_type: DataType,
    /// Its name in SQL.
    pub sql: &'static str,
    /// Constants in SQL.
    pub literals: &'static [&'static str],
    /// Values in JSON that a column takes.
    pub values: &'static [&'static str],
}

const fn integer(
    integer: IntegerType,
    sql: &'static str,
    literals: &'static [&'static str],
    values: &'static [&'static str],
) -> Sample {
    Sample {
        data_type: DataType::Integer(integer),
        sql,
        literals,
        values,
    }
}

/// Every type.
pub const SAMPLES: &[Sample] = &[
    Sample {
        data_type: DataType::Boolean,
        sql: "BOOLEAN",
        literals: &["true", "false"],
        values: &["true", "false"],
    },
    integer(
        IntegerType::Int8,
        "TINYINT",
        &["CAST(7 AS TINYINT)"],
        &["-128", "127", "0", "3"],
    ),
    integer(
        IntegerType::Int16,
        "SMALLINT",
        &["CAST(-7 AS SMALLINT)"],
        &["-32768", "5", "0"],
    ),
    integer(
        IntegerType::Int32,
        "INT",
        &["0", "1", "-3", "2147483647"],
        &["-2147483648", "2", "0"],
    ),
    integer(
        IntegerType::Int64,
        "BIGINT",
        &[
            "9223372036854775807",
            "-9223372036854775808",
            "CAST(5 AS BIGINT)",
        ],
        &["-9223372036854775808", "9223372036854775807", "1", "0"],
    ),
    integer(
        IntegerType::UInt8,
        "TINYINT UNSIGNED",
        &["CAST(2 AS TINYINT UNSIGNED)"],
        &["255", "0"],
    ),
    integer(
        IntegerType::UInt16,
        "SMALLINT UNSIGNED",
        &["CAST(9 AS SMALLINT UNSIGNED)"],
        &["65535"],
    ),
    integer(
        IntegerType::UInt32,
        "INT UNSIGNED",
        &["CAST(4 AS INT UNSIGNED)"],
        &["4294967295", "1"],
    ),
    integer(
        IntegerType::UInt64,
        "BIGINT UNSIGNED",
        &["18446744073709551615", "CAST(0 AS BIGINT UNSIGNED)"],
        &["18446744073709551615", "0", "3"],
    ),
    Sample {
        data_type: DataType::Float32,
        sql: "REAL",
        literals: &["CAST(0.5 AS REAL)", "CAST(-1e10 AS REAL)"],
        values: &["1.5", "-0.1", "3e38", "0"],
    },
    Sample {
        data_type: DataType::Float64,
        sql: "DOUBLE",
        literals: &["0.1", "-1e300", "1e-7", "40.0", "CAST(0 AS DOUBLE)"],
        values: &["1.50", "-0.0", "1e308", "5e-324", "42"],
    },
    Sample {
        data_type: DataType::Decimal {
            precision: 10,
            scale: 2,
        },
        sql: "DECIMAL(10,2)",
        literals: &[
            "CAST(1.25 AS DECIMAL(10,2))",
            "CAST('-0.5' AS DECIMAL(10,2))",
        ],
        values: &["12.34", "\"99999999.99\"", "-1"],
    },
    Sample {
        data_type: DataType::Text,
        sql: "TEXT",
        literals: &[
            "''", "'a'", "'it''s'", "'12'", "'true'", "'\"\\{}'", "'r#\"'", "'*/'",
        ],
        values: &[
            "\"a\"",
            "\"\"",
            "\"12\"",
            "\"quote \\\" and \\u00e4\"",
            "\"2026-01-01\"",
            "\"☃\"",
        ],
    },
    Sample {
        data_type: DataType::Bytes,
        sql: "BYTEA",
        literals: &["CAST('abc' AS BYTEA)"],
        values: &["\"aGVsbG8=\"", "\"\""],
    },
    Sample {
        data_type: DataType::Timestamp(TimestampPrecision::Microseconds),
        sql: "TIMESTAMP",
        literals: &["TIMESTAMP '2026-11-22T10:00:00Z'", "now()"],
        values: &[
            "\"2026-11-22T10:00:00Z\"",
            "\"2026-11-22 12:00:00.5+02:00\"",
        ],
    },
    Sample {
        data_type: DataType::Timestamp(TimestampPrecision::Milliseconds),
        sql: "TIMESTAMP(3)",
        literals: &["CAST(TIMESTAMP '2026-11-22T10:00:00Z' AS TIMESTAMP(3))"],
        values: &["\"2026-11-22T10:00:00.123Z\""],
    },
    Sample {
        data_type: DataType::Timestamp(TimestampPrecision::Nanoseconds),
        sql: "TIMESTAMP(9)",
        literals: &["CAST(TIMESTAMP '2026-11-22T10:00:00Z' AS TIMESTAMP(9))"],
        values: &["\"2026-11-22T10:00:00.123456789Z\""],
    },
    Sample {
        data_type: DataType::Date,
        sql: "DATE",
        literals: &["DATE '2026-11-22'", "DATE '1969-12-31'"],
        values: &["\"2026-11-22\""],
    },
    Sample {
        data_type: DataType::Time,
        sql: "TIME",
        literals: &["TIME '10:00:00'"],
        values: &["\"23:59:59.999999\""],
    },
    Sample {
        data_type: DataType::Interval,
        sql: "INTERVAL",
        literals: &[
            "INTERVAL '1 day 02:03:04.5'",
            "INTERVAL '-1' MONTH",
            "INTERVAL 'PT5S'",
        ],
        values: &["\"1 mon -3 days\"", "\"00:00:01\"", "\"P1DT2H\""],
    },
    Sample {
        data_type: DataType::Json,
        sql: "JSON",
        literals: &["CAST('[1]' AS JSON)", "CAST(true AS JSON)"],
        values: &["{\"a\":[1,null]}", "[]", "7", "\"text\""],
    },
];
