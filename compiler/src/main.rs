//! The `laminarc` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    laminarc::cli::main()
}
