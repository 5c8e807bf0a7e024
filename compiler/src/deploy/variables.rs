//! The variables that a pipeline reads when it starts, and what for.

use crate::ir::endpoint::{BadData, Connection, Sink, SinkKind};
use crate::ir::physical::{PhysicalPlan, Table};
use crate::ir::template::references;

/// A variable, by the places that name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) name: String,
    /// In the order of the plan, at least one.
    pub(super) uses: Vec<Use>,
}

/// A place that names a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Use {
    /// Such as: connection `plant`, option `broker`.
    pub(super) place: String,
    pub(super) role: Role,
    pub(super) default: Option<String>,
}

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The client id of a connection.
    ClientId,
    /// A password or a token, or what may hold one.
    Secret,
    /// Anything else.
    Other,
}

impl Variable {
    /// Whether the binary does not start without it.
    pub(super) fn is_required(&self) -> bool {
        self.uses.iter().any(|of| of.default.is_none())
    }

    /// Whether it makes client ids and nothing else.
    pub(super) fn names_the_instance(&self) -> bool {
        self.uses.iter().all(|of| of.role == Role::ClientId)
    }

    /// Whether systemd sets it: the folder of a unit's credentials.
    pub(super) fn is_of_systemd(&self) -> bool {
        self.name == CREDENTIALS
    }
}

/// The variable in which systemd names the folder of a unit's credentials (systemd.exec(5)).
pub(super) const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// All variables, sorted by name.
pub(super) fn variables(plan: &PhysicalPlan) -> Vec<Variable> {
    let mut found: Vec<Variable> = Vec::new();
    for (place, role, text) in texts(plan) {
        for reference in references(text) {
            let new = Use {
                place: place.clone(),
                role,
                default: reference.default.map(ToOwned::to_owned),
            };
            match found.iter_mut().find(|known| known.name == reference.name) {
                Some(known) if known.uses.contains(&new) => {}
                Some(known) => known.uses.push(new),
                None => found.push(Variable {
                    name: reference.name.to_owned(),
                    uses: vec![new],
                }),
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

type Text<'p> = (String, Role, &'p str);

/// Every text that may name variables, with its place.
fn texts(plan: &PhysicalPlan) -> Vec<Text<'_>> {
    let mut texts = Vec::new();
    plan.connections
        .iter()
        .for_each(|each| connection(&mut texts, each));
    plan.tables.iter().for_each(|each| table(&mut texts, each));
    plan.sinks.iter().for_each(|each| sink(&mut texts, each));
    let settings = &plan.settings;
    let tls = settings.control_tls.as_ref();
    for (option, role, text) in [
        (
            "control.listen",
            Role::Other,
            settings.control_listen.as_ref(),
        ),
        (
            "control.token",
            Role::Secret,
            settings.control_token.as_ref(),
        ),
        ("control.tls_cert", Role::Other, tls.map(|pair| &pair.cert)),
        ("control.tls_key", Role::Other, tls.map(|pair| &pair.key)),
    ] {
        let text = text.map(String::as_str);
        texts.extend(text.map(|text| (format!("`SET {option}`"), role, text)));
    }
    texts
}

fn connection<'p>(texts: &mut Vec<Text<'p>>, connection: &'p Connection) {
    let tls = connection.tls.as_ref();
    let will = connection.last_will.as_ref();
    let options = [
        ("broker", Role::Secret, Some(&connection.broker)),
        ("client_id", Role::ClientId, connection.client_id.as_ref()),
        ("username", Role::Other, connection.username.as_ref()),
        ("password", Role::Secret, connection.password.as_ref()),
        (
            "tls_ca_cert",
            Role::Other,
            tls.and_then(|tls| tls.ca_cert.as_ref()),
        ),
        (
            "tls_client_cert",
            Role::Other,
            tls.and_then(|tls| tls.client_cert.as_ref()),
        ),
        (
            "tls_client_key",
            Role::Other,
            tls.and_then(|tls| tls.client_key.as_ref()),
        ),
        ("lwt_topic", Role::Other, will.map(|will| &will.topic)),
        ("lwt_payload", Role::Other, will.map(|will| &will.payload)),
    ];
    for (option, role, text) in options {
        let place = || format!("connection `{}`, option `{option}`", connection.name);
        texts.extend(text.map(|text| (place(), role, text.as_str())));
    }
}

fn table<'p>(texts: &mut Vec<Text<'p>>, table: &'p Table) {
    let place = |option: &str| format!("table `{}`, option `{option}`", table.name);
    for topic in &table.topics {
        texts.push((place("topics"), Role::Other, topic));
    }
    match &table.bad_data {
        BadData::Drop | BadData::Fail => {}
        BadData::DeadLetter(letter) => {
            texts.push((place("dead_letter_topic"), Role::Other, &letter.topic));
        }
    }
}

fn sink<'p>(texts: &mut Vec<Text<'p>>, sink: &'p Sink) {
    let place = |option: &str| format!("table `{}`, option `{option}`", sink.name);
    match &sink.kind {
        SinkKind::Stdout { .. } | SinkKind::Blackhole => {}
        SinkKind::File { path, .. } => texts.push((place("path"), Role::Other, path)),
        SinkKind::Files(files) => texts.push((place("path"), Role::Other, &files.prefix)),
        SinkKind::Mqtt {
            topic, properties, ..
        } => {
            let pieces = topic.pieces.iter();
            texts.extend(pieces.map(|piece| (place("topic"), Role::Other, piece.as_str())));
            let alone = [
                ("content_type", &properties.content_type),
                ("response_topic", &properties.response_topic),
            ];
            for (option, text) in alone {
                texts.extend(
                    text.iter()
                        .map(|it| (place(option), Role::Other, it.as_str())),
                );
            }
            for (name, value) in &properties.user_properties {
                texts.push((place("user_properties"), Role::Other, name));
                texts.push((place("user_properties"), Role::Other, value));
            }
        }
        SinkKind::Webhook(webhook) => {
            texts.push((place("url"), Role::Secret, &webhook.url));
            for (name, value) in &webhook.headers {
                texts.push((place("headers"), Role::Other, name));
                texts.push((place("headers"), Role::Secret, value));
            }
            let authorities = webhook.tls_ca_cert.as_deref();
            texts.extend(authorities.map(|path| (place("tls_ca_cert"), Role::Other, path)));
        }
    }
}
