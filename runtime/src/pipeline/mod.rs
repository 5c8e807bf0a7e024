//! The process around a pipeline: its command line, its configuration, and the wiring of sources
//! to tables to sinks. This is the only room that knows both sources and sinks.

pub mod about;
pub mod arguments;
#[cfg(feature = "mqtt")]
mod asking;
pub mod bad_messages;
pub mod bill;
pub mod cpu;
pub mod dead_letter;
pub mod environment;
pub mod exit;
pub mod kept;
#[cfg(feature = "mqtt")]
pub mod live;
#[cfg(feature = "mqtt")]
pub mod notify;
pub mod outlets;
pub mod panics;
#[cfg(feature = "mqtt")]
pub mod pool;
#[cfg(feature = "mqtt")]
mod progress;
pub mod replay;
pub mod settings;
#[cfg(feature = "mqtt")]
mod signals;
#[cfg(feature = "mqtt")]
pub mod subscriptions;
pub mod summary;
pub mod wiring;
pub mod worker;

use crate::log::{self, LogRing};
use crate::spec::PipelineSpec;
use arguments::{Arguments, BrokerOverride, Command};
use exit::{Exit, Failure};
use settings::{Resolved, Resolver};
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

/// Runs the process of a pipeline from its command line to its exit code.
pub fn run(spec: &'static PipelineSpec) -> ExitCode {
    run_with(spec, "")
}

/// [`run`] of a binary that knows its `components`: the crates that are linked, sorted, with name,
/// version and SHA-256 (or `-`) of each on a line.
pub fn run_with(spec: &'static PipelineSpec, components: &'static str) -> ExitCode {
    if !cpu::is_sufficient() {
        cpu::refuse();
    }
    run_here(spec, components)
}

/// Apart, so that nothing of it is done before the CPU is known.
#[inline(never)]
fn run_here(spec: &'static PipelineSpec, components: &'static str) -> ExitCode {
    let logged = log::start(&spec.settings);
    let outcome = arguments::parse(std::env::args_os().skip(1))
        .and_then(|arguments| obey((spec, components), arguments, logged));
    let exit = match outcome {
        Ok(exit) => exit,
        Err(failure) => {
            failure
                .message
                .lines()
                .for_each(|line| tracing::error!("{line}"));
            failure.exit
        }
    };
    exit.into()
}

fn obey(
    (spec, components): (&'static PipelineSpec, &'static str),
    arguments: Arguments,
    logged: Arc<LogRing>,
) -> Result<Exit, Failure> {
    match arguments.command {
        Command::Run => run_live(spec, &arguments.brokers, logged),
        Command::Replay(options) => replay::run(spec, &options, &arguments.brokers),
        Command::CheckConfig => {
            check_configuration(spec, &arguments.brokers).map(|text| show(&text))
        }
        Command::About { json: false } => Ok(show(&about::about(spec, components))),
        Command::About { json: true } => Ok(show(&bill::bill(spec, components))),
        Command::Version => Ok(show(&about::version(spec))),
        Command::Help => Ok(show(&format!(
            "Usage: {} [OPTIONS]\n\nThe pipeline `{}`, compiled by laminarc. {}",
            spec.name,
            spec.name,
            arguments::USAGE
        ))),
    }
}

/// Prints what was asked for. Nobody reading it is no error.
fn show(text: &str) -> Exit {
    let mut output = std::io::stdout();
    let _ = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
    Exit::Success
}

fn check_configuration(
    spec: &'static PipelineSpec,
    brokers: &[BrokerOverride],
) -> Result<String, Failure> {
    let mut resolver = Resolver::new(&environment::variable);
    let filled = Resolved::new(&mut resolver, spec, brokers);
    let control = resolver.control_lines(&spec.settings);
    resolver.finish()?;
    about::check_files(spec, &filled.targets)?;
    Ok(about::configuration(spec, &filled) + &control)
}

#[cfg(feature = "mqtt")]
fn run_live(
    spec: &'static PipelineSpec,
    brokers: &[BrokerOverride],
    logged: Arc<LogRing>,
) -> Result<Exit, Failure> {
    live::run(spec, brokers, logged)
}

#[cfg(not(feature = "mqtt"))]
fn run_live(
    _spec: &'static PipelineSpec,
    _brokers: &[BrokerOverride],
    _logged: Arc<LogRing>,
) -> Result<Exit, Failure> {
    Err(Failure::configuration(
        "this binary was built without the `mqtt` feature: it can only --replay",
    ))
}
