//! The options `parallelism` and `shared_subscription`: how many sessions of a connection share
//! what its tables subscribe to.

use super::Binder;
use super::options::Options;
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{CreateTable, Name};
use crate::ir::logical::MqttVersion;
use crate::source::Span;

/// What a source table says about parallelism.
#[derive(Clone, Debug)]
pub(super) struct Parallelism {
    /// The table.
    name: Name,
    /// Its connection.
    connection: usize,
    /// How many sessions.
    sessions: u16,
    /// Where it says so; where its name stands, if it does not.
    span: Span,
}

impl Binder<'_> {
    /// Takes a table's parallelism over into its connection, and checks that it can have it.
    pub(super) fn parallelism(
        &mut self,
        create: &CreateTable,
        options: &Options<'_>,
        connection: Option<usize>,
    ) {
        let errors = self.diagnostics.error_count();
        let span = options.span("parallelism");
        let sessions = options.integer("parallelism").unwrap_or(1);
        let shared = options.boolean("shared_subscription");
        let shared_span = options.span("shared_subscription");
        if let (Some(shared), Some(shared_span)) = (shared, shared_span) {
            match (shared, span.filter(|_| sessions > 1)) {
                (true, None) => {
                    self.report(nothing_to_share(shared_span));
                }
                (false, Some(span)) => {
                    self.report(not_shared(span, shared_span));
                }
                (true, Some(_)) | (false, None) => {}
            }
        }
        let Some(connection) = connection else { return };
        let own = Parallelism {
            name: create.name.clone(),
            connection,
            sessions,
            span: span.unwrap_or(create.name.span),
        };
        let mut others = self.topics.parallelism.iter();
        let first = others.find(|other| other.connection == connection).cloned();
        match &first {
            Some(first) if first.sessions != sessions => {
                let diagnostic = differs(first, &own);
                self.report(diagnostic);
            }
            Some(_) => {}
            None => self.plan.connections[connection].parallelism = sessions,
        }
        if sessions > 1 {
            self.select_shared_version(&own, shared == Some(true));
            if first.is_none() && self.diagnostics.error_count() == errors {
                self.report(order_is_lost(sessions, own.span));
                self.report(nothing_retained(own.span));
            }
        }
        self.topics.parallelism.push(own);
    }

    /// Subscriptions are shared at MQTT 5, or at 3.1.1 by brokers that do so beyond the standard.
    fn select_shared_version(&mut self, own: &Parallelism, is_shared: bool) {
        match self.topics.connections[own.connection].version_311 {
            None => self.plan.connections[own.connection].mqtt_version = MqttVersion::V5,
            Some(_) if is_shared => {}
            Some(version) => {
                let diagnostic = needs_version_5(own, version);
                self.report(diagnostic);
            }
        }
    }
}

fn nothing_to_share(shared: Span) -> Diagnostic {
    let message = "`shared_subscription` without `parallelism`";
    Diagnostic::new(code::OPTION_CONFLICT, message, shared)
        .at("one session has nobody to share with")
        .help("add `parallelism = 2` or more, or remove `shared_subscription`")
        .help("to share with other programs, name a group: `topics = '[\"$share/group/a/#\"]'`")
}

fn not_shared(parallelism: Span, shared: Span) -> Diagnostic {
    let message = "`parallelism` without a shared subscription";
    Diagnostic::new(code::OPTION_CONFLICT, message, parallelism)
        .at("several sessions share their messages")
        .context(shared, "but this says that they do not")
        .help("remove `shared_subscription`, or set `parallelism` to `1`")
}

fn differs(first: &Parallelism, own: &Parallelism) -> Diagnostic {
    let says = |table: &Parallelism| match table.sessions {
        1 => format!("`{}` has one session", table.name.text),
        sessions => format!("`{}` has {sessions} sessions", table.name.text),
    };
    let message = "tables of one connection differ in `parallelism`";
    Diagnostic::new(code::OPTION_CONFLICT, message, own.span)
        .at(says(own))
        .context(first.span, says(first))
        .note("tables of a connection share its sessions")
        .help(format!(
            "write `parallelism = {}` in both",
            first.sessions.max(own.sessions)
        ))
        .help("or give one of the tables a connection of its own")
}

fn needs_version_5(own: &Parallelism, version: Span) -> Diagnostic {
    let message = format!("table `{}` needs MQTT 5", own.name.text);
    Diagnostic::new(code::OPTION_CONFLICT, message, own.span)
        .at("its sessions share their subscriptions, which MQTT 5 brought")
        .context(version, "but this chooses 3.1.1")
        .note("some brokers share subscriptions at 3.1.1; others accept them and deliver nothing")
        .help("remove `mqtt_version` from the connection")
        .help(
            "or add `shared_subscription = true` to the table, if the broker is one of the former",
        )
}

fn order_is_lost(sessions: u16, span: Span) -> Diagnostic {
    let message = "messages of one topic do not stay in order";
    Diagnostic::new(code::ORDER, message, span)
        .at(format!(
            "{sessions} sessions share them, and go on at their own pace"
        ))
        .help("where the order within a topic matters, set `parallelism` to `1`")
}

fn nothing_retained(span: Span) -> Diagnostic {
    let message = "retained messages are not received";
    Diagnostic::new(code::RETAINED, message, span)
        .at("brokers send none to shared subscriptions when these begin")
        .help("to begin with the last value of each topic, set `parallelism` to `1`")
}
