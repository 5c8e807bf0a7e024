//! What `SET` says: how the process logs, and how it can be asked.

/// The settings of a pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The least level of what is logged.
    pub log_level: LogLevel,
    /// What a log line looks like.
    pub log_format: LogFormat,
    /// Where the process can be asked (template): `off` or `host:port`; None: on this machine.
    pub control_listen: Option<String>,
    /// What whoever asks must know (template).
    pub control_token: Option<String>,
    /// What is presented to whoever asks over TLS; None: HTTP without TLS.
    pub control_tls: Option<KeyPair>,
}

/// A certificate and its key, in files in PEM form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPair {
    /// The file with the certificate (template).
    pub cert: String,
    /// The file with its key (template).
    pub key: String,
}

/// A level of the log, the most severe first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogLevel {
    /// What ends the process.
    Error,
    /// And what someone should look at.
    Warn,
    /// And what happens now and then.
    #[default]
    Info,
    /// And what is asked of the process.
    Debug,
}

impl LogLevel {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Error, Self::Warn, Self::Info, Self::Debug];

    /// As SQL names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }
}

/// What a log line looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// Time, level and text, for a person.
    #[default]
    Text,
    /// A JSON object.
    Json,
}

impl LogFormat {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Text, Self::Json];

    /// As SQL names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
    }
}
