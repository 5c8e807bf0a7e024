//! The options of the sinks that need no broker (dialect §3b).

use super::{OptionKind as Kind, OptionSpec as Spec};

/// Rows on standard output.
pub(super) const STDOUT: &[Spec] = &[
    Spec::new("connector", Kind::Text),
    Spec::new("format", Kind::Choice(&["json", "csv", "table"])),
];

/// Nowhere.
pub(super) const BLACKHOLE: &[Spec] = &[Spec::new("connector", Kind::Text)];

/// Lines appended to a file.
pub(super) const FILE: &[Spec] = &[
    Spec::new("connector", Kind::Text),
    Spec::template("path", Kind::Text),
    Spec::only(
        "format",
        Kind::Choice(&["json", "csv", "avro", "parquet", "arrow"]),
        &["json", "csv", "parquet", "arrow"],
    ),
    Spec::new("rotate_size", Kind::Any),
    Spec::new("rotate_interval", Kind::Any),
    Spec::new(
        "compression",
        Kind::Choice(&["none", "gzip", "zstd", "lz4", "snappy"]),
    ),
    Spec::new(
        "row_group_size",
        Kind::Integer {
            least: 1,
            greatest: 10_000_000,
        },
    ),
    Spec::new("fsync", Kind::Boolean),
];

/// Requests to an HTTP server.
pub(super) const WEBHOOK: &[Spec] = &[
    Spec::new("connector", Kind::Text),
    Spec::template("url", Kind::Text),
    Spec::template("headers", Kind::List),
    Spec::new(
        "batch",
        Kind::Integer {
            least: 1,
            greatest: 1_000_000,
        },
    ),
    Spec::new(
        "timeout",
        Kind::Number {
            least: 0.001,
            greatest: 86_400.0,
        },
    ),
    Spec::new("format", Kind::Choice(&["json", "json_lines"])),
    Spec::template("tls_ca_cert", Kind::Text),
];
