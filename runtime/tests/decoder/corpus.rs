//! Real messages, where `LAMINAR_CORPUS` names a folder of `*.jsonl` files whose lines hold a
//! `payload` each: through decoders that learn, against `serde_json`.

use crate::harness::Harness;
use crate::oracle::Expected;
use crate::subject::ALL;
use crate::tables::{Step, Table};
use laminar_runtime::decode::json::level::Cpu;
use std::collections::BTreeMap;
use std::path::Path;

/// Paths that a table asks for, at most.
const MOST_PATHS: usize = 40;

/// The payloads of a file.
fn payloads(path: &Path) -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string(path).expect("the corpus can be read");
    let payload = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).expect("lines are JSON");
        line["payload"]
            .as_str()
            .map(|payload| payload.as_bytes().to_vec())
    };
    text.lines().filter_map(payload).collect()
}

/// The paths of a message, with how many messages have them.
fn count_paths(
    value: &serde_json::Value,
    path: &mut Vec<Step>,
    counts: &mut BTreeMap<String, (usize, Vec<Step>)>,
) {
    let shown = crate::tables::show(path);
    let count = counts.entry(shown).or_insert_with(|| (0, path.clone()));
    count.0 += 1;
    match value {
        serde_json::Value::Object(members) => {
            for (key, value) in members {
                path.push(Step::Key(key.clone().leak()));
                count_paths(value, path, counts);
                path.pop();
            }
        }
        serde_json::Value::Array(elements) => {
            for (index, value) in elements.iter().enumerate().take(3) {
                path.push(Step::Index(u32::try_from(index).expect("few")));
                count_paths(value, path, counts);
                path.pop();
            }
        }
        _ => {}
    }
}

/// Three tables: the paths that most messages have, some that few have, and none.
fn tables(payloads: &[Vec<u8>]) -> Vec<Table> {
    let mut counts = BTreeMap::new();
    for payload in payloads {
        if let Ok(value) = serde_json::from_slice(payload) {
            count_paths(&value, &mut Vec::new(), &mut counts);
        }
    }
    let mut paths: Vec<_> = counts
        .into_values()
        .filter(|(_, path)| !path.is_empty())
        .collect();
    paths.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let often = paths
        .iter()
        .take(MOST_PATHS)
        .map(|(_, path)| path.clone())
        .collect();
    let step = paths.len().div_ceil(10).max(1);
    let here_and_there = paths
        .iter()
        .step_by(step)
        .map(|(_, path)| path.clone())
        .collect();
    let leaves = paths.iter().filter(|(_, path)| {
        path.iter().all(|step| matches!(step, Step::Key(_))) && path.len() <= 2
    });
    let few = leaves.take(6).map(|(_, path)| path.clone()).collect();
    let form = crate::telemetry::flat;
    let table = |paths: Vec<Vec<Step>>| Table::new("corpus", paths, form);
    vec![
        table(often),
        table(here_and_there),
        table(few),
        table(Vec::new()),
    ]
}

#[test]
fn real_messages() {
    let Some(folder) = std::env::var_os("LAMINAR_CORPUS") else {
        println!("skipped: LAMINAR_CORPUS names no folder");
        return;
    };
    let files = std::fs::read_dir(Path::new(&folder)).expect("the corpus can be read");
    let mut files: Vec<_> = files
        .map(|file| file.expect("it can be read").path())
        .collect();
    files.sort();
    let mut total = 0;
    for path in files
        .iter()
        .filter(|path| path.extension().is_some_and(|is| is == "jsonl"))
    {
        let payloads = payloads(path);
        let name = path.file_name().expect("a file").to_string_lossy();
        for table in tables(&payloads) {
            let slots = table.shape.slots;
            let everywhere = Cpu::all().into_iter().map(|cpu| (cpu, ALL));
            let mut harness = Harness::new(table);
            harness.renew(everywhere);
            let (mut values, mut bad) = (0, 0);
            // as they come, again, and in reverse
            for payload in payloads
                .iter()
                .chain(&payloads)
                .chain(payloads.iter().rev())
            {
                let _ = harness.check(payload);
                match harness.expected(payload) {
                    Expected::Rejected(_) => bad += 1,
                    Expected::Cells(found) => values += found.len(),
                }
            }
            harness.count_hits();
            println!(
                "{name}: {slots} slots, 3 x {} payloads, {bad} rejected, {values} values, {:?}",
                payloads.len(),
                harness.hits[ALL]
            );
        }
        total += payloads.len();
    }
    println!("{total} payloads");
    assert!(total > 0, "there is a corpus");
}
