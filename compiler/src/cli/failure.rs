//! Why a command ended early, and with which exit code.

use std::fmt::Display;
use std::process::ExitCode;

use super::style::{BLUE, BOLD, RED};
use crate::build::BuildError;

/// Why a command ended early.
#[derive(Debug)]
pub(super) enum Failure {
    /// Mistakes in the SQL, already shown. Exit code 1.
    Sql,
    /// A mistake in the call, or a problem with the machine. Exit code 2.
    Environment {
        /// What is wrong.
        message: String,
        /// Ways out.
        helps: Vec<String>,
    },
}

impl Failure {
    /// A problem without a way out to name.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self::Environment {
            message: message.into(),
            helps: Vec::new(),
        }
    }

    /// Names a way out.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        if let Self::Environment { helps, .. } = &mut self {
            helps.push(help.into());
        }
        self
    }

    /// That something could not be done with a path.
    pub(super) fn path(action: &str, path: &std::path::Path, error: impl Display) -> Self {
        Self::new(format!("cannot {action} {}: {error}", path.display()))
    }

    /// Shows it and gives the exit code.
    pub(super) fn report(&self) -> ExitCode {
        match self {
            Self::Sql => ExitCode::from(1),
            Self::Environment { message, helps } => {
                anstream::eprintln!("{RED}error{RED:#}{BOLD}: {message}{BOLD:#}");
                for help in helps {
                    anstream::eprintln!("  {BLUE}={BLUE:#} {BOLD}help{BOLD:#}: {help}");
                }
                ExitCode::from(2)
            }
        }
    }
}

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        Self::Environment {
            message: error.to_string(),
            helps: error.helps(),
        }
    }
}
