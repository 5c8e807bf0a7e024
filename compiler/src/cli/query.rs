//! `laminarc query`: the engine is a program of its own, so that who only compiles pipelines need
//! not build it.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use super::commands::become_process;
use super::failure::Failure;

/// What the program is called, without what the system puts behind names of programs.
const NAME: &str = "laminarc-query";

/// Runs the program with these arguments.
pub(super) fn run(arguments: &[OsString]) -> Result<ExitCode, Failure> {
    let program = find().ok_or_else(|| {
        Failure::new(format!(
            "`{NAME}` is neither beside laminarc nor on the PATH"
        ))
        .help("in a clone of the repository: `cargo install --locked --path compiler/query`")
    })?;
    become_process(Command::new(&program).args(arguments))
        .map_err(|error| Failure::path("start", &program, error))
}

/// The program beside this one, or the first on the PATH.
fn find() -> Option<PathBuf> {
    let file = format!("{NAME}{}", env::consts::EXE_SUFFIX);
    let own = env::current_exe().ok();
    let own = own.and_then(|own| Some(own.parent()?.to_owned()));
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = own.into_iter().chain(env::split_paths(&path));
    folders
        .map(|folder| folder.join(&file))
        .find(|program| program.is_file())
}
