//! SIGHUP: files and variables are read again, and what they hold now is presented to the brokers
//! and to the servers of webhooks, and asked of those who ask.

use crate::control::TlsServer;
use crate::mqtt::renewal::{Access, Outstanding, Renewal, Renewing};
use crate::pipeline::arguments::BrokerOverride;
use crate::pipeline::asking::NewToken;
use crate::pipeline::environment;
use crate::pipeline::exit::Failure;
use crate::pipeline::settings::control::Control;
use crate::pipeline::settings::{Connection, Resolved, Resolver, Target};
use crate::sink::webhook::WebhookOptions;
use crate::spec::PipelineSpec;

/// What it takes to read everything again, and to tell the sessions.
pub(super) struct Reloading {
    spec: &'static PipelineSpec,
    brokers: Vec<BrokerOverride>,
    /// By connection.
    sessions: Vec<Told>,
    /// Those in use, with the indices of their sinks.
    webhooks: Vec<(usize, WebhookOptions)>,
    control: Option<NewToken>,
    outstanding: Outstanding,
    /// What the control endpoint presents, where it speaks TLS.
    certificate: Option<TlsServer>,
}

/// The sessions of a connection, and what they were told last.
struct Told {
    renewing: Renewing,
    connection: Option<Connection>,
}

impl Reloading {
    /// For these connections, whose sessions there are not yet, and targets.
    pub(super) fn new(
        spec: &'static PipelineSpec,
        brokers: &[BrokerOverride],
        connections: &[Option<Connection>],
        targets: &[Target],
    ) -> Self {
        let outstanding = Outstanding::default();
        let told = |connection: &Option<Connection>| Told {
            renewing: Renewing::new(&outstanding),
            connection: connection.clone(),
        };
        Self {
            spec,
            brokers: brokers.to_vec(),
            sessions: connections.iter().map(told).collect(),
            webhooks: targets.iter().enumerate().filter_map(webhook).collect(),
            control: None,
            outstanding,
            certificate: None,
        }
    }

    /// Where the control endpoint learns of another token, if it listens.
    pub(super) fn tell_control(&mut self, token: Option<NewToken>) {
        self.control = token;
    }

    /// What the control endpoint presents, where it speaks TLS.
    pub(super) fn tell_endpoint(&mut self, certificate: Option<TlsServer>) {
        self.certificate = certificate;
    }

    /// What a new session of a connection listens to.
    pub(super) fn subscribe(&mut self, connection: usize) -> Renewal {
        self.sessions[connection].renewing.subscribe()
    }

    /// Reads everything again, and tells all sessions; where there is a mistake, none of them.
    pub(super) fn reload(&mut self) -> Result<(), Failure> {
        let mut resolver = Resolver::new(&environment::variable);
        let filled = Resolved::new(&mut resolver, self.spec, &self.brokers);
        let control = resolver.control(&self.spec.settings);
        resolver.finish()?;
        if let Some(control) = control {
            self.renew_control(control);
        }
        for (told, new) in self.sessions.iter_mut().zip(filled.connections) {
            if let (Some(old), Some(new)) = (&mut told.connection, new) {
                told.renewing.renew(renewed(old, new));
            }
        }
        let webhooks: Vec<_> = filled
            .targets
            .iter()
            .enumerate()
            .filter_map(webhook)
            .collect();
        for (sink, options) in &self.webhooks {
            let same = webhooks.iter().find(|(other, _)| other == sink);
            if let Some((_, new)) = same {
                renew(self.spec.sinks[*sink].name, options, new.clone());
            }
        }
        Ok(())
    }

    /// Tells the control endpoint what it asks for and presents from now on.
    fn renew_control(&self, new: Control) {
        if let (Some(old), Some(new)) = (&self.certificate, &new.tls) {
            old.renew(new);
        }
        if let Some(token) = &self.control {
            token.send_replace(new.token);
        }
    }

    /// Whether every session has taken what it was told.
    pub(super) fn is_done(&self) -> bool {
        self.outstanding.is_none()
    }
}

/// The options of a target that is a webhook.
fn webhook((sink, target): (usize, &Target)) -> Option<(usize, WebhookOptions)> {
    match target {
        Target::Webhook(options) => Some((sink, (**options).clone())),
        Target::Stdout
        | Target::Printed
        | Target::Blackhole
        | Target::File(_)
        | Target::Files { .. }
        | Target::Mqtt { .. }
        | Target::DeadLetters { .. } => None,
    }
}

/// What a webhook sends from its next request on. A server elsewhere is for the next start, as a
/// broker is.
fn renew(name: &str, old: &WebhookOptions, new: WebhookOptions) {
    if old.shown == new.shown {
        tracing::info!("SIGHUP: sink `{name}` presents what is new from its next request on");
        old.renewal.renew(new);
    } else {
        tracing::warn!(
            "SIGHUP: sink `{name}` stays at {}, with what it presents there; {} is for the next \
             start",
            old.shown,
            new.shown
        );
    }
}

/// What the sessions of a connection present from now on. A broker elsewhere is another one,
/// without the session and its messages: it has to wait for the next start.
fn renewed(old: &mut Connection, new: Connection) -> Access {
    if old.broker.address == new.broker.address {
        old.broker = new.broker;
    } else {
        tracing::warn!(
            "SIGHUP: connection `{}` stays at {}; {} is for the next start",
            old.spec.name,
            old.broker.address,
            new.broker.address
        );
    }
    (old.username, old.password) = (new.username, new.password);
    Access {
        broker: old.broker.clone(),
        username: old.username.clone(),
        password: old.password.clone(),
    }
}
