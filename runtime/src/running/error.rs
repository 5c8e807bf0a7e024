//! Why a pipeline did not start, or ended.

use crate::pipeline::exit::{Exit, Failure};
use std::error::Error;
use std::fmt;

/// Which sort of end it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunErrorKind {
    /// A variable, a file or an option is not as it must be. Nothing was started.
    Configuration,
    /// Bad data in a table with `bad_data = 'fail'`.
    BadData,
    /// A broker was given up, or refused us for good.
    Unavailable,
    /// A handler panicked, or a sink ended for good.
    OutputFailed,
    /// It was told to stop, or a stream of rows was dropped, and not all messages are
    /// acknowledged: the broker keeps them for a session that it keeps.
    Unfinished,
}

/// Why a pipeline did not start, or ended other than by a stop after which all was acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunError {
    kind: RunErrorKind,
    message: String,
}

impl RunError {
    /// Which sort it is.
    pub fn kind(&self) -> RunErrorKind {
        self.kind
    }
}

impl From<Failure> for RunError {
    fn from(failure: Failure) -> Self {
        let kind = match failure.exit {
            Exit::Configuration => RunErrorKind::Configuration,
            Exit::BadData => RunErrorKind::BadData,
            Exit::Unavailable => RunErrorKind::Unavailable,
            Exit::OutputFailed => RunErrorKind::OutputFailed,
            Exit::Success | Exit::Unfinished => RunErrorKind::Unfinished,
        };
        Self {
            kind,
            message: failure.message,
        }
    }
}

/// It may have several lines.
impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for RunError {}
