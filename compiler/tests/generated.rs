//! All golden cases' generated code in one binary, run on the cases' messages.

#[path = "cases/mod.rs"]
mod cases;
#[path = "readers/mod.rs"]
mod readers;
#[path = "replay/run.rs"]
mod run;
#[path = "told/mod.rs"]
mod told;

use cases::{CASES, Case};
use laminar_runtime::decode::json::Tiers;
use laminar_runtime::decode::json::level::Cpu;
use run::{Pipeline, Recorded};
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn rows_are_as_recorded() {
    let mut differences = Vec::new();
    for case in CASES {
        let got = Pipeline::new(case.spec).run(&messages(case));
        let name = case.name;
        assert!(
            got.contains('\n'),
            "{name}: its messages give nothing at all"
        );
        let path = folder(case).join("rows.jsonl");
        let want = fs::read_to_string(&path).unwrap_or_default();
        if want != got {
            differences.push(format!("{name}: recorded\n{want}now\n{got}"));
            if std::env::var_os("UPDATE_GOLDEN").is_some() {
                fs::write(&path, got).expect("a golden file can be written");
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Those who ask are told all columns, generated ones too. Cases that have a file for it.
#[test]
fn what_is_told_is_as_recorded() {
    let (mut differences, mut compared) = (Vec::new(), 0);
    for case in CASES {
        let path = folder(case).join("told.txt");
        let Ok(want) = fs::read_to_string(&path) else {
            continue;
        };
        compared += 1;
        let got = told::told(case.spec, &messages(case));
        if want != got {
            differences.push(format!("{}: recorded\n{want}now\n{got}", case.name));
            if std::env::var_os("UPDATE_GOLDEN").is_some() {
                fs::write(&path, got).expect("a golden file can be written");
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert!(compared >= 6, "only {compared} cases");
}

/// The decoder learns from the first round what it uses in the later ones; white space in front
/// makes other messages of them. The rows must be the same, at every level of this CPU and with
/// any of the tiers.
#[test]
fn every_way_of_decoding_gives_the_same_rows() {
    // other formats have one way
    for case in CASES.iter().filter(|case| !case.programs.is_empty()) {
        let messages = messages(case);
        let mut spaced = messages.clone();
        for message in &mut spaced {
            match message.payload.first() {
                // these stand in front of everything
                None | Some(b'\0') => {}
                Some(0xef) => message.payload.insert(3, b' '),
                Some(_) => message.payload.insert(0, b' '),
            }
        }
        let want = Pipeline::new(case.spec).run(&messages);
        for cpu in Cpu::all() {
            for tiers in tiers() {
                let programs = case.programs.iter().map(|program| program(cpu, tiers));
                let mut pipeline = Pipeline::of(case.spec, programs.collect());
                for round in [&messages, &messages, &spaced, &spaced, &messages] {
                    let got = pipeline.run(round);
                    assert_eq!(got, want, "{}: {}, {tiers:?}", case.name, cpu.name());
                }
            }
        }
    }
}

/// All of them, each of them alone, none.
fn tiers() -> [Tiers; 5] {
    let none = Tiers::NONE;
    [
        Tiers::ALL,
        Tiers {
            layouts: true,
            ..none
        },
        Tiers {
            templates: true,
            ..none
        },
        Tiers {
            members: true,
            ..none
        },
        none,
    ]
}

fn messages(case: &Case) -> Vec<Recorded> {
    let text = fs::read_to_string(folder(case).join("messages.jsonl"));
    let text = text.unwrap_or_else(|error| panic!("{}: messages.jsonl: {error}", case.name));
    text.lines().map(Recorded::parse).collect()
}

fn folder(case: &Case) -> PathBuf {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    cases.join(case.name)
}
