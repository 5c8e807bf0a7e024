//! What may stand in `WITH (…)`: connectors and their options as tables, no logic. A connector is
//! a row in [`CONNECTORS`]; an option is a row in one of its option tables.

mod mqtt;
mod settings;
mod sink;

pub use mqtt::{CONNECTION, MQTT_SINK, MQTT_SOURCE};
pub use settings::SETTINGS;

/// A connector: what `connector = '…'` may name.
#[derive(Clone, Copy, Debug)]
pub struct ConnectorSpec {
    /// Which.
    pub connector: Connector,
    /// Its name and its other names, the preferred one first.
    pub names: &'static [&'static str],
    /// The options of a table that is written to; empty where the connector cannot be written.
    pub sink_options: &'static [OptionSpec],
    /// The options of a table that is read; empty where the connector cannot be read.
    pub source_options: &'static [OptionSpec],
    /// Whether options of a connection may stand in the table.
    pub takes_connection: bool,
}

/// The connectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connector {
    /// `mqtt_source`, `mqtt`: read, or written where it is the target of an INSERT.
    Mqtt,
    /// `mqtt_sink`
    MqttSink,
    /// `stdout`
    Stdout,
    /// `blackhole`
    Blackhole,
    /// `file`
    File,
    /// `webhook`
    Webhook,
}

/// Every connector.
pub const CONNECTORS: &[ConnectorSpec] = &[
    ConnectorSpec {
        connector: Connector::Mqtt,
        names: &["mqtt_source", "mqtt"],
        sink_options: MQTT_SINK,
        source_options: MQTT_SOURCE,
        takes_connection: true,
    },
    ConnectorSpec {
        connector: Connector::MqttSink,
        names: &["mqtt_sink"],
        sink_options: MQTT_SINK,
        source_options: &[],
        takes_connection: true,
    },
    ConnectorSpec {
        connector: Connector::Stdout,
        names: &["stdout"],
        sink_options: sink::STDOUT,
        source_options: &[],
        takes_connection: false,
    },
    ConnectorSpec {
        connector: Connector::Blackhole,
        names: &["blackhole"],
        sink_options: sink::BLACKHOLE,
        source_options: &[],
        takes_connection: false,
    },
    ConnectorSpec {
        connector: Connector::File,
        names: &["file"],
        sink_options: sink::FILE,
        source_options: &[],
        takes_connection: false,
    },
    ConnectorSpec {
        connector: Connector::Webhook,
        names: &["webhook"],
        sink_options: sink::WEBHOOK,
        source_options: &[],
        takes_connection: false,
    },
];

/// What `CREATE CONNECTION … FROM` may name; all mean the same.
pub const CONNECTION_KINDS: &[&str] = &["mqtt_source", "mqtt", "mqtt_sink"];

/// An option.
#[derive(Clone, Copy, Debug)]
pub struct OptionSpec {
    /// Its key.
    pub name: &'static str,
    /// What its value must be.
    pub kind: OptionKind,
    /// Which values this version can carry out.
    pub support: Support,
    /// Whether `${NAME}` is resolved in it at start.
    pub template: bool,
}

/// What an option's value must be. A number or boolean may also stand in quotes.
#[derive(Clone, Copy, Debug)]
pub enum OptionKind {
    /// Any text that is not empty.
    Text,
    /// Any text, possibly empty.
    AnyText,
    /// `true` or `false`
    Boolean,
    /// A whole number within bounds, both included.
    Integer {
        /// The least.
        least: u64,
        /// The greatest.
        greatest: u64,
    },
    /// A number within bounds, both included.
    Number {
        /// The least.
        least: f64,
        /// The greatest.
        greatest: f64,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// 0, 1, 2 or their names, see [`QOS_NAMES`].
    Qos,
    /// A JSON array of texts, or an array.
    List,
    /// One of [`TIMESTAMP_FORMATS`], or a strftime pattern.
    TimestampFormat,
    /// Any value, as text: whoever asks for it looks what it is.
    Any,
}

/// The formats of timestamps that have names; any text with a `%` is a pattern.
pub const TIMESTAMP_FORMATS: &[&str] = &["rfc3339", "unix_s", "unix_ms", "unix_us", "unix_ns"];

/// Which values of an option this version can carry out. The others are valid, and an error until
/// they are built: nothing is ever ignored.
#[derive(Clone, Copy, Debug)]
pub enum Support {
    /// All.
    Full,
    /// These.
    Only(&'static [&'static str]),
}

/// The names of the qualities of service 0, 1 and 2.
pub const QOS_NAMES: [&str; 3] = ["at_most_once", "at_least_once", "exactly_once"];

impl OptionSpec {
    const fn new(name: &'static str, kind: OptionKind) -> Self {
        Self {
            name,
            kind,
            support: Support::Full,
            template: false,
        }
    }

    /// An option in which `${NAME}` is resolved at start.
    const fn template(name: &'static str, kind: OptionKind) -> Self {
        Self {
            template: true,
            ..Self::new(name, kind)
        }
    }

    /// An option of which only some values are built.
    const fn only(name: &'static str, kind: OptionKind, values: &'static [&'static str]) -> Self {
        Self {
            support: Support::Only(values),
            ..Self::new(name, kind)
        }
    }
}

impl ConnectorSpec {
    /// The connector that goes by `name`, in any case of its letters.
    pub fn find(name: &str) -> Option<&'static Self> {
        CONNECTORS.iter().find(|spec| {
            let mut names = spec.names.iter();
            names.any(|other| other.eq_ignore_ascii_case(name))
        })
    }

    /// Its preferred name.
    pub fn name(&self) -> &'static str {
        self.names[0]
    }
}
