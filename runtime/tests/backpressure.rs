//! A worker stops taking messages before the queues of its sinks are full.

use laminar_runtime::encode::Rows;
use laminar_runtime::message::Message;
use laminar_runtime::metrics::Metrics;
use laminar_runtime::pipeline::bad_messages::BadMessages;
use laminar_runtime::pipeline::outlets;
use laminar_runtime::pipeline::wiring::Wiring;
use laminar_runtime::pipeline::worker::{Context, FLIGHTS, Worker};
use laminar_runtime::program::{Program, Report};
use laminar_runtime::sink::{Batch, Outlet, Progress};
use laminar_runtime::source::Consumer as _;
use laminar_runtime::spec::{
    BadData, DeclaredSpec, FlowSpec, PipelineSpec, SettingsSpec, SinkKind, SinkSpec, TableSpec,
};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

/// A row for each sink, whatever the message.
struct RowForEachSink;

impl Program for RowForEachSink {
    fn process(
        &mut self,
        messages: &[Message<'_>],
        sink_of: &[usize],
        outputs: &mut [Rows],
        _report: &mut dyn Report,
    ) {
        for _ in messages {
            for &sink in sink_of {
                let mut row = outputs[sink].row();
                row.raw("{}");
                row.end();
            }
        }
    }
}

const SINKS: usize = 2;

/// One for each sink, and one for the dead letters that the table does not have.
fn outlets_to(outlet: Outlet) -> Vec<Outlet> {
    vec![outlet; SINKS + 1]
}

static PIPELINE: PipelineSpec = PipelineSpec {
    name: "p",
    sql: "",
    sql_hash: "",
    compiler_version: "",
    settings: SettingsSpec::DEFAULT,
    connections: &[],
    tables: &[TableSpec {
        name: "t",
        connection: 0,
        topics: &["t"],
        qos: 1,
        batch_size: 10,
        batch_timeout_ms: 1,
        bad_data: BadData::Drop,
        columns: &[],
        sites: &[],
        flows: &[
            FlowSpec {
                name: "a",
                sink: 0,
                guarantee: &[],
            },
            FlowSpec {
                name: "b",
                sink: 1,
                guarantee: &[],
            },
        ],
        declared: DeclaredSpec::json(&[]),
        history: None,
        program: || Box::new(RowForEachSink),
    }],
    sinks: &[
        SinkSpec {
            name: "a",
            kind: SinkKind::Stdout,
        },
        SinkSpec {
            name: "b",
            kind: SinkKind::Stdout,
        },
    ],
};

#[test]
fn a_worker_fills_the_queues_of_its_sinks_and_not_more() {
    let metrics = Arc::new(Metrics::new(&PIPELINE));
    let capacity = outlets::capacity(1, SINKS);
    assert_eq!(capacity, FLIGHTS * SINKS);
    let (sender, queue) = sync_channel(capacity);
    let context = Context {
        spec: &PIPELINE,
        wiring: Wiring::of(&PIPELINE),
        metrics: Arc::clone(&metrics),
        outlets: outlets_to(Outlet::Lines(sender)),
        bad_messages: BadMessages::new(&PIPELINE, None),
        kept: None,
        on_failure: Arc::new(|_| {}),
    };
    let progress = Arc::new(Progress::new(metrics, Box::new(|| {})));
    let mut worker = Worker::new(context, None, None, progress);
    for _ in 0..3 {
        while worker.room() > 0 {
            let messages = vec![Message::new("t", b"{}"); worker.room()];
            let _ = worker.take(&messages, Instant::now());
            worker.idle();
        }
        let waiting: Vec<Batch> = queue.try_iter().collect();
        assert_eq!(waiting.len(), capacity);
        waiting.into_iter().for_each(Batch::confirm);
        worker.confirmed();
    }
}

/// Where more is there to read all the time, so that the line is never idle.
#[test]
fn a_batch_that_does_not_fill_is_handed_over_in_time() {
    let metrics = Arc::new(Metrics::new(&PIPELINE));
    let (sender, queue) = sync_channel(outlets::capacity(1, SINKS));
    let context = Context {
        spec: &PIPELINE,
        wiring: Wiring::of(&PIPELINE),
        metrics: Arc::clone(&metrics),
        outlets: outlets_to(Outlet::Lines(sender)),
        bad_messages: BadMessages::new(&PIPELINE, None),
        kept: None,
        on_failure: Arc::new(|_| {}),
    };
    let progress = Arc::new(Progress::new(metrics, Box::new(|| {})));
    let mut worker = Worker::new(context, None, None, progress);
    let timeout = Duration::from_millis(PIPELINE.tables[0].batch_timeout_ms.into());
    let start = Instant::now();
    assert_eq!(worker.deadline(), None, "nothing waits");
    let _ = worker.take(&[Message::new("t", b"{}")], start);
    let _ = worker.take(&[Message::new("t", b"{}")], start + timeout / 2);
    assert_eq!(
        worker.deadline(),
        Some(start + timeout),
        "that of the first"
    );
    worker.tick(start + timeout / 2);
    assert_eq!(queue.try_iter().count(), 0);
    worker.tick(start + timeout);
    let batches: Vec<Batch> = queue.try_iter().collect();
    let rows: Vec<usize> = batches.iter().map(|batch| batch.rows.len()).collect();
    assert_eq!(rows, [2; SINKS]);
}

#[test]
fn of_several_workers_the_first_tells_what_all_received() {
    let metrics = Arc::new(Metrics::new(&PIPELINE));
    let (start, minute) = (Instant::now(), Duration::from_mins(1));
    for (is_first, expected) in [(true, Some(start + minute)), (false, None)] {
        let context = Context {
            spec: &PIPELINE,
            wiring: Wiring::of(&PIPELINE),
            metrics: Arc::clone(&metrics),
            outlets: outlets_to(Outlet::Blackhole),
            bad_messages: BadMessages::new(&PIPELINE, None),
            kept: None,
            on_failure: Arc::new(|_| {}),
        };
        let progress = Arc::new(Progress::new(Arc::clone(&metrics), Box::new(|| {})));
        let mut worker = Worker::new(context, Some(0), None, progress);
        worker.make_one_of_several(is_first, start);
        assert_eq!(worker.deadline(), expected, "whoever receives");
        let _ = worker.take(&[Message::new("t", b"{}")], start);
        worker.idle();
        worker.confirmed();
        assert_eq!(worker.deadline(), expected);
        worker.tick(start + minute);
        assert_eq!(worker.deadline(), expected.map(|due| due + minute));
    }
}

#[test]
fn a_live_worker_asks_to_tell_once_a_minute_what_it_received() {
    let metrics = Arc::new(Metrics::new(&PIPELINE));
    let (start, minute) = (Instant::now(), Duration::from_mins(1));
    for (connection, expected) in [(Some(0), Some(start + minute)), (None, None)] {
        let context = Context {
            spec: &PIPELINE,
            wiring: Wiring::of(&PIPELINE),
            metrics: Arc::clone(&metrics),
            outlets: outlets_to(Outlet::Blackhole),
            bad_messages: BadMessages::new(&PIPELINE, None),
            kept: None,
            on_failure: Arc::new(|_| {}),
        };
        let progress = Arc::new(Progress::new(Arc::clone(&metrics), Box::new(|| {})));
        let mut worker = Worker::new(context, connection, None, progress);
        for second in 0..3 {
            let now = start + Duration::from_secs(second);
            let _ = worker.take(&[Message::new("t", b"{}")], now);
            worker.idle();
            worker.confirmed();
            assert_eq!(worker.deadline(), expected);
        }
        worker.tick(start + minute);
        assert_eq!(worker.deadline(), None, "nothing new was received");
    }
}

#[test]
#[should_panic(expected = "a queue holds all batches")]
fn a_batch_too_many_is_a_broken_promise() {
    let metrics = Arc::new(Metrics::new(&PIPELINE));
    let progress = Arc::new(Progress::new(metrics, Box::new(|| {})));
    let (sender, _queue) = sync_channel(1);
    let outlet = Outlet::Lines(sender);
    for sequence in 0..2 {
        let progress = Arc::clone(&progress);
        outlet.send(Batch::new(0, sequence, Rows::default(), progress));
    }
}
