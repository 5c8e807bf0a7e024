use super::*;
use crate::metrics::Metrics;
use crate::sink::{Limit, Progress};
use crate::spec::{PipelineSpec, SettingsSpec, SinkKind, SinkSpec};
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
        name: "f",
        kind: SinkKind::Stdout,
    }],
};

/// A batch of rows `0`, `1` … with limits for some.
fn batch(rows: usize, limits: &[(Range<usize>, u32)]) -> Batch {
    let mut lines = Rows::default();
    for number in 0..rows {
        let mut row = lines.row();
        row.value(number as u64);
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

#[test]
fn parts_cover_all_rows() {
    let parts_of = |limits| -> Vec<_> {
        let parts = parts(&batch(5, limits)).into_iter();
        parts.filter(|(rows, _)| !rows.is_empty()).collect()
    };
    assert_eq!(parts_of(&[]), [(0..5, None)]);
    assert_eq!(parts_of(&[(0..5, 3)]), [(0..5, Some(3))]);
    assert_eq!(
        parts_of(&[(1..2, 3), (2..4, 0)]),
        [(0..1, None), (1..2, Some(3)), (2..4, Some(0)), (4..5, None)]
    );
    let limit = |limits| Written::new(batch(5, limits)).limit();
    assert_eq!(limit(&[]), None);
    assert_eq!(limit(&[(0..4, 3)]), None, "a row must be written");
    assert_eq!(limit(&[(0..2, 3), (2..5, 4)]), Some(4));
}

#[test]
fn a_line_without_its_end_is_ended_before_the_next_one() {
    let path = std::env::temp_dir().join(format!("laminar-torn-{}", std::process::id()));
    let mut lines = Lines::append(&path).expect("the folder is writable");
    lines.file.write_all(b"to").expect("it is writable");
    lines.torn = Some(b"\n");
    let mut written = Written::new(batch(2, &[(0..1, 3)]));
    let ended = lines.write_batch(&mut written, &mut Rows::default());
    assert_eq!((ended, written.refused), (Ok(()), Vec::new()));
    let text = std::fs::read_to_string(&path).expect("it is there");
    std::fs::remove_file(&path).expect("it is there");
    assert_eq!(text, "to\n0\n1\n");
}

/// `/dev/full` is a disk without room.
#[cfg(target_os = "linux")]
#[test]
fn rows_that_may_be_given_up_are() {
    let mut lines = Lines::append(Path::new("/dev/full")).expect("it is there");
    let mut written = Written::new(batch(4, &[(0..1, 0), (1..4, 1)]));
    let ended = lines.write_batch(&mut written, &mut Rows::default());
    assert_eq!(ended, Ok(()));
    let rows: Vec<usize> = written.refused.iter().map(|refused| refused.row).collect();
    assert_eq!(rows, [0, 1, 2, 3]);
    assert!(written.refused[0].reason.contains("No space left"));
}

#[test]
fn rows_go_on_in_a_new_file_where_theirs_was_removed_or_moved() {
    let folder = std::env::temp_dir().join(format!("laminar-moved-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("it can be created");
    let (path, moved) = (folder.join("rows.csv"), folder.join("rows.csv.1"));
    let mut lines = Lines::append_csv(&path, "number\n").expect("it can be opened");
    let mut write = |rows| {
        let mut group = [Written::new(batch(rows, &[]))];
        let written = lines.write_group(&mut group, &mut Rows::default());
        written.expect("it can be written");
    };
    let read = |path| std::fs::read_to_string(path).expect("it is there");
    write(1);
    std::fs::rename(&path, &moved).expect("it can be moved");
    write(2);
    assert_eq!(read(&moved), "number\n0\n");
    assert_eq!(read(&path), "number\n0\n1\n");
    std::fs::remove_file(&path).expect("it can be removed");
    write(1);
    write(1);
    assert_eq!(read(&path), "number\n0\n0\n");
    std::fs::remove_dir_all(&folder).expect("it is ours");
}
