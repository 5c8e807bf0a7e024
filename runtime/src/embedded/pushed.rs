//! What became of a message that was pushed.

use super::{DecodeError, HandlerError};
use std::error::Error;
use std::fmt;

/// What a flow made of a message that it could read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowOutcome {
    /// Its handler got at least one row, or would have, were there one.
    Emitted,
    /// Its handler got rows and did not take at least one of them: [`Pushed::handler_errors`] has
    /// what it said.
    NotTaken,
    /// WHERE was not true.
    Filtered,
    /// The payload was empty, which is neither decoded nor an error.
    Empty,
}

/// What one flow made of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowResult {
    /// The source table that the message was for.
    pub table: &'static str,
    /// The flow: a view, a sink that is inserted into, or `select_1` …
    pub flow: &'static str,
    /// What it made of the message, or why it could not.
    pub result: Result<FlowOutcome, DecodeError>,
}

/// What became of a message that was pushed: the result of each flow of each table whose topics it
/// matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pushed<'p> {
    results: &'p [FlowResult],
    handler_errors: &'p [HandlerError],
    matched: bool,
}

/// Why not all went well with a message that was pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushError {
    /// The message is bad.
    Bad(DecodeError),
    /// A handler did not take a row.
    NotTaken(HandlerError),
}

impl fmt::Display for PushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bad(error) => error.fmt(f),
            Self::NotTaken(error) => error.fmt(f),
        }
    }
}

impl Error for PushError {}

impl<'p> Pushed<'p> {
    pub(super) fn new(
        results: &'p [FlowResult],
        handler_errors: &'p [HandlerError],
        matched: bool,
    ) -> Self {
        Self {
            results,
            handler_errors,
            matched,
        }
    }

    /// The results, in the order of tables and flows in the file.
    pub fn flows(&self) -> &'p [FlowResult] {
        self.results
    }

    /// Whether a table reads this topic at all.
    pub fn is_matched(&self) -> bool {
        self.matched
    }

    /// Whether a flow gave rows.
    pub fn is_emitted(&self) -> bool {
        let gave = |outcome| match outcome {
            FlowOutcome::Emitted | FlowOutcome::NotTaken => true,
            FlowOutcome::Filtered | FlowOutcome::Empty => false,
        };
        let mut results = self.results.iter();
        results.any(|flow| flow.result.is_ok_and(gave))
    }

    /// Rows that handlers did not take, and what they said.
    pub fn handler_errors(&self) -> &'p [HandlerError] {
        self.handler_errors
    }

    /// Why the message is bad, the first reason. Flows that could read the message have given
    /// their rows nevertheless.
    pub fn error(&self) -> Option<DecodeError> {
        let mut results = self.results.iter();
        results.find_map(|flow| flow.result.err())
    }

    /// Whether a flow gave rows, if none of them failed and all rows were taken.
    ///
    /// # Errors
    /// That of [`Pushed::error`], or the first of [`Pushed::handler_errors`].
    pub fn ok(&self) -> Result<bool, PushError> {
        if let Some(error) = self.error() {
            return Err(PushError::Bad(error));
        }
        match self.handler_errors.first() {
            Some(error) => Err(PushError::NotTaken(error.clone())),
            None => Ok(self.is_emitted()),
        }
    }
}
