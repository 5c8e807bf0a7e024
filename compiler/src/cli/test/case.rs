//! One test: a pipeline, its messages and what is expected of it.

use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use super::diff;
use crate::build::{self, Binary, Cache, Options};
use crate::cli::commands::emitted;
use crate::cli::failure::Failure;
use crate::cli::input::{self, Warnings};
use crate::cli::progress::Progress;
use crate::cli::schemas;
use crate::cli::style::{BOLD, RED};
use crate::diagnostics::{Severity, Style, counted, render};
use crate::ir::logical::LogicalPlan;

/// When messages were received that do not say it: rows must not depend on the day of the test.
const RECEIVED_AT: &str = "2000-01-01T00:00:00Z";

/// What the tests share.
pub(super) struct Shop {
    pub(super) cache: Cache,
    pub(super) options: Options,
    /// Held by who builds.
    pub(super) progress: Mutex<Progress>,
    pub(super) update: bool,
    pub(super) warnings: Warnings,
}

/// A test's files.
pub(super) struct Case {
    pub(super) pipeline: PathBuf,
    pub(super) input: PathBuf,
    pub(super) expected: PathBuf,
    /// The messages that must be rejected, if there is such a file.
    rejected: PathBuf,
}

/// How a test ended.
pub(super) enum Outcome {
    /// With how much, and the warnings about the pipeline.
    Passed(String, String),
    /// What is expected was written anew.
    Updated(String, String),
    /// Why, in lines to be shown.
    Failed(String),
}

/// The lines that a pipeline printed, and the warnings about it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Printed {
    warnings: Vec<String>,
    rows: Vec<String>,
    rejected: Vec<String>,
}

impl Case {
    /// The test of a pipeline.
    pub(super) fn new(pipeline: &Path) -> Self {
        Self {
            pipeline: pipeline.to_owned(),
            input: pipeline.with_extension("input.jsonl"),
            expected: pipeline.with_extension("expected.jsonl"),
            rejected: pipeline.with_extension("rejected.jsonl"),
        }
    }

    /// Builds, replays and compares.
    pub(super) fn run(&self, shop: &Shop) -> Outcome {
        match self.printed(shop) {
            Ok(printed) if shop.update => self.update(&printed),
            Ok(printed) => self.compare(&printed),
            Err(why) => Outcome::Failed(why),
        }
    }

    fn printed(&self, shop: &Shop) -> Result<Printed, String> {
        if !self.input.is_file() {
            let input = self.input.display();
            return Err(error(&format!(
                "there are no recorded messages: {input} is missing"
            )));
        }
        let (plan, warnings, binary) = self.build(shop)?;
        let output = Command::new(&binary.path)
            .arg("--replay")
            .arg(&self.input)
            .args(["--dry-run", "--received-at", RECEIVED_AT])
            .stdin(Stdio::null())
            .output()
            .map_err(|e| error(&format!("cannot start the pipeline: {e}")))?;
        let said = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            return Err(error(&format!("the pipeline ended with {}", output.status)) + &said);
        }
        let lines = String::from_utf8_lossy(&output.stdout);
        Ok(Printed {
            warnings,
            ..sorted(&plan, lines.lines())
        })
    }

    /// The plan, the warnings about it, and the pipeline itself.
    fn build(&self, shop: &Shop) -> Result<(LogicalPlan, Vec<String>, Binary), String> {
        let source = input::read(&self.pipeline).map_err(|failure| shown(&failure))?;
        let (plan, diagnostics) = crate::check_with(&source, &schemas::load(&source));
        let texts = |severity| {
            let wanted = diagnostics.iter().filter(move |d| d.severity == severity);
            wanted.map(|d| render(d, &source, Style::Coloured) + "\n")
        };
        let plan = plan.ok_or_else(|| texts(Severity::Error).collect::<String>())?;
        let warnings: Vec<String> = texts(Severity::Warning).collect();
        if !warnings.is_empty() && shop.warnings == Warnings::Denied {
            return Err(warnings.concat() + &error(&input::denied(warnings.len())));
        }
        if let Some(nothing) = crate::bind::nothing_to_run(&plan) {
            return Err(render(&nothing, &source, Style::Coloured));
        }
        let package = emitted(&plan, &source);
        // one at a time: builds wait for each other in the cache in any case
        let mut progress = shop.progress.lock().unwrap_or_else(PoisonError::into_inner);
        let built = build::build(&package, &shop.options, &shop.cache, &mut |event| {
            progress.event(event);
        });
        let binary = built.map_err(|error| shown(&error.into()))?;
        Ok((plan, warnings, binary))
    }

    fn compare(&self, printed: &Printed) -> Outcome {
        let mut why = String::new();
        match read_lines(&self.expected) {
            Ok(Some(expected)) => why += &diff::lines(&expected, &printed.rows, &self.expected),
            Ok(None) => {
                let expected = self.expected.display();
                why += &error(&format!("{expected} is missing; --update writes it"));
            }
            Err(problem) => why += &problem,
        }
        match read_lines(&self.rejected) {
            Ok(Some(rejected)) => {
                why += &diff::lines(&rejected, &printed.rejected, &self.rejected);
            }
            Ok(None) => {}
            Err(problem) => why += &problem,
        }
        if why.is_empty() {
            return Outcome::Passed(printed.counts(), printed.warnings.concat());
        }
        Outcome::Failed(why)
    }

    fn update(&self, printed: &Printed) -> Outcome {
        let wants_rejected = !printed.rejected.is_empty() || self.rejected.exists();
        let rejected = wants_rejected.then_some((&self.rejected, &printed.rejected));
        let mut changed = false;
        for (path, lines) in [(&self.expected, &printed.rows)]
            .into_iter()
            .chain(rejected)
        {
            match write_lines(path, lines) {
                Ok(is_new) => changed |= is_new,
                Err(problem) => return Outcome::Failed(problem),
            }
        }
        if changed {
            Outcome::Updated(printed.counts(), printed.warnings.concat())
        } else {
            Outcome::Passed(printed.counts(), printed.warnings.concat())
        }
    }
}

impl Printed {
    fn counts(&self) -> String {
        let mut counts = counted(self.rows.len(), "row");
        if !self.rejected.is_empty() {
            write!(counts, ", {} rejected", self.rejected.len()).expect("a String takes it");
        }
        if !self.warnings.is_empty() {
            let warnings = counted(self.warnings.len(), "warning");
            write!(counts, ", {warnings}").expect("a String takes it");
        }
        counts
    }
}

/// The lines by what they are of. Rows of one sink come in the order of their messages; how those
/// of several sinks are mixed depends on where batches end, so they are put one behind the other.
fn sorted<'l>(plan: &LogicalPlan, lines: impl Iterator<Item = &'l str>) -> Printed {
    let prefix = |name: &str| format!("{{{}:", serde_json::Value::from(name));
    let sinks = plan.sinks.iter().map(|sink| prefix(&sink.name));
    let tables = plan.sources.iter().map(|table| &table.name);
    let letters = tables
        .clone()
        .map(|name| prefix(&format!("{name}.dead_letter")));
    let of_rows: Vec<String> = sinks.chain(letters).collect();
    let of_rejected: Vec<String> = tables
        .map(|name| prefix(&format!("{name}.rejected")))
        .collect();
    let place = |prefixes: &[String], line: &str| {
        prefixes
            .iter()
            .position(|prefix| line.starts_with(prefix.as_str()))
    };
    let mut printed = Printed::default();
    for line in lines {
        let rejected = place(&of_rejected, line).is_some();
        let lines = if rejected {
            &mut printed.rejected
        } else {
            &mut printed.rows
        };
        lines.push(line.to_owned());
    }
    printed.rows.sort_by_key(|line| place(&of_rows, line));
    printed
        .rejected
        .sort_by_key(|line| place(&of_rejected, line));
    printed
}

/// The lines of a file; None: there is no such file.
fn read_lines(path: &Path) -> Result<Option<Vec<String>>, String> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text.lines().map(str::to_owned).collect())),
        Err(problem) if problem.kind() == ErrorKind::NotFound => Ok(None),
        Err(problem) => Err(shown(&Failure::path("read", path, problem))),
    }
}

/// Writes a file of lines; gives whether that changed anything.
fn write_lines(path: &Path, lines: &[String]) -> Result<bool, String> {
    let text: String = lines.iter().map(|line| line.clone() + "\n").collect();
    if fs::read_to_string(path).is_ok_and(|before| before == text) {
        return Ok(false);
    }
    fs::write(path, text).map_err(|problem| shown(&Failure::path("write", path, problem)))?;
    Ok(true)
}

fn error(message: &str) -> String {
    format!("{RED}error{RED:#}{BOLD}: {message}{BOLD:#}\n")
}

fn shown(failure: &Failure) -> String {
    match failure {
        Failure::Sql => String::new(),
        Failure::Environment { message, helps } => {
            let mut text = error(message);
            for help in helps {
                writeln!(text, "  = help: {help}").expect("a String takes it");
            }
            text
        }
    }
}
