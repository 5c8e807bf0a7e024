//! CREATE CONNECTION, and connection options inside a table.

use super::broker;
use super::options::{Options, Value};
use super::relation::listed;
use super::{Binder, duplicate, topic, variable};
use crate::catalog::Missing;
use crate::connectors::{CONNECTION, CONNECTION_KINDS, OptionSpec};
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::ir::ast::{CreateConnection, Name, OptionValue};
use crate::ir::logical::{Connection, LastWill, MqttVersion, Qos, Reconnect, Transport};
use crate::source::Span;

/// A connection that a table can name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// Index into the plan's connections.
    pub(super) index: usize,
}

/// What the binder must know of a connection beside its plan.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    /// Where MQTT 3.1.1 is asked for, if it is.
    pub(super) version_311: Option<Span>,
    /// Where to point at about clean sessions.
    pub(super) clean_session: Span,
    /// Whether a table or sink names it.
    pub(super) used: bool,
    /// Whether it stands inside a table.
    pub(super) inline: bool,
}

impl Binder<'_> {
    pub(super) fn create_connection(&mut self, create: &CreateConnection) {
        self.connection_kind(&create.kind);
        let owner = format!("connection `{}`", create.name.text);
        let specs: Vec<&'static OptionSpec> = CONNECTION.iter().collect();
        let options = self.options(&owner, &specs, &create.options);
        let index = self.connection(&create.name, &options, false);
        self.finish_options(options, &owner);
        let known = Known { index };
        if let Err(earlier) = self.connections.define(create.name.clone(), known) {
            self.report(duplicate("connection", &create.name, earlier));
        }
    }

    fn connection_kind(&mut self, kind: &Name) {
        if CONNECTION_KINDS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&kind.text))
        {
            return;
        }
        let message = format!("no connections of kind `{}`", kind.text);
        let near = nearest(&kind.text, CONNECTION_KINDS.iter().copied()).unwrap_or("mqtt_source");
        self.report(
            Diagnostic::new(code::UNKNOWN_CONNECTOR, message, kind.span)
                .at("unknown kind")
                .note("`mqtt_source`, `mqtt` and `mqtt_sink` mean the same: an MQTT connection")
                .help(format!("write `FROM {near}`")),
        );
    }

    /// Adds a connection to the plan; its index. Whatever is wrong is reported, and the rest of
    /// the file is checked against what is right.
    pub(super) fn connection(&mut self, name: &Name, options: &Options<'_>, inline: bool) -> usize {
        let transport = self.check_broker(name, options);
        let tls = self.tls(transport, options);
        self.check_session(options);
        self.warn_password(options);
        let reconnect = self.reconnect(options);
        let last_will = self.last_will(options);
        let connection = Connection {
            name: name.text.clone(),
            span: name.span,
            broker: options.text("broker").unwrap_or_default(),
            transport: transport.unwrap_or(Transport::Unknown),
            client_id: options.text("client_id"),
            username: options.text("username"),
            password: options.text("password"),
            clean_session: options.boolean("clean_session").unwrap_or(true),
            session_expiry_interval_s: session_expiry(options),
            keep_alive_s: options.integer("keep_alive").unwrap_or(60),
            mqtt_version: version(options),
            tls,
            last_will,
            reconnect,
            max_packet_size: options.integer("max_packet_size").unwrap_or(1 << 20),
            receive_maximum: options.integer("receive_maximum").unwrap_or(1024),
            parallelism: 1,
        };
        self.plan.connections.push(connection);
        self.topics.connections.push(Facts {
            version_311: explicit_311(options),
            clean_session: options.span("clean_session").unwrap_or(name.span),
            used: inline,
            inline,
        });
        self.plan.connections.len() - 1
    }

    /// What the broker's URL asks for, if that can be told.
    fn check_broker(&mut self, name: &Name, options: &Options<'_>) -> Option<Transport> {
        let Some(given) = options.given("broker") else {
            self.report(missing_broker(name));
            return None;
        };
        let (Some(Value::Text(url)), OptionValue::Text(text)) = (&given.value, &given.entry.value)
        else {
            return None;
        };
        match broker::check(url) {
            Ok(transport) => Some(transport),
            Err(bad) => {
                let span = text.span_within(self.source, bad.problem.range);
                self.report(
                    Diagnostic::new(code::BROKER_URL, "invalid broker URL", span)
                        .at(bad.problem.text)
                        .help(bad.help),
                );
                None
            }
        }
    }

    /// Options of sessions and versions that need or exclude one another.
    fn check_session(&mut self, options: &Options<'_>) {
        let clean = options.boolean("clean_session").unwrap_or(true);
        let clean_span = options.span("clean_session");
        if let (false, Some(span), None) = (clean, clean_span, options.given("client_id")) {
            self.report(random_client(span));
        }
        let expiry = options.span("session_expiry_interval");
        if let (true, Some(span)) = (clean, expiry) {
            self.report(expiry_of_clean(span, clean_span));
        }
        if let Some(version) = explicit_311(options) {
            for name in ["session_expiry_interval", "receive_maximum"] {
                if let Some(span) = options.span(name) {
                    self.report(needs_version_5(name, span, version));
                }
            }
        }
        let no_user = options.given("username").is_none();
        if let (Some(span), true) = (options.span("password"), no_user)
            && version(options) == MqttVersion::V311
        {
            self.report(lone_password(span));
        }
    }

    fn warn_password(&mut self, options: &Options<'_>) {
        let (Some(given), Some(password)) = (options.given("password"), options.text("password"))
        else {
            return;
        };
        let span = given.span();
        // the default in `${NAME:-default}` is a secret as well
        if variable::says_something(&password) {
            self.secret(
                "the password stands in the file",
                span,
                "write `'${MQTT_PASSWORD}'`: it is read when the binary starts",
            );
        }
    }

    fn reconnect(&mut self, options: &Options<'_>) -> Reconnect {
        let initial = options.number("reconnect_interval").unwrap_or(1.0);
        // a first delay above the default limit raises that limit
        let max = options
            .number("reconnect_max_interval")
            .unwrap_or(initial.max(60.0));
        if let (Some(span), true) = (options.span("reconnect_max_interval"), max < initial) {
            let message = "`reconnect_max_interval` is below the first delay";
            let first = options.span("reconnect_interval").unwrap_or(span);
            self.report(
                Diagnostic::new(code::OPTION_CONFLICT, message, span)
                    .at(format!("at most {max} s"))
                    .context(first, format!("but first {initial} s"))
                    .help("raise `reconnect_max_interval` or lower `reconnect_interval`"),
            );
        }
        Reconnect {
            initial_ms: milliseconds(initial),
            multiplier: options
                .number("reconnect_backoff_multiplier")
                .unwrap_or(2.0),
            max_ms: milliseconds(max),
            max_attempts: options.integer("max_reconnect_attempts"),
        }
    }

    fn last_will(&mut self, options: &Options<'_>) -> Option<LastWill> {
        let Some(given) = options.given("lwt_topic") else {
            let parts = ["lwt_payload", "lwt_qos", "lwt_retain"];
            let given = parts
                .iter()
                .find_map(|name| Some((name, options.span(name)?)));
            if let Some((name, span)) = given {
                let message = format!("`{name}` without `lwt_topic`");
                self.report(
                    Diagnostic::new(code::OPTION_CONFLICT, message, span)
                        .at("a last will needs a topic")
                        .help("add `lwt_topic = '…'`"),
                );
            }
            return None;
        };
        let topic = options.text("lwt_topic")?;
        let checked = variable::with_stand_in(&topic, "x");
        if let (OptionValue::Text(text), Err(problem)) =
            (&given.entry.value, topic::check_name(&checked))
        {
            let in_place = checked == topic;
            let range = if in_place {
                problem.range
            } else {
                0..topic.len()
            };
            let span = text.span_within(self.source, range);
            let message = format!("invalid topic `{topic}`");
            self.report(Diagnostic::new(code::TOPIC, message, span).at(problem.text));
        }
        self.warn_spaces(&topic, given.span());
        Some(LastWill {
            topic,
            payload: options.text("lwt_payload").unwrap_or_default(),
            qos: qos(options, "lwt_qos").unwrap_or(Qos::AtMostOnce),
            retain: options.boolean("lwt_retain").unwrap_or(false),
        })
    }

    /// The connection that an option names; None if there is none (and that was reported).
    pub(super) fn named_connection(&mut self, options: &Options<'_>) -> Option<usize> {
        let given = options.given("connection")?;
        let OptionValue::Text(text) = &given.entry.value else {
            return None;
        };
        let mut name = Name {
            text: text.value.clone(),
            quoted: false,
            span: text.span,
        };
        let mut found = self.connections.find(&name);
        if matches!(found, Err(Missing::Ambiguous(_))) {
            // the option's text cannot be quoted as a name, so an exact spelling decides
            name.quoted = true;
            found = self.connections.find(&name);
        }
        match found {
            Ok(entry) => {
                let index = entry.item.index;
                self.topics.connections[index].used = true;
                Some(index)
            }
            Err(Missing::Ambiguous(_)) => {
                let message = format!("several connections match `{}`", name.text);
                self.report(
                    Diagnostic::new(code::AMBIGUOUS_NAME, message, name.span)
                        .help("spell the name exactly as it is declared"),
                );
                None
            }
            Err(Missing::Unknown) => {
                self.unknown_connection(&name);
                None
            }
        }
    }

    fn unknown_connection(&mut self, name: &Name) {
        if self.roles.is_broken(name) {
            return;
        }
        let message = format!("no connection `{}`", name.text);
        let mut diagnostic = Diagnostic::new(code::UNKNOWN_RELATION, message, name.span);
        diagnostic = diagnostic.at("unknown connection");
        let names: Vec<&str> = self
            .connections
            .entries()
            .iter()
            .map(|entry| entry.name.text.as_str())
            .collect();
        if let Some(below) = self.roles.connection_below(name) {
            diagnostic = diagnostic
                .context(below, "defined only here")
                .help("move the connection above the table: a name is defined before it is used");
        } else if let Some(near) = nearest(&name.text, names.iter().copied()) {
            diagnostic =
                diagnostic.help(format!("a connection with a similar name exists: `{near}`"));
        } else if names.is_empty() {
            let help = format!(
                "define it: `CREATE CONNECTION {} FROM mqtt_source …`",
                name.text
            );
            diagnostic = diagnostic.help(help);
        } else {
            diagnostic = diagnostic.note(format!("the connections are {}", listed(names)));
        }
        self.report(diagnostic);
    }
}

/// A quality of service option.
pub(super) fn qos(options: &Options<'_>, name: &str) -> Option<Qos> {
    let qos: u64 = options.integer(name)?;
    Some(match qos {
        0 => Qos::AtMostOnce,
        1 => Qos::AtLeastOnce,
        _ => Qos::ExactlyOnce,
    })
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the option table bounds it between a millisecond and a day"
)]
pub(super) fn milliseconds(seconds: f64) -> u64 {
    (seconds * 1000.0).round() as u64
}

fn explicit_311(options: &Options<'_>) -> Option<Span> {
    let chosen = options.choice("mqtt_version");
    chosen.filter(|version| *version == "3.1.1")?;
    options.span("mqtt_version")
}

fn version(options: &Options<'_>) -> MqttVersion {
    let needs_5 = ["session_expiry_interval", "receive_maximum"];
    match options.choice("mqtt_version") {
        Some("5") => MqttVersion::V5,
        None if needs_5.iter().any(|name| options.given(name).is_some()) => MqttVersion::V5,
        Some(_) | None => MqttVersion::V311,
    }
}

fn session_expiry(options: &Options<'_>) -> Option<u32> {
    let keeps = options.boolean("clean_session") == Some(false);
    let never = (keeps && version(options) == MqttVersion::V5).then_some(u32::MAX);
    options.integer("session_expiry_interval").or(never)
}

fn missing_broker(name: &Name) -> Diagnostic {
    let message = format!("`{}` has no option `broker`", name.text);
    Diagnostic::new(code::MISSING_OPTION, message, name.span)
        .at("which broker to connect to?")
        .help("add `broker = 'tcp://localhost:1883'`")
}

fn random_client(span: Span) -> Diagnostic {
    let message = "`clean_session = false` without `client_id`";
    Diagnostic::new(code::OPTION_CONFLICT, message, span)
        .at("a session is kept under its client id")
        .note("without `client_id` a random one is made at each start, and nothing is resumed")
        .help("add `client_id = '…'`, unique at the broker")
}

fn expiry_of_clean(span: Span, clean: Option<Span>) -> Diagnostic {
    let message = "`session_expiry_interval` on a clean session";
    let diagnostic = Diagnostic::new(code::OPTION_CONFLICT, message, span)
        .at("a clean session is never resumed");
    let diagnostic = match clean {
        Some(clean) => diagnostic.context(clean, "clean by this option"),
        None => diagnostic.note("sessions are clean by default"),
    };
    diagnostic.help("add `clean_session = false` and a `client_id`, or remove the interval")
}

pub(super) fn needs_version_5(name: &str, span: Span, version: Span) -> Diagnostic {
    let message = format!("`{name}` needs MQTT 5");
    Diagnostic::new(code::OPTION_CONFLICT, message, span)
        .at("MQTT 5 only")
        .context(version, "but this chooses 3.1.1")
        .help(format!(
            "remove `mqtt_version`, write `mqtt_version = '5'`, or remove `{name}`"
        ))
}

fn lone_password(span: Span) -> Diagnostic {
    let message = "`password` without `username`";
    Diagnostic::new(code::OPTION_CONFLICT, message, span)
        .at("MQTT 3.1.1 takes a password only with a user name")
        .help("add `username`, or choose `mqtt_version = '5'`")
}
