use super::*;
use crate::metrics::Metrics;
use crate::sink::{Limit, Progress};
use crate::spec::{PipelineSpec, SettingsSpec, SinkKind, SinkSpec};
use std::cell::RefCell;
use std::sync::Arc;

static PIPELINE: PipelineSpec = PipelineSpec {
    name: "p",
    sql: "",
    sql_hash: "",
    compiler_version: "",
    settings: SettingsSpec::DEFAULT,
    connections: &[],
    tables: &[],
    sinks: &[SinkSpec {
        name: "w",
        kind: SinkKind::Blackhole,
    }],
};

/// A batch of rows `0`, `1` … with limits for some.
fn batch(rows: u32, limits: &[(Range<usize>, u32)]) -> Batch {
    let mut lines = Rows::default();
    for number in 0..rows {
        let mut row = lines.row();
        row.value(number);
        row.end();
    }
    let metrics = Arc::new(Metrics::new(&PIPELINE));
    let progress = Progress::new(metrics, Box::new(|| {}));
    let limit = |(rows, retries): &(Range<usize>, u32)| Limit {
        rows: rows.clone(),
        retries: *retries,
        while_unreachable: true,
    };
    Batch {
        limits: limits.iter().map(limit).collect(),
        ..Batch::new(0, 1, lines, Arc::new(progress))
    }
}

/// What became of a batch.
struct Done {
    /// The bodies that were sent.
    bodies: Vec<String>,
    /// How long was waited, in milliseconds.
    waits: Vec<u128>,
    /// The rows that were refused, or why the sink ended.
    refused: Result<Vec<usize>, String>,
}

/// Sends a batch to a server that answers with `answer`: a status and what Retry-After says.
fn send(
    batch: &Batch,
    batch_rows: usize,
    retries: Option<u32>,
    mut answer: impl FnMut(&str, usize) -> (u16, Option<&'static str>),
) -> Done {
    let (bodies, waits) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
    let mut webhook = Webhook {
        options: WebhookOptions {
            url: Secret::new("http://h/secret".into()),
            shown: "http://h".into(),
            headers: Vec::new(),
            batch_rows,
            timeout: Duration::from_secs(1),
            format: WebhookFormat::Json,
            roots: Vec::new(),
            renewal: Renewal::default(),
        },
        post: |body: &[u8]| {
            let body = String::from_utf8_lossy(body).into_owned();
            let (status, retry_after) = answer(&body, bodies.borrow().len());
            bodies.borrow_mut().push(body);
            if status == 0 {
                return Err("connection refused".to_owned());
            }
            Ok(Answer {
                status,
                retry_after: retry_after.map(str::to_owned),
            })
        },
        sleep: |time: Duration| waits.borrow_mut().push(time.as_millis()),
        retries,
    };
    let refused = webhook.batch(batch);
    let rows = |refused: Vec<Refused>| refused.iter().map(|refused| refused.row).collect();
    let refused = refused.map(rows);
    drop(webhook);
    Done {
        bodies: bodies.into_inner(),
        waits: waits.into_inner(),
        refused,
    }
}

#[test]
fn rows_go_in_requests_of_so_many() {
    let done = send(&batch(5, &[]), 2, None, |_, _| (204, None));
    assert_eq!(done.bodies, ["[0,1]", "[2,3]", "[4]"]);
    assert_eq!(done.refused, Ok(vec![]));
    let lines = body(&batch(3, &[]).rows, 1..3, WebhookFormat::JsonLines);
    assert_eq!(lines, b"1\n2\n");
}

#[test]
fn a_bad_row_is_found_by_halving() {
    let batch = batch(8, &[]);
    let done = send(&batch, 8, None, |body, _| {
        (if body.contains('5') { 422 } else { 200 }, None)
    });
    assert_eq!(done.refused, Ok(vec![5]));
    let sent = [
        "[0,1,2,3,4,5,6,7]",
        "[0,1,2,3]",
        "[4,5,6,7]",
        "[4,5]",
        "[4]",
        "[5]",
        "[6,7]",
    ];
    assert_eq!(done.bodies, sent);
    assert_eq!(done.waits, [] as [u128; 0]);
}

#[test]
fn what_may_pass_is_tried_again() {
    for status in [0, 301, 401, 404, 408, 429, 500, 503] {
        let done = send(&batch(2, &[]), 9, None, |_, sent| match sent {
            0..=1 => (status, None),
            _ => (200, None),
        });
        assert_eq!(done.bodies, ["[0,1]"; 3], "{status}");
        assert_eq!((done.waits, done.refused), (vec![100, 200], Ok(vec![])));
    }
}

#[test]
fn a_server_says_when_to_come_back() {
    let done = send(&batch(1, &[]), 9, None, |_, sent| match sent {
        0 => (429, Some("7")),
        1 => (503, Some("0")),
        2 => (503, Some("999999")),
        3 => (503, Some("Thu, 01 Jan 1970 00:00:00 GMT")),
        _ => (200, None),
    });
    assert_eq!(done.waits, [7_000, 200, 3_600_000, 800]);
}

#[test]
fn rows_that_may_be_given_up_are() {
    let some = batch(6, &[(1..3, 0), (3..5, 2)]);
    let done = send(&some, 9, None, |body, sent| match body {
        "[0]" if sent == 0 => (500, None),
        "[0]" | "[5]" => (200, None),
        _ => (503, None),
    });
    assert_eq!(done.refused, Ok(vec![1, 2, 3, 4]));
    let sent = ["[0]", "[0]", "[1,2]", "[3,4]", "[3,4]", "[3,4]", "[5]"];
    assert_eq!(done.bodies, sent);
}

#[test]
fn a_batch_run_does_not_wait_for_ever() {
    let done = send(&batch(1, &[]), 9, Some(2), |_, _| (0, None));
    let error = "cannot post to http://h: connection refused".to_owned();
    assert_eq!((done.bodies.len(), done.refused), (3, Err(error)));
}
