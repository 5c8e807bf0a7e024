//! The metrics of a pipeline.

use super::facts::Facts;
use super::family::{Family, Kind, Labels, Number, Sample};
use super::process;
use crate::error::Reason;
use crate::metrics::{ConnectionMetrics, FlowMetrics, Histogram, SinkMetrics, TableMetrics};
use crate::spec::{BadData, FlowSpec, TableSpec};
use crate::value::Timestamp;

/// All metrics as they are now.
pub fn families(facts: &Facts) -> Vec<Family> {
    let mut all = Vec::new();
    mqtt(facts, &mut all);
    messages(facts, &mut all);
    flows(facts, &mut all);
    sinks(facts, &mut all);
    dead_letters(facts, &mut all);
    connections(facts, &mut all);
    process(facts, &mut all);
    all.retain(|family| !family.samples.is_empty());
    all
}

fn family(name: &'static str, kind: Kind, help: &'static str, samples: Vec<Sample>) -> Family {
    Family {
        name,
        kind,
        help,
        samples,
    }
}

fn sample(labels: Labels, value: u64) -> Sample {
    Sample {
        suffix: "",
        labels,
        value: Number::Whole(value),
    }
}

/// The metrics that MQTT sources have by their documentation.
fn mqtt(facts: &Facts, all: &mut Vec<Family>) {
    let by_table = |value: &dyn Fn(usize, &TableSpec) -> u64| -> Vec<Sample> {
        let tables = facts.spec.tables.iter().enumerate();
        let sample = |(index, table): (usize, &TableSpec)| {
            let connection = facts.spec.connections[table.connection].name;
            let labels = vec![
                ("connection", connection.into()),
                ("table", table.name.into()),
            ];
            sample(labels, value(index, table))
        };
        tables.map(sample).collect()
    };
    let counted = |index: usize| &facts.metrics.tables[index];
    let receiving = |table: &TableSpec| &facts.metrics.connections[table.connection].receiving;
    let is_connected = |table: &TableSpec| receiving(table).state().is_connected();
    all.push(family(
        "laminar_mqtt_messages_received",
        Kind::Counter,
        "Messages received.",
        by_table(&|index, _| counted(index).received.get()),
    ));
    all.push(family(
        "laminar_mqtt_bytes_received",
        Kind::Counter,
        "Bytes of the payloads of messages received.",
        by_table(&|index, _| counted(index).bytes.get()),
    ));
    all.push(family(
        "laminar_mqtt_connection_status",
        Kind::Gauge,
        "1: all sessions that receive are connected and subscribed, 0: one is not.",
        by_table(&|_, table| u64::from(is_connected(table))),
    ));
    all.push(family(
        "laminar_mqtt_subscription_count",
        Kind::Gauge,
        "Active subscriptions.",
        by_table(&|_, table| {
            let filters = table.topics.len() as u64;
            if is_connected(table) { filters } else { 0 }
        }),
    ));
    all.push(family(
        "laminar_mqtt_reconnect_attempts",
        Kind::Counter,
        "Attempts to connect again, after one that failed or a connection that was lost.",
        by_table(&|_, table| receiving(table).reconnects.get()),
    ));
}

/// What became of a table's messages as a whole.
fn messages(facts: &Facts, all: &mut Vec<Family>) {
    let tables = || facts.spec.tables.iter().zip(&facts.metrics.tables);
    let of = |table: &TableSpec| -> Labels { vec![("table", table.name.into())] };
    all.push(family(
        "laminar_messages_empty_total",
        Kind::Counter,
        "Messages with an empty payload, which are not decoded.",
        tables()
            .map(|(table, counted)| sample(of(table), counted.empty.get()))
            .collect(),
    ));
    let reasons = |(table, counted): (&TableSpec, &TableMetrics)| -> Vec<Sample> {
        let reasons = Reason::ALL.iter().zip(&counted.reasons);
        let seen = reasons.filter(|(_, count)| count.get() > 0);
        let labels = |reason: &Reason| {
            let mut labels = of(table);
            labels.push(("reason", reason.name().into()));
            labels
        };
        seen.map(|(reason, count)| sample(labels(reason), count.get()))
            .collect()
    };
    all.push(family(
        "laminar_messages_rejected_total",
        Kind::Counter,
        "Messages that were bad as a whole or for at least one flow, by the first reason.",
        tables().flat_map(reasons).collect(),
    ));
    let last = |(table, counted): (&TableSpec, &TableMetrics)| {
        let at = counted.last_received_us.count();
        (at > 0).then(|| seconds(of(table), at))
    };
    all.push(family(
        "laminar_last_message_timestamp_seconds",
        Kind::Gauge,
        "When the last message was received, in seconds since 1970.",
        tables().filter_map(last).collect(),
    ));
}

/// The balance of each flow.
fn flows(facts: &Facts, all: &mut Vec<Family>) {
    let tables = || facts.spec.tables.iter().zip(&facts.metrics.tables);
    let labels = |table: &TableSpec, flow: &FlowSpec| -> Labels {
        let sink = facts.spec.sinks[flow.sink].name;
        vec![
            ("table", table.name.into()),
            ("flow", flow.name.into()),
            ("sink", sink.into()),
        ]
    };
    let mut outcomes = Vec::new();
    let mut in_flight = Vec::new();
    for (table, counted) in tables() {
        for (flow, counted) in table.flows.iter().zip(&counted.flows) {
            for (outcome, count) in outcomes_of(counted) {
                let mut labels = labels(table, flow);
                labels.push(("outcome", outcome.into()));
                outcomes.push(sample(labels, count));
            }
            in_flight.push(sample(labels(table, flow), counted.in_flight.count()));
        }
    }
    all.push(family(
        "laminar_flow_messages_total",
        Kind::Counter,
        "Messages by what became of them: emitted (rows that the sink has done with), filtered, \
         rejected.",
        outcomes,
    ));
    all.push(family(
        "laminar_flow_messages_in_flight",
        Kind::Gauge,
        "Messages whose rows the sink still has to confirm.",
        in_flight,
    ));
}

fn outcomes_of(flow: &FlowMetrics) -> [(&'static str, u64); 3] {
    [
        ("emitted", flow.emitted.get()),
        ("filtered", flow.filtered.get()),
        ("rejected", flow.rejected.get()),
    ]
}

fn sinks(facts: &Facts, all: &mut Vec<Family>) {
    let each = |value: &dyn Fn(&SinkMetrics) -> u64| -> Vec<Sample> {
        let sinks = facts.spec.sinks.iter().zip(&facts.metrics.sinks);
        let labels = |name: &'static str| -> Labels { vec![("sink", name.into())] };
        sinks
            .map(|(sink, counted)| sample(labels(sink.name), value(counted)))
            .collect()
    };
    all.push(family(
        "laminar_sink_rows_total",
        Kind::Counter,
        "Rows that were delivered.",
        each(&|sink| sink.rows.get()),
    ));
    all.push(family(
        "laminar_sink_rows_refused_total",
        Kind::Counter,
        "Rows that were not delivered and never will be.",
        each(&|sink| sink.refused.get()),
    ));
    all.push(family(
        "laminar_sink_retries_total",
        Kind::Counter,
        "Deliveries that failed and were tried again.",
        each(&|sink| sink.retries.get()),
    ));
    all.push(family(
        "laminar_sink_batches_in_flight",
        Kind::Gauge,
        "Batches that were handed to the sink and are not confirmed: its queue.",
        each(&|sink| sink.batches.count()),
    ));
}

fn dead_letters(facts: &Facts, all: &mut Vec<Family>) {
    let each = |value: &dyn Fn(&SinkMetrics) -> u64| -> Vec<Sample> {
        let tables = facts.spec.tables.iter().zip(&facts.metrics.tables);
        let has = |(table, _): &(&TableSpec, _)| matches!(table.bad_data, BadData::DeadLetter(_));
        let labels = |table: &TableSpec| -> Labels { vec![("table", table.name.into())] };
        tables
            .filter(has)
            .map(|(table, counted)| sample(labels(table), value(&counted.dead_letters)))
            .collect()
    };
    all.push(family(
        "laminar_dead_letters_total",
        Kind::Counter,
        "Dead letters that were delivered.",
        each(&|letters| letters.rows.get()),
    ));
    all.push(family(
        "laminar_dead_letter_retries_total",
        Kind::Counter,
        "Deliveries of dead letters that failed and were tried again.",
        each(&|letters| letters.retries.get()),
    ));
    all.push(family(
        "laminar_dead_letter_batches_in_flight",
        Kind::Gauge,
        "Batches of dead letters that are not confirmed.",
        each(&|letters| letters.batches.count()),
    ));
}

fn connections(facts: &Facts, all: &mut Vec<Family>) {
    let labels = |index: usize| -> Labels {
        vec![("connection", facts.spec.connections[index].name.into())]
    };
    let each = |value: &dyn Fn(usize, &ConnectionMetrics) -> Option<u64>| -> Vec<Sample> {
        let connections = facts.metrics.connections.iter().enumerate();
        let value = |(index, counted)| Some(sample(labels(index), value(index, counted)?));
        connections.filter_map(value).collect()
    };
    let reads = |index| {
        facts
            .spec
            .tables
            .iter()
            .any(|table| table.connection == index)
    };
    let publishes = |counted: &ConnectionMetrics| counted.publishing.state().wanted > 0;
    all.push(family(
        "laminar_publisher_connection_status",
        Kind::Gauge,
        "1: the session that rows and dead letters are published on is connected, 0: it is not.",
        each(&|_, counted| {
            let connected = u64::from(counted.publishing.state().is_connected());
            publishes(counted).then_some(connected)
        }),
    ));
    all.push(family(
        "laminar_publisher_reconnect_attempts_total",
        Kind::Counter,
        "Attempts to connect that session again.",
        each(&|_, counted| publishes(counted).then(|| counted.publishing.reconnects.get())),
    ));
    all.push(family(
        "laminar_messages_oversized_total",
        Kind::Counter,
        "Messages larger than max_packet_size, which are skipped.",
        each(&|index, counted| reads(index).then(|| counted.oversized.get())),
    ));
    all.push(family(
        "laminar_messages_unmatched_total",
        Kind::Counter,
        "Messages on a topic that no table asked for.",
        each(&|index, counted| reads(index).then(|| counted.unmatched.get())),
    ));
    all.push(family(
        "laminar_batches_in_flight",
        Kind::Gauge,
        "Batches of received messages that are not acknowledged.",
        each(&|index, counted| reads(index).then(|| counted.batches.count())),
    ));
    let unverified = |index: usize| u64::from(facts.connections[index].is_unverified);
    all.push(family(
        "laminar_tls_unverified",
        Kind::Gauge,
        "1: the broker's certificate is not checked.",
        each(&|index, _| Some(unverified(index))),
    ));
    let lags = facts.metrics.connections.iter().enumerate();
    let lags = lags.filter(|(index, _)| reads(*index));
    all.push(family(
        "laminar_batch_lag_seconds",
        Kind::Histogram,
        "By batch: from the receipt of its first message until all its messages can be \
         acknowledged.",
        lags.flat_map(|(index, counted)| histogram(&labels(index), &counted.lag))
            .collect(),
    ));
}

fn histogram(labels: &Labels, histogram: &Histogram) -> Vec<Sample> {
    let counts = histogram.cumulative();
    let total = counts.last().copied().unwrap_or_default();
    let mut samples = Vec::new();
    let bounds = Histogram::BOUNDS_MS.map(|bound| milliseconds(bound).to_string());
    let bounds = bounds.into_iter().chain(["+Inf".to_owned()]);
    for (bound, count) in bounds.zip(counts) {
        let mut labels = labels.clone();
        labels.push(("le", bound.into()));
        samples.push(Sample {
            suffix: "_bucket",
            ..sample(labels, count)
        });
    }
    samples.push(Sample {
        suffix: "_sum",
        ..seconds(labels.clone(), histogram.sum_us())
    });
    samples.push(Sample {
        suffix: "_count",
        ..sample(labels.clone(), total)
    });
    samples
}

fn process(facts: &Facts, all: &mut Vec<Family>) {
    let spec = facts.spec;
    let built = vec![
        ("pipeline", spec.name.into()),
        ("laminarc", spec.compiler_version.into()),
        ("runtime", env!("CARGO_PKG_VERSION").into()),
        ("sql_sha256", spec.sql_hash.into()),
    ];
    all.push(family(
        "laminar_build_info",
        Kind::Gauge,
        "1, for its labels.",
        vec![sample(built, 1)],
    ));
    let started = u64::try_from(Timestamp::from(facts.started).0).unwrap_or_default();
    all.push(family(
        "process_start_time_seconds",
        Kind::Gauge,
        "When the process started, in seconds since 1970.",
        vec![seconds(Vec::new(), started)],
    ));
    let cpu = process::cpu_time();
    let cpu = cpu.map(|time| u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    all.push(family(
        "process_cpu_seconds_total",
        Kind::Counter,
        "CPU time of all threads.",
        cpu.map(|micros| seconds(Vec::new(), micros))
            .into_iter()
            .collect(),
    ));
    let resident = process::resident_bytes();
    all.push(family(
        "process_resident_memory_bytes",
        Kind::Gauge,
        "Memory that is in use.",
        resident
            .map(|bytes| sample(Vec::new(), bytes))
            .into_iter()
            .collect(),
    ));
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a float has 15 digits, which is microseconds for 30 years"
)]
fn seconds(labels: Labels, micros: u64) -> Sample {
    Sample {
        suffix: "",
        labels,
        value: Number::Float(micros as f64 / 1e6),
    }
}

#[expect(clippy::cast_precision_loss, reason = "bounds are small")]
fn milliseconds(bound: u64) -> f64 {
    bound as f64 / 1e3
}
