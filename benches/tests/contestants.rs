//! What is measured is right: all contestants find the same rows, and what is said about their
//! strictness holds.

use laminar_benches::contest::verify;
use laminar_benches::data::{Messages, TableName, WORKLOADS};
use laminar_benches::rivals::{ENTRIES, Job};

#[test]
fn all_find_the_same_rows() {
    for workload in WORKLOADS {
        let messages = workload.messages(3_000);
        let tally = verify(ENTRIES, &messages);
        assert_eq!(tally.rejected, 0, "{}", workload.name);
        assert!(
            (6..150).contains(&tally.rows),
            "{}: {tally:?}",
            workload.name
        );
    }
}

#[test]
fn messages_have_the_lengths_that_targets_are_stated_for() {
    let lengths: Vec<_> = WORKLOADS
        .iter()
        .map(|workload| (workload.name, workload.messages(2_000).mean_length()))
        .collect();
    let expected = [123, 119, 235, 256, 235, 246, 245, 1172, 300];
    for ((name, length), expected) in lengths.iter().zip(expected) {
        assert!(length.abs_diff(expected) <= 5, "{name}: {length} bytes");
    }
}

/// What may follow a message's last needed value: all of it malformed.
const BAD_ENDS: &[&[u8]] = &[
    b"",
    b",",
    b"}}",
    b"}{}",
    b",\"x\":}",
    b",\"x\":tru}",
    b",\"x\":01}",
    b",\"x\":1.}",
    b",\"x\":[1,]}",
    b",\"x\":[1}}",
    b",\"x\":\"\x01\"}",
    b",\"x\":\"\\x\"}",
    b",\"x\":\"\xff\"}",
    b",\"\xff\":1}",
    b",\"x\":{\"y\":\"\xc3\"}}",
];

#[test]
fn only_lenient_ones_accept_malformed_messages() {
    let good = br#"{"sensor_id":"a","temperature":50,"reading_time":"2026-11-22T10:15:00Z""#;
    for entry in ENTRIES.iter().filter(|entry| entry.job != Job::Bound) {
        let mut accepted = Vec::new();
        for end in BAD_ENDS {
            let messages = Messages::new("malformed", TableName::W1, &[[&good[..], end].concat()]);
            let mut batch = Vec::new();
            let chunk = messages.chunk(0, &mut batch);
            if (entry.make)(TableName::W1).run(&chunk).rejected == 0 {
                accepted.push(String::from_utf8_lossy(end));
            }
        }
        let is_strict = accepted.is_empty();
        assert_eq!(
            is_strict,
            entry.job == Job::Whole,
            "{entry} accepts {accepted:?}"
        );
    }
}
