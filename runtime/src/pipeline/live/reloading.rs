//! SIGHUP: files and variables are read again, and what they hold now is presented to the brokers.

use super::Resolved;
use crate::mqtt::renewal::{Access, Outstanding, Renewal, Renewing};
use crate::pipeline::arguments::BrokerOverride;
use crate::pipeline::environment;
use crate::pipeline::exit::Failure;
use crate::pipeline::settings::{Connection, Resolver};
use crate::spec::PipelineSpec;

/// What it takes to read everything again, and to tell the sessions.
pub(super) struct Reloading {
    spec: &'static PipelineSpec,
    brokers: Vec<BrokerOverride>,
    /// By connection.
    sessions: Vec<Told>,
    outstanding: Outstanding,
}

/// The sessions of a connection, and what they were told last.
struct Told {
    renewing: Renewing,
    connection: Option<Connection>,
}

impl Reloading {
    /// For these connections, whose sessions there are not yet.
    pub(super) fn new(
        spec: &'static PipelineSpec,
        brokers: &[BrokerOverride],
        connections: &[Option<Connection>],
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
            outstanding,
        }
    }

    /// What a new session of a connection listens to.
    pub(super) fn subscribe(&mut self, connection: usize) -> Renewal {
        self.sessions[connection].renewing.subscribe()
    }

    /// Reads everything again, and tells all sessions; where there is a mistake, none of them.
    pub(super) fn reload(&mut self) -> Result<(), Failure> {
        let mut resolver = Resolver::new(&environment::variable);
        let filled = Resolved::new(&mut resolver, self.spec, &self.brokers);
        resolver.finish()?;
        for (told, new) in self.sessions.iter_mut().zip(filled.connections) {
            if let (Some(old), Some(new)) = (&mut told.connection, new) {
                told.renewing.renew(renewed(old, new));
            }
        }
        Ok(())
    }

    /// Whether every session has taken what it was told.
    pub(super) fn is_done(&self) -> bool {
        self.outstanding.is_none()
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
