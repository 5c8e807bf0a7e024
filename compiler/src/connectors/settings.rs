//! What `SET` takes (dialect §8).

use super::{OptionKind as Kind, OptionSpec as Spec};

/// The settings of a pipeline.
pub const SETTINGS: &[Spec] = &[
    Spec::new(
        "log.level",
        Kind::Choice(&["error", "warn", "info", "debug"]),
    ),
    Spec::new("log.format", Kind::Choice(&["text", "json"])),
    Spec::template("control.listen", Kind::Text),
    Spec::template("control.token", Kind::Text),
    Spec::template("control.tls_cert", Kind::Text),
    Spec::template("control.tls_key", Kind::Text),
];
