//! The command line: a thin shell over the library. Diagnostics and progress go to standard
//! error, what was asked for goes to standard output.

mod arguments;
mod cache;
mod child;
mod commands;
mod demo;
mod failure;
mod folder;
mod help_files;
mod infer;
mod input;
mod live;
mod package;
mod progress;
mod project;
mod query;
mod schemas;
mod shell;
mod style;
mod test;
mod usage;

use std::process::ExitCode;

use arguments::{CacheAction, Command};
use failure::Failure;
use input::Warnings;

/// Runs `laminarc` with the arguments of this process. Exit codes: 0 done, 1 a mistake in the
/// SQL, 2 a mistake in the call or a problem with the machine; behind `run`, the pipeline's.
pub fn main() -> ExitCode {
    dispatch(usage::arguments().command).unwrap_or_else(|failure| failure.report())
}

fn dispatch(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Check {
            input,
            deny_warnings,
        } => commands::check(&input.file, Warnings::denied_if(deny_warnings)),
        Command::Build {
            input,
            deny_warnings,
            output,
            target_cpu,
            target,
            emit_crate,
        } => commands::build(
            &input.file,
            Warnings::denied_if(deny_warnings),
            output.as_deref(),
            &crate::build::Options { target_cpu, target },
            emit_crate.as_deref(),
        ),
        Command::Package {
            input,
            deny_warnings,
            output,
            target_cpu,
            target,
        } => package::package(
            &input.file,
            Warnings::denied_if(deny_warnings),
            output.as_deref(),
            &crate::build::Options { target_cpu, target },
        ),
        Command::Run {
            input,
            deny_warnings,
            target_cpu,
            arguments,
        } => commands::run(
            &input.file,
            Warnings::denied_if(deny_warnings),
            target_cpu,
            &arguments,
        ),
        Command::Explain {
            input,
            stage,
            cost,
            graph,
        } => match graph {
            Some(drawing) => commands::graph(&input.file, drawing),
            None if cost => commands::cost(&input.file),
            None => commands::explain(&input.file, stage),
        },
        Command::Infer(call) => infer::run(&call),
        Command::Test(call) => test::run(&call),
        Command::New { folder } => project::create(&folder),
        Command::Demo { messages, rate } => demo::run(messages, rate),
        Command::Query { arguments } => query::run(&arguments),
        Command::Warm => commands::warm(),
        Command::Cache { action } => cached(action.as_ref()),
        Command::Completions { shell } => help_files::completions(shell),
        Command::Man { command } => help_files::man(command.as_deref()),
        Command::Lock {
            input,
            registry_url,
        } => schemas::lock(&input.file, registry_url.as_deref()),
    }
}

fn cached(action: Option<&CacheAction>) -> Result<ExitCode, Failure> {
    match action {
        None => cache::show(),
        Some(CacheAction::Clean {
            older_than,
            larger_than,
        }) => cache::clean(*older_than, *larger_than),
    }
}
