//! A pipeline's constants with their templates filled in, and checked.

#[cfg(feature = "mqtt")]
pub mod control;
mod properties;
mod published;
mod resolved;
mod shares;
mod tls;
mod webhook;

pub use properties::Properties;
pub use resolved::Resolved;

use super::arguments::BrokerOverride;
use super::environment::{self, Variable};
use super::exit::Failure;
use crate::mqtt::tls::Broker;
use crate::mqtt::topic::{self, Filter};
use crate::mqtt::topic_template::TopicTemplate;
use crate::mqtt::url::BrokerAddress;
use crate::secret::Secret;
use crate::sink::webhook::WebhookOptions;
use crate::spec::{
    ConnectionSpec, DeadLetterFormat, FilesSpec, PipelineSpec, SinkKind, SinkSpec, TableSpec,
};
use std::hash::{BuildHasher as _, RandomState};
use std::path::PathBuf;

/// A connection, ready to be opened.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Its constants.
    pub spec: &'static ConnectionSpec,
    /// Where the broker is, and how it is spoken to.
    pub broker: Broker,
    /// Client id of the session that receives; where there are several, it begins with this.
    pub client_id: String,
    /// The group in which several sessions share their subscriptions; None: there is one session.
    pub group: Option<String>,
    /// User name.
    pub username: Option<String>,
    /// Password.
    pub password: Option<Secret>,
    /// Last will: topic and payload.
    pub last_will: Option<(String, String)>,
}

/// Where a sink's rows go, or the dead letters of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    Stdout,
    /// Standard output, in place of what the sink is for: as `{"sink": row}`.
    Printed,
    /// Nowhere.
    Blackhole,
    /// The end of a file.
    File(PathBuf),
    /// Files that are finished.
    Files {
        /// Their constants.
        spec: &'static FilesSpec,
        /// What their paths begin with.
        prefix: String,
    },
    /// A topic.
    Mqtt {
        /// Index of the connection.
        connection: usize,
        /// Topic that is published on.
        topic: TopicTemplate,
        /// Quality of service.
        qos: u8,
        /// Retained.
        retain: bool,
        /// What MQTT 5 says of each row beside that.
        properties: Properties,
    },
    /// An HTTP server.
    Webhook(Box<WebhookOptions>),
    /// A topic for the dead letters of a table.
    DeadLetters {
        /// Index of the connection.
        connection: usize,
        /// Topic that is published on.
        topic: TopicTemplate,
        /// What they look like.
        format: DeadLetterFormat,
    },
}

impl Target {
    /// The connection and topic that it publishes on.
    pub fn published(&self) -> Option<(usize, &TopicTemplate)> {
        match self {
            Self::Mqtt {
                connection, topic, ..
            }
            | Self::DeadLetters {
                connection, topic, ..
            } => Some((*connection, topic)),
            Self::Stdout
            | Self::Printed
            | Self::Blackhole
            | Self::File(_)
            | Self::Files { .. }
            | Self::Webhook(_) => None,
        }
    }
}

/// Collects the mistakes of a configuration, so that all are told at once.
pub struct Resolver<'l> {
    lookup: &'l dyn Fn(&str) -> Variable,
    mistakes: Vec<String>,
}

impl<'l> Resolver<'l> {
    /// A resolver that finds variables by `lookup`.
    pub fn new(lookup: &'l dyn Fn(&str) -> Variable) -> Self {
        Self {
            lookup,
            mistakes: Vec::new(),
        }
    }

    /// An error with all mistakes, if there were any.
    pub fn finish(self) -> Result<(), Failure> {
        if self.mistakes.is_empty() {
            return Ok(());
        }
        Err(Failure::configuration(self.mistakes.join("\n")))
    }

    /// All connections. Where a mistake was found they may be None or lack a part, and
    /// [`Resolver::finish`] is an error.
    pub fn connections(
        &mut self,
        spec: &'static PipelineSpec,
        overrides: &[BrokerOverride],
    ) -> Vec<Option<Connection>> {
        for given in overrides {
            let name = given.connection.as_deref();
            if name.is_some_and(|name| spec.connections.iter().all(|known| known.name != name)) {
                let names: Vec<_> = spec.connections.iter().map(|known| known.name).collect();
                self.mistakes.push(format!(
                    "--broker: no connection `{}`, there is `{}`",
                    name.unwrap_or_default(),
                    names.join("`, `")
                ));
            }
        }
        let mut all = Vec::with_capacity(spec.connections.len());
        for connection in spec.connections {
            all.push(self.connection(spec, connection, overrides));
        }
        all
    }

    /// The topic filters of each table; an invalid one is left out and remembered.
    pub fn filters(&mut self, tables: &'static [TableSpec]) -> Vec<Vec<Filter>> {
        let mut all = Vec::with_capacity(tables.len());
        for table in tables {
            let place = format!("table `{}`, option `topics`", table.name);
            let mut filters = Vec::with_capacity(table.topics.len());
            for template in table.topics {
                filters.extend(self.filter(&place, template));
            }
            all.push(filters);
        }
        all
    }

    /// The target of each sink; None where a mistake was found.
    pub fn targets(&mut self, sinks: &'static [SinkSpec]) -> Vec<Option<Target>> {
        let mut all = Vec::with_capacity(sinks.len());
        for sink in sinks {
            all.push(self.target(sink));
        }
        all
    }

    fn connection(
        &mut self,
        pipeline: &PipelineSpec,
        spec: &'static ConnectionSpec,
        overrides: &[BrokerOverride],
    ) -> Option<Connection> {
        let place = |option: &str| format!("connection `{}`, option `{option}`", spec.name);
        let broker = self.broker(spec, overrides);
        let client_id = match spec.client_id {
            Some(template) => self.text(&place("client_id"), template),
            None => Some(random_client_id(pipeline.name)),
        };
        let username = self.optional(&place("username"), spec.username);
        let password = self.optional(&place("password"), spec.password);
        self.check_field(&place("username"), username.as_deref());
        self.check_length(&place("password"), password.as_deref());
        let last_will = spec.last_will.as_ref().and_then(|will| {
            let topic = self.topic_name(&place("lwt_topic"), will.topic);
            let payload = self.text(&place("lwt_payload"), will.payload);
            self.check_length(&place("lwt_payload"), payload.as_deref());
            topic.zip(payload)
        });
        self.check_client_id(spec, client_id.as_deref());
        Some(Connection {
            spec,
            broker: broker?,
            client_id: client_id?,
            group: shares::group(pipeline, spec),
            username,
            password: password.map(Secret::new),
            last_will,
        })
    }

    fn broker(&mut self, spec: &ConnectionSpec, overrides: &[BrokerOverride]) -> Option<Broker> {
        let chosen = overrides.iter().rev().find(|given| {
            given
                .connection
                .as_deref()
                .is_none_or(|name| name == spec.name)
        });
        let (place, url) = if let Some(given) = chosen {
            ("--broker".to_owned(), given.url.clone())
        } else {
            let place = format!("connection `{}`, option `broker`", spec.name);
            let url = self.text(&place, spec.broker)?;
            (place, url)
        };
        match BrokerAddress::parse(&url) {
            Ok(address) => self.with_tls(spec, address, &place, chosen.is_some()),
            Err(error) => {
                let url = BrokerAddress::shown(&url);
                self.mistakes.push(format!("{place}: `{url}`: {error}"));
                None
            }
        }
    }

    /// A text field of a packet: its length takes two bytes, and NUL is not allowed in it
    /// (MQTT 3.1.1 §1.5.3).
    fn check_field(&mut self, place: &str, value: Option<&str>) {
        self.check_length(place, value);
        if value.is_some_and(|value| value.contains('\0')) {
            self.mistakes
                .push(format!("{place}: it has a NUL character"));
        }
    }

    fn check_length(&mut self, place: &str, value: Option<&str>) {
        let length = value.map_or(0, str::len);
        if length > usize::from(u16::MAX) {
            self.mistakes.push(format!(
                "{place}: it has {length} bytes, and MQTT allows {}",
                u16::MAX
            ));
        }
    }

    fn check_client_id(&mut self, spec: &ConnectionSpec, client_id: Option<&str>) {
        let Some(client_id) = client_id else { return };
        let place = format!("connection `{}`, option `client_id`", spec.name);
        if client_id.contains('\0') || client_id.len() > 65_000 {
            self.mistakes
                .push(format!("{place}: it is too long or has a NUL character"));
        }
        if client_id.is_empty() && !spec.clean_session {
            self.mistakes.push(format!(
                "{place}: it is empty, but `clean_session = false` needs one to resume by"
            ));
        }
    }

    fn target(&mut self, sink: &'static SinkSpec) -> Option<Target> {
        match &sink.kind {
            SinkKind::Webhook(spec) => {
                let options = self.webhook(sink.name, spec)?;
                Some(Target::Webhook(Box::new(options)))
            }
            SinkKind::Blackhole => Some(Target::Blackhole),
            SinkKind::Stdout | SinkKind::Table { .. } | SinkKind::Csv { path: None, .. } => {
                Some(Target::Stdout)
            }
            SinkKind::File { path, .. }
            | SinkKind::Csv {
                path: Some(path), ..
            } => {
                let place = format!("table `{}`, option `path`", sink.name);
                let path = self.text(&place, path)?;
                if path.is_empty() {
                    self.mistakes.push(format!("{place}: it is empty"));
                    return None;
                }
                Some(Target::File(PathBuf::from(path)))
            }
            SinkKind::Files(spec) => {
                let place = format!("table `{}`, option `path`", sink.name);
                let prefix = self.text(&place, spec.prefix)?;
                let name = prefix.rsplit('/').next().unwrap_or_default();
                let is_name = !matches!(name, "" | "." | "..");
                if !is_name && spec.pattern.is_empty() || prefix.contains('\0') {
                    self.mistakes.push(format!("{place}: it names no file"));
                    return None;
                }
                Some(Target::Files { spec, prefix })
            }
            &SinkKind::Mqtt {
                connection,
                topic,
                qos,
                retain,
                properties,
            } => {
                let place = format!("table `{}`, option `topic`", sink.name);
                let topic = self.topic_template(&place, topic);
                let properties = self.properties(sink.name, &properties);
                Some(Target::Mqtt {
                    connection,
                    topic: topic?,
                    qos,
                    retain,
                    properties: properties?,
                })
            }
        }
    }

    fn filter(&mut self, place: &str, template: &str) -> Option<Filter> {
        let text = self.text(place, template)?;
        match Filter::parse(&text) {
            Ok(filter) => Some(filter),
            Err(error) => {
                self.mistakes
                    .push(format!("{place}: `{text}` is not a topic filter: {error}"));
                None
            }
        }
    }

    fn topic_name(&mut self, place: &str, template: &str) -> Option<String> {
        let topic = self.text(place, template)?;
        match topic::check_name(&topic) {
            Ok(()) => Some(topic),
            Err(error) => {
                self.mistakes
                    .push(format!("{place}: `{topic}` is not a topic: {error}"));
                None
            }
        }
    }

    fn topic_template(&mut self, place: &str, pieces: &[&str]) -> Option<TopicTemplate> {
        let pieces = pieces.iter().map(|piece| self.text(place, piece));
        let pieces = pieces.collect::<Option<Vec<String>>>()?;
        let shown = pieces.join("{…}");
        match TopicTemplate::new(pieces) {
            Ok(topic) => Some(topic),
            Err(error) => {
                self.mistakes
                    .push(format!("{place}: `{shown}` is not a topic: {error}"));
                None
            }
        }
    }

    fn optional(&mut self, place: &str, template: Option<&str>) -> Option<String> {
        template.and_then(|template| self.text(place, template))
    }

    fn text(&mut self, place: &str, template: &str) -> Option<String> {
        match environment::resolve(template, self.lookup) {
            Ok(text) => Some(text),
            Err(error) => {
                self.mistakes.push(format!("{place}: {error}"));
                None
            }
        }
    }
}

#[cfg(not(feature = "mqtt"))]
impl Resolver<'_> {
    /// A binary that can only replay is not asked.
    pub fn control_lines(&mut self, _settings: &crate::spec::SettingsSpec) -> String {
        String::new()
    }
}

/// A client id that no other process has.
fn random_client_id(pipeline: &str) -> String {
    format!("laminar-{:012x}", random_number(pipeline))
}

/// A number of 48 bits that no other process has. The standard library's hash keys come from the
/// operating system's random numbers.
fn random_number(pipeline: &str) -> u64 {
    let random = RandomState::new().hash_one((pipeline, std::process::id()));
    random & 0xffff_ffff_ffff
}

#[cfg(test)]
mod tests;
