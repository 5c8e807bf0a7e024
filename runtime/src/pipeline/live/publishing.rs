//! The sessions on which sinks and dead letters are published.

use super::destination::destination;
use super::reloading::Reloading;
use super::{connect, runtime, unavailable, unless};
use crate::log;
use crate::metrics::{Metrics, Presence};
use crate::mqtt::renewal::Renewal;
use crate::mqtt::session::Options;
use crate::pipeline::exit::Failure;
use crate::pipeline::outlets::{OnEvent, Outlets, SinkEvent};
use crate::pipeline::settings::{Connection, Target};
use crate::sink::mqtt::{Destination, PublisherOptions};
use crate::sink::{self, Batch, Outlet};
use crate::spec::PipelineSpec;
use tokio::sync::mpsc::{self, Receiver};
use tokio::sync::watch;

/// A session that publishes, before it runs.
///
/// It runs beside the session that receives, on the thread of that, where there is one of the same
/// connection: both only ever wait for sockets, and rows that stay on a thread wake no other. It
/// has a thread of its own where several sessions share the connection, or none receives.
pub struct Publishing {
    /// The index of its connection.
    pub(super) connection: usize,
    /// The name of that.
    name: &'static str,
    options: PublisherOptions,
    queue: Receiver<Batch>,
    on_event: OnEvent,
}

impl Publishing {
    /// Publishes until nobody has rows for it any more, or its broker is given up.
    pub(super) async fn run(self) {
        // the thread may speak for the session that receives
        let run = sink::mqtt::run(self.options, self.queue);
        let ended = log::speaking_for("mqtt_sink", Some(self.name), run).await;
        if let Err(given_up) = ended {
            (self.on_event)(SinkEvent::Failed(unavailable(given_up.message)));
        }
    }

    /// Gives it a thread of its own, which ends once it is `abandoned`.
    pub(super) fn start(self, outlets: &mut Outlets, abandoned: Option<watch::Receiver<bool>>) {
        let name = format!("out-{}", self.name);
        let on_event = self.on_event.clone();
        outlets.start(&name, &on_event, move || {
            unless(abandoned.as_ref(), &runtime(), self.run());
        });
    }
}

/// A session for each connection that sinks or dead letters are published on.
pub(super) fn publishing(
    outlets: &mut Outlets,
    targets: &[Target],
    connections: &[Option<Connection>],
    metrics: &Metrics,
    on_event: &OnEvent,
    reloading: &mut Reloading,
) -> Vec<Publishing> {
    let mut all = Vec::new();
    for (index, connection) in connections.iter().enumerate() {
        let destinations: Vec<_> = targets.iter().map(|to| destination(to, index)).collect();
        let (Some(connection), true) = (connection, destinations.iter().any(Option::is_some))
        else {
            continue;
        };
        let ours = destinations.iter().enumerate();
        let ours = ours.filter_map(|(outlet, to)| to.as_ref().map(|_| outlet));
        let ours: Vec<usize> = ours.collect();
        let (sender, queue) = mpsc::channel(outlets.capacity(&ours));
        for sink in ours {
            outlets.by_sink[sink] = Outlet::Session(sender.clone());
        }
        let presence = Presence::new(&metrics.connections[index].publishing);
        all.push(Publishing {
            connection: index,
            name: connection.spec.name,
            options: publisher_options(
                connection,
                destinations,
                presence,
                reloading.subscribe(index),
            ),
            queue,
            on_event: on_event.clone(),
        });
    }
    all
}

/// Starts all of them on threads of their own, for a replay: what they present stays as it is.
pub fn start_publishers(
    spec: &'static PipelineSpec,
    outlets: &mut Outlets,
    targets: &[Target],
    connections: &[Option<Connection>],
    metrics: &Metrics,
    on_event: &OnEvent,
) -> Result<(), Failure> {
    let mut reloading = Reloading::new(spec, &[], connections, &[]);
    let all = publishing(
        outlets,
        targets,
        connections,
        metrics,
        on_event,
        &mut reloading,
    );
    for publishing in all {
        publishing.start(outlets, None);
    }
    Ok(())
}

fn publisher_options(
    connection: &Connection,
    destinations: Vec<Option<Destination>>,
    presence: Presence,
    renewal: Renewal,
) -> PublisherOptions {
    let spec = connection.spec;
    let used = || destinations.iter().flatten();
    let what = match (
        used().any(|to| !to.insists()),
        used().any(Destination::insists),
    ) {
        (_, false) => "sinks",
        (false, true) => "dead letters",
        (true, true) => "sinks and dead letters",
    };
    PublisherOptions {
        name: format!(
            "connection `{}` for {what} ({})",
            spec.name, connection.broker.address
        ),
        broker: connection.broker.clone(),
        session: Options {
            connect: connect(connection, connection.publisher_id()),
            filters: Vec::new(),
            share: None,
            max_packet_size: usize::try_from(spec.max_packet_size).unwrap_or(usize::MAX),
            publish_qos: used().map(|to| to.qos).max().unwrap_or(0),
            publish_retained: used().any(|to| to.retain),
        },
        reconnect: spec.reconnect,
        destinations,
        presence,
        renewal,
    }
}
