//! `laminarc test`: pipelines replay recorded messages, and their rows are compared with those that
//! are expected.

mod case;
mod diff;
mod find;

use std::num::NonZero;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use super::arguments::Test;
use super::commands::print;
use super::failure::Failure;
use super::input::Warnings;
use super::progress::Progress;
use super::style::{BOLD, DIM, GREEN, RED};
use crate::build::{Cache, Options};
use crate::diagnostics::counted;
use case::{Case, Outcome, Shop};

/// Runs all tests; exit code 1 where one fails.
pub(super) fn run(call: &Test) -> Result<ExitCode, Failure> {
    let found = find::find(&call.paths)?;
    let shop = Shop {
        cache: Cache::locate()?,
        options: Options {
            target_cpu: Some(call.target_cpu.clone()),
            target: None,
        },
        progress: Mutex::new(Progress::new()),
        update: call.update,
        warnings: Warnings::denied_if(call.deny_warnings),
    };
    let tally = run_all(&shop, &found.cases)?;
    let elapsed = progress(&shop).elapsed();
    print(&tally.summary(&found.untested, elapsed.as_secs_f64()))?;
    Ok(ExitCode::from(u8::from(tally.failed > 0)))
}

/// Runs the cases, as many at a time as there are cores, and shows them in their order.
fn run_all(shop: &Shop, cases: &[Case]) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        let workers = thread::available_parallelism().map_or(1, NonZero::get);
        for _ in 0..workers.min(cases.len()) {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || work(shop, cases, next, &sender));
        }
        drop(sender);
        let mut waiting: Vec<Option<Outcome>> = cases.iter().map(|_| None).collect();
        let mut shown = 0;
        for (at, outcome) in receiver {
            waiting[at] = Some(outcome);
            while let Some(outcome) = waiting.get_mut(shown).and_then(Option::take) {
                progress(shop).finish();
                print(&tally.report(&cases[shown], &outcome))?;
                shown += 1;
            }
        }
        Ok(tally)
    })
}

/// Takes cases until there are none left.
fn work(shop: &Shop, cases: &[Case], next: &AtomicUsize, outcomes: &Sender<(usize, Outcome)>) {
    loop {
        let at = next.fetch_add(1, Ordering::Relaxed);
        let Some(case) = cases.get(at) else { return };
        // nobody listens after a failure to write: then there is nothing more to do
        if outcomes.send((at, case.run(shop))).is_err() {
            return;
        }
    }
}

fn progress(shop: &Shop) -> MutexGuard<'_, Progress> {
    shop.progress.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many tests ended how.
#[derive(Default)]
struct Tally {
    passed: usize,
    updated: usize,
    failed: usize,
}

impl Tally {
    /// What is shown of a case.
    fn report(&mut self, case: &Case, outcome: &Outcome) -> String {
        let name = case.pipeline.display();
        match outcome {
            Outcome::Passed(counts, warnings) => {
                self.passed += 1;
                styled(format_args!(
                    "{GREEN}ok{GREEN:#} {name} {DIM}({counts}){DIM:#}\n{warnings}"
                ))
            }
            Outcome::Updated(counts, warnings) => {
                self.updated += 1;
                styled(format_args!(
                    "{GREEN}updated{GREEN:#} {name} {DIM}({counts}){DIM:#}\n{warnings}"
                ))
            }
            Outcome::Failed(why) => {
                self.failed += 1;
                let why = why.trim_end_matches('\n');
                styled(format_args!("{RED}failed{RED:#} {name}\n{why}\n\n"))
            }
        }
    }

    fn summary(&self, untested: &[String], seconds: f64) -> String {
        let parts = [
            (self.passed, "passed"),
            (self.updated, "updated"),
            (self.failed, "failed"),
        ];
        let told: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        let tests = counted(self.passed + self.updated + self.failed, "test");
        let style = if self.failed > 0 { RED } else { GREEN };
        let untested = match untested {
            [] => String::new(),
            names => format!(
                "{DIM}without recorded messages, and not tested: {}{DIM:#}\n",
                names.join(", ")
            ),
        };
        let told = told.join(", ");
        styled(format_args!(
            "{untested}{style}{tests}{style:#}{BOLD}: {told}{BOLD:#} in {seconds:.1} s\n"
        ))
    }
}

/// The text, without colours where standard output shows none.
fn styled(text: std::fmt::Arguments<'_>) -> String {
    let text = text.to_string();
    match anstream::AutoStream::choice(&std::io::stdout()) {
        anstream::ColorChoice::Never => anstream::adapter::strip_str(&text).to_string(),
        anstream::ColorChoice::Auto
        | anstream::ColorChoice::AlwaysAnsi
        | anstream::ColorChoice::Always => text,
    }
}
