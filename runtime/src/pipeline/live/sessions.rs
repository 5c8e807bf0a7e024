//! The sessions that receive, and what each needs to know.

use super::reloading::Reloading;
use super::watching::Watch;
use crate::metrics::{Metrics, Presence};
use crate::mqtt::packet::{Connect, Will};
use crate::mqtt::renewal::Renewal;
use crate::mqtt::session::Options;
use crate::mqtt::topic::Filter;
use crate::pipeline::settings::Connection;
use crate::pipeline::subscriptions::subscriptions;
use crate::rate_limit::LimitedWarnings;
use crate::source::heartbeat::Heartbeat;
use crate::source::mqtt::SourceOptions;
use crate::spec::{MqttVersion, PipelineSpec, TableSpec};

/// A session that receives.
pub(super) struct Receiving<'c> {
    pub(super) connection: &'c Connection,
    /// Its index.
    pub(super) index: usize,
    /// Which of the connection's sessions it is, from 1.
    number: u16,
    /// Warnings of all of them.
    warnings: LimitedWarnings,
    presence: Presence,
    renewal: Renewal,
    heartbeat: Heartbeat,
}

/// All sessions that receive: one for each connection of tables, or as many as share it.
pub(super) fn sessions<'c>(
    spec: &PipelineSpec,
    connections: &'c [Option<Connection>],
    metrics: &Metrics,
    reloading: &mut Reloading,
    watch: &mut Watch,
) -> Vec<Receiving<'c>> {
    let mut sessions = Vec::new();
    for (index, connection) in connections.iter().enumerate() {
        let (Some(connection), true) = (connection, has_tables(spec, index)) else {
            continue;
        };
        let warnings = LimitedWarnings::default();
        sessions.extend((1..=connection.sessions()).map(|number| Receiving {
            connection,
            index,
            number,
            warnings: warnings.clone(),
            presence: Presence::new(&metrics.connections[index].receiving),
            renewal: reloading.subscribe(index),
            heartbeat: Heartbeat::new(watch.add(), watch.beat()),
        }));
    }
    sessions
}

fn has_tables(spec: &PipelineSpec, connection: usize) -> bool {
    spec.tables
        .iter()
        .any(|table| table.connection == connection)
}

/// What a session that receives needs to know.
pub(super) fn source_options(
    tables: &[TableSpec],
    filters: &[Vec<Filter>],
    session: Receiving<'_>,
) -> SourceOptions {
    let (connection, index, number) = (session.connection, session.index, session.number);
    let spec = connection.spec;
    let share = connection.share(number);
    let which = share
        .as_ref()
        .map(|share| format!(", session {number} of {}", share.sessions));
    let will = spec.last_will.as_ref().zip(connection.last_will.as_ref());
    // The pipeline is gone once, not once for each session.
    let will = will.filter(|_| number == 1);
    let will = will.map(|(spec, (topic, payload))| Will {
        topic: topic.clone(),
        payload: payload.clone().into_bytes(),
        qos: spec.qos,
        retain: spec.retain,
    });
    SourceOptions {
        name: format!(
            "connection `{}`{} ({})",
            spec.name,
            which.unwrap_or_default(),
            connection.broker.address
        ),
        connection: index,
        broker: connection.broker.clone(),
        session: Options {
            connect: Connect {
                clean: spec.clean_session,
                session_expiry_interval_s: session_expiry(connection),
                will,
                ..connect(connection, connection.client_id_of(number))
            },
            filters: subscriptions(tables, filters, index),
            share,
            max_packet_size: usize::try_from(spec.max_packet_size).unwrap_or(usize::MAX),
            publish_qos: 0,
            publish_retained: false,
        },
        reconnect: spec.reconnect,
        has_company: false,
        warnings: session.warnings,
        presence: session.presence,
        renewal: session.renewal,
        heartbeat: session.heartbeat,
        whole_name: format!("connection `{}` ({})", spec.name, connection.broker.address),
    }
}

/// A CONNECT for a clean session without a will.
pub(super) fn connect(connection: &Connection, client_id: String) -> Connect {
    let spec = connection.spec;
    Connect {
        version: spec.mqtt_version,
        client_id,
        username: connection.username.clone(),
        password: connection.password.clone(),
        clean: true,
        session_expiry_interval_s: None,
        keep_alive_s: spec.keep_alive_s,
        receive_maximum: spec.receive_maximum,
        will: None,
    }
}

/// A session of MQTT 5 that is to be resumed would end with its connection, if nothing was said.
fn session_expiry(connection: &Connection) -> Option<u32> {
    let spec = connection.spec;
    match spec.mqtt_version {
        MqttVersion::V311 => None,
        MqttVersion::V5 if spec.clean_session => spec.session_expiry_interval_s,
        MqttVersion::V5 => Some(spec.session_expiry_interval_s.unwrap_or(u32::MAX)),
    }
}
