//! What shells and `man` want to know of the command line: made from its definition.

use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::arguments::Arguments;
use super::commands;
use super::failure::Failure;

/// `laminarc completions SHELL`.
pub(super) fn completions(shell: Shell) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    let mut definition = Arguments::command();
    clap_complete::generate(shell, &mut definition, "laminarc", &mut script);
    commands::print(&String::from_utf8_lossy(&script))
}

/// `laminarc man`: the page of laminarc, or of one of its commands.
pub(super) fn man(command: Option<&str>) -> Result<ExitCode, Failure> {
    let mut definition = Arguments::command();
    // gives each command its whole name
    definition.build();
    let page = match command {
        None => definition,
        Some(name) => definition.find_subcommand(name).cloned().ok_or_else(|| {
            let failure = Failure::new(format!("there is no command `{name}`"));
            failure.help("`laminarc --help` lists the commands")
        })?,
    };
    let mut text = Vec::new();
    let rendered = clap_mangen::Man::new(page).render(&mut text);
    rendered.map_err(|error| Failure::new(format!("cannot write the page: {error}")))?;
    commands::print(&String::from_utf8_lossy(&text))
}
