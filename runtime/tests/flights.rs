//! A worker between a source and its sinks: what is acknowledged when, and which messages become
//! dead letters.

use laminar_runtime::encode::Rows;
use laminar_runtime::error::{Reason, RowError};
use laminar_runtime::message::Message;
use laminar_runtime::metrics::Metrics;
use laminar_runtime::pipeline::bad_messages::BadMessages;
use laminar_runtime::pipeline::wiring::Wiring;
use laminar_runtime::pipeline::worker::{Context, Worker};
use laminar_runtime::program::{Program, Report};
use laminar_runtime::sink::{Batch, Limit, Outlet, Progress, Refused};
use laminar_runtime::source::Consumer as _;
use laminar_runtime::spec::{
    BadData, DeadLetterFormat, DeadLetterSpec, DeclaredSpec, FlowSpec, PipelineSpec, SettingsSpec,
    SinkKind, SinkSpec, TableSpec,
};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Instant;

/// `both` gives a row for each flow, `first` for the first alone; the second rejects it then.
/// Everything else is bad.
struct TwoFlows;

impl Program for TwoFlows {
    fn process(
        &mut self,
        messages: &[Message<'_>],
        sink_of: &[usize],
        outputs: &mut [Rows],
        report: &mut dyn Report,
    ) {
        let mut emit = |flow: usize| {
            let mut row = outputs[sink_of[flow]].row();
            row.raw("{}");
            row.end();
        };
        for (index, message) in messages.iter().enumerate() {
            let error = RowError::payload(Reason::Syntax, 0);
            match message.payload.bytes() {
                b"both" => {
                    emit(0);
                    emit(1);
                }
                b"first" => {
                    emit(0);
                    report.row_rejected(index, 1, error);
                }
                _ => report.message_rejected(index, error),
            }
        }
    }
}

const fn table(name: &'static str, bad_data: BadData) -> TableSpec {
    TableSpec {
        name,
        connection: 0,
        topics: &[],
        qos: 1,
        batch_size: 100,
        batch_timeout_ms: 1,
        bad_data,
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
        program: || Box::new(TwoFlows),
    }
}

const LETTERS: BadData = BadData::DeadLetter(DeadLetterSpec {
    topic: "dead",
    format: DeadLetterFormat::Raw,
    max_retries: 2,
});

static PIPELINE: PipelineSpec = PipelineSpec {
    name: "p",
    sql: "",
    sql_hash: "",
    compiler_version: "",
    settings: SettingsSpec::DEFAULT,
    connections: &[],
    tables: &[table("kept", LETTERS), table("dropped", BadData::Drop)],
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

/// A worker for both tables, whatever the topic, and all that it hands over.
fn worker() -> (Worker, Receiver<Batch>, Arc<Metrics>) {
    let metrics = Arc::new(Metrics::new(&PIPELINE));
    let (sender, queue) = sync_channel(100);
    // two sinks, the dead letters of `kept`, and those that `dropped` does not have
    let mut outlets = vec![Outlet::Lines(sender); 3];
    outlets.push(Outlet::Blackhole);
    let context = Context {
        spec: &PIPELINE,
        wiring: Wiring::of(&PIPELINE),
        metrics: Arc::clone(&metrics),
        outlets,
        bad_messages: BadMessages::new(&PIPELINE, None),
        kept: None,
        on_failure: Arc::new(|_| {}),
    };
    let progress = Progress::new(Arc::clone(&metrics), Box::new(|| {}));
    let worker = Worker::new(context, None, None, Arc::new(progress));
    (worker, queue, metrics)
}

fn take(worker: &mut Worker, payloads: &[&str]) {
    for payload in payloads {
        let message = Message::new("t", payload.as_bytes());
        assert!(worker.take(&[message], Instant::now()).is_continue());
    }
}

/// The batches that wait, by outlet.
fn batches(queue: &Receiver<Batch>) -> Vec<Batch> {
    let mut batches: Vec<Batch> = queue.try_iter().collect();
    batches.sort_by_key(|batch| batch.sink);
    batches
}

/// The payloads and reasons of a batch of dead letters.
fn letters(batch: &Batch) -> Vec<(String, String)> {
    let rows = batch.rows.iter();
    let letters = rows.map(|row| {
        let letter: serde_json::Value = serde_json::from_slice(row).expect("an envelope");
        let text = |key: &str| letter[key].as_str().expect("a text").to_owned();
        (text("payload"), text("reason"))
    });
    letters.collect()
}

fn refused(rows: &[usize]) -> Vec<Refused> {
    let refused = |&row: &usize| Refused {
        row,
        reason: "no".into(),
    };
    rows.iter().map(refused).collect()
}

fn letter(payload: &str, reason: &str) -> (String, String) {
    (payload.to_owned(), reason.to_owned())
}

#[test]
fn a_flight_waits_for_its_dead_letters_and_each_message_becomes_one_of_them() {
    let (mut worker, queue, metrics) = worker();
    take(&mut worker, &["both", "bad", "first", "both"]);
    worker.flush();
    let first = batches(&queue);
    take(&mut worker, &["both"]);
    worker.flush();
    let second = batches(&queue);
    let [a, b, bad] = <[Batch; 3]>::try_from(first).expect("two sinks and dead letters");
    assert_eq!((a.sink, a.rows.len()), (0, 6), "three of each table");
    assert_eq!((b.sink, b.rows.len()), (1, 4));
    assert_eq!(bad.sink, 2);
    let syntax = [letter("bad", "syntax"), letter("first", "syntax")];
    assert_eq!(letters(&bad), syntax);
    let limit = |rows| Limit {
        rows,
        retries: 2,
        while_unreachable: true,
    };
    // Rows of the two tables come in turn.
    assert_eq!(a.limits, [limit(0..1), limit(2..3), limit(4..5)]);
    bad.confirm();
    // `both`, of each table; `first`, which is a dead letter already; `both`.
    a.confirm_but(refused(&[4, 0, 1, 2]));
    assert_eq!(worker.confirmed(), 0, "sink b has not confirmed");
    b.confirm_but(refused(&[0, 3]));
    assert_eq!(worker.confirmed(), 0, "dead letters are not confirmed");
    let late = batches(&queue);
    let told: Vec<_> = late.iter().flat_map(letters).collect();
    let undelivered = [letter("both", "undelivered"), letter("both", "undelivered")];
    assert_eq!(told, undelivered, "each message once");
    assert!(!worker.is_drained());
    late.into_iter().for_each(Batch::confirm);
    assert_eq!(worker.confirmed(), 4);
    second.into_iter().for_each(Batch::confirm);
    assert_eq!(worker.confirmed(), 5);
    assert!(worker.is_drained());
    assert_eq!(metrics.tables[0].dead_letters.rows.get(), 4);
    assert_eq!(metrics.sinks[0].refused.get(), 4);
    assert_eq!(metrics.tables[0].rejected.get(), 2);
    assert_eq!(metrics.tables[1].rejected.get(), 2);
}

#[test]
fn dead_letters_count_towards_the_batch() {
    let (mut worker, queue, _) = worker();
    let payload = "x".repeat(100_000);
    let mut count = 0;
    while queue.try_recv().is_err() {
        take(&mut worker, &[payload.as_str()]);
        count += 1;
        assert!(count < 20, "nothing is handed over");
    }
    assert_eq!(count, 6, "512 KiB");
}
