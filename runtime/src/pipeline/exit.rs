//! How a pipeline's process ends.

use std::fmt;
use std::process::ExitCode;

/// Why the process ends; the numbers are those of `sysexits.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, or stopped on request with everything handed over.
    Success,
    /// 65: bad data in a table with `bad_data = 'fail'`, or a replay had lines that are no records.
    BadData,
    /// 69: a broker was given up, or refused us for good.
    Unavailable,
    /// 74: a replay's rows could not be written.
    OutputFailed,
    /// 75: stopped while messages were not acknowledged yet.
    Unfinished,
    /// 78: the command line, the environment or a file is not as it must be.
    Configuration,
}

impl Exit {
    /// The number that the parent process sees.
    pub const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::BadData => 65,
            Self::Unavailable => 69,
            Self::OutputFailed => 74,
            Self::Unfinished => 75,
            Self::Configuration => 78,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// An end that needs explaining.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What went wrong, for a person: lower case, no final stop; it may have several lines.
    pub message: String,
}

impl Failure {
    /// Something that the caller of the binary has to change.
    pub fn configuration(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Configuration,
            message: message.into(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
