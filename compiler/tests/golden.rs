//! Golden cases: each folder of `cases` has a `pipeline.sql`; its plans and its generated Rust are
//! compared with the files beside it. `UPDATE_GOLDEN=1` rewrites them and fails, so that the
//! difference is read. The generated code is compiled and run by `generated.rs`.

mod schemas;

use laminarc::diagnostics::{Style, render_all};
use laminarc::emit::{Identity, pipeline};
use laminarc::ir::explain::{self, Picture};
use laminarc::lower::lower;
use laminarc::source::SourceFile;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const IDENTITY: Identity<'_> = Identity {
    sql_hash: "0000000000000000000000000000000000000000000000000000000000000000",
    compiler_version: "0.1.0",
};

#[test]
fn plans_and_code_are_as_recorded() {
    let mut differences = Vec::new();
    let cases = cases();
    assert!(cases.len() >= 25, "only {} cases", cases.len());
    for case in &cases {
        for (file, text) in outputs(&folder().join(case), case) {
            compare(&folder().join(case).join(file), &text, &mut differences);
        }
    }
    compare(&folder().join("mod.rs"), &modules(&cases), &mut differences);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn twelve_columns_stay_below_two_hundred_lines() {
    let code = fs::read_to_string(folder().join("twelve_columns/generated.rs"));
    let lines = code.expect("the case exists").lines().count();
    assert!(lines < 200, "{lines} lines");
}

#[test]
fn output_depends_on_the_text_alone() {
    for case in cases() {
        let folder = folder().join(&case);
        assert_eq!(outputs(&folder, &case), outputs(&folder, &case), "{case}");
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// The names of all cases, sorted.
fn cases() -> Vec<String> {
    let entries = fs::read_dir(folder()).expect("the folder of cases can be read");
    let mut cases: Vec<_> = entries
        .map(|entry| entry.expect("an entry can be read").path())
        .filter(|path| path.is_dir())
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect();
    cases.sort();
    cases
}

/// What the compiler makes of a case: file names and contents. What it costs is compared where a
/// case has a file for it.
fn outputs(folder: &Path, case: &str) -> Vec<(&'static str, String)> {
    let sql = fs::read_to_string(folder.join("pipeline.sql")).expect("a case has a pipeline");
    let source = SourceFile::new(format!("{case}.sql"), sql);
    let (plan, diagnostics) = laminarc::check_with(&source, &schemas::of(&source, folder));
    let plan = plan.unwrap_or_else(|| {
        panic!(
            "{case}: {}",
            render_all(&diagnostics, &source, Style::Plain)
        )
    });
    let lowered = lower(&plan);
    let mut outputs = vec![
        ("logical.txt", explain::logical(&plan)),
        ("physical.txt", explain::physical(&lowered)),
        ("generated.rs", pipeline(&lowered, &source, &IDENTITY)),
    ];
    if folder.join("cost.txt").exists() {
        outputs.push(("cost.txt", explain::cost(&lowered)));
    }
    for (file, picture) in [
        ("graph.svg", Picture::Svg),
        ("graph.dot", Picture::Dot),
        ("graph.mmd", Picture::Mermaid),
    ] {
        if folder.join(file).exists() {
            outputs.push((file, explain::graph(&plan, picture)));
        }
    }
    outputs
}

/// The list of all cases as `generated.rs` compiles it.
fn modules(cases: &[String]) -> String {
    let mut text = String::from(MODULES);
    for case in cases {
        writeln!(
            text,
            "#[rustfmt::skip]\n#[path = \"{case}/generated.rs\"]\nmod {case};"
        )
        .expect("a String takes it");
    }
    text.push_str(CASE);
    for case in cases {
        let programs: Vec<_> = programs(case)
            .iter()
            .map(|program| format!("boxed_for::<{case}::{program}>"))
            .collect();
        let programs = programs.join(", ");
        writeln!(
            text,
            "    Case {{ name: \"{case}\", spec: &{case}::PIPELINE, programs: &[{programs}] }},"
        )
        .expect("a String takes it");
    }
    text + "];\n"
}

/// What the specification in a case's generated code says of its tables' programs, where those
/// decode JSON: `t::T`.
fn programs(case: &str) -> Vec<String> {
    let code = fs::read_to_string(folder().join(case).join("generated.rs")).unwrap_or_default();
    let named = code.split("program::boxed::<").skip(1);
    named
        .filter_map(|rest| Some(rest.split_once('>')?.0.to_owned()))
        .collect()
}

/// What stands in front of the modules.
const MODULES: &str = r#"// Written by the test in golden.rs: every case.

#![deny(warnings)]
#![allow(
    clippy::all,
    clippy::pedantic,
    reason = "clippy's taste is for code that people write"
)]

"#;

/// What stands in front of the list.
const CASE: &str = "
use laminar_runtime::decode::json::Tiers;
use laminar_runtime::decode::json::level::Cpu;
use laminar_runtime::program::{Program, boxed_for};
use laminar_runtime::spec::PipelineSpec;

/// A case: its specification and the programs of its tables.
pub struct Case {
    pub name: &'static str,
    pub spec: &'static PipelineSpec,
    pub programs: &'static [fn(Cpu, Tiers) -> Box<dyn Program>],
}

#[rustfmt::skip]
pub const CASES: &[Case] = &[
";

fn compare(path: &Path, got: &str, differences: &mut Vec<String>) {
    let want = fs::read_to_string(path).unwrap_or_default();
    if want == got {
        return;
    }
    let line = want
        .lines()
        .zip(got.lines())
        .position(|(want, got)| want != got);
    let line = line.unwrap_or_else(|| want.lines().count().min(got.lines().count()));
    let (want, new) = (want.lines().nth(line), got.lines().nth(line));
    let place = format!("{}:{}", path.display(), line + 1);
    differences.push(format!("{place}: recorded {want:?}, now {new:?}"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(path, got).expect("a golden file can be written");
    }
}
