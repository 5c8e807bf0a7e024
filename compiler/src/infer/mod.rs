//! Messages in, a pipeline file with their tables out: `laminarc infer`.
//!
//! The tables take every message that they were inferred from, if it is a JSON object: a column has
//! a type only if every value that was seen is of that type, and JSON otherwise. What is no JSON
//! object has no place in a table, and is reported.

mod column;
use crate::json;
mod leftovers;
mod names;
mod observed;
pub mod record;
mod table;
mod text;
mod time;
mod topics;
mod write;

use std::collections::BTreeMap;

use json::Value;
use leftovers::{Leftover, Leftovers};
use names::Names;
use observed::Observed;
use topics::Topic;

/// How to write the tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Where the messages come from.
    pub broker: Broker,
    /// Columns that had a value in every message are NOT NULL.
    pub strict: bool,
}

/// What the connection says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broker {
    /// Its URL, without credentials.
    pub url: String,
    /// Who logs in, with a password from the environment.
    pub username: Option<String>,
    /// A PEM file of the authorities that are trusted instead of the system's.
    pub authorities: Option<String>,
}

impl Default for Broker {
    fn default() -> Self {
        Self {
            url: "tcp://localhost:1883".to_owned(),
            username: None,
            authorities: None,
        }
    }
}

/// What was inferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inferred {
    /// The pipeline file; None: no message was a JSON object.
    pub sql: Option<String>,
    /// What the tables do not take, a sentence for each kind.
    pub notes: Vec<String>,
    /// How many tables there are.
    pub tables: usize,
    /// How many messages they take.
    pub messages: usize,
}

/// Messages of more topics are not looked at: what is known of each is kept in memory.
const MAX_TOPICS: usize = 10_000;

/// Gathers messages.
#[derive(Debug, Default)]
pub struct Messages {
    topics: Vec<Topic>,
    by_name: BTreeMap<String, usize>,
    leftovers: Leftovers,
}

impl Messages {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes note of a message.
    pub fn add(&mut self, topic: &str, payload: &[u8]) {
        if !is_topic(topic) {
            return self.leftovers.add(Leftover::Topic, topic, payload);
        }
        let members = match object(payload) {
            Ok(members) => members,
            Err(leftover) => return self.leftovers.add(leftover, topic, payload),
        };
        let known = self.by_name.get(topic).copied();
        let at = match known {
            Some(at) => at,
            None if self.topics.len() < MAX_TOPICS => {
                self.by_name.insert(topic.to_owned(), self.topics.len());
                self.topics.push(Topic {
                    name: topic.to_owned(),
                    payloads: Observed::default(),
                });
                self.topics.len() - 1
            }
            None => return self.leftovers.add(Leftover::TooManyTopics, topic, payload),
        };
        self.topics[at].payloads.add_object(&members);
    }

    /// The tables for all of them.
    pub fn infer(&self, options: &Options) -> Inferred {
        let mut names = Names::default();
        names.free(write::CONNECTION);
        let tables: Vec<table::Table> = topics::group(&self.topics)
            .iter()
            .map(|group| table::table(group, &self.topics, options.strict, &mut names))
            .collect();
        Inferred {
            sql: (!tables.is_empty()).then(|| write::file(&options.broker, &tables)),
            notes: self.leftovers.notes(),
            tables: tables.len(),
            messages: tables.iter().map(|table| table.messages).sum(),
        }
    }
}

/// Whether a broker can deliver a message on this topic.
fn is_topic(topic: &str) -> bool {
    let is_short = u16::try_from(topic.len()).is_ok();
    !topic.is_empty() && is_short && !topic.contains(['+', '#', '\0'])
}

/// The members of a payload that is an object.
fn object(payload: &[u8]) -> Result<Vec<json::Member<'_>>, Leftover> {
    if payload.is_empty() {
        return Err(Leftover::Empty);
    }
    let text = std::str::from_utf8(payload).map_err(|error| Leftover::NotJson {
        at: error.valid_up_to(),
    })?;
    match json::parse(text).map_err(|error| Leftover::NotJson { at: error.at })? {
        Value::Object(members) => Ok(members),
        Value::Array(_) => Err(Leftover::Array),
        Value::Null | Value::Boolean(_) | Value::Number(_) | Value::Text(_) => {
            Err(Leftover::Scalar)
        }
    }
}
