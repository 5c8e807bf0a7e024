//! What became of a message that was pushed.

use super::DecodeError;

/// What a flow made of a message that it could read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowOutcome {
    /// Its handler got at least one row, or would have, were there one.
    Emitted,
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
    matched: bool,
}

impl<'p> Pushed<'p> {
    pub(super) fn new(results: &'p [FlowResult], matched: bool) -> Self {
        Self { results, matched }
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
        let mut results = self.results.iter();
        results.any(|flow| flow.result == Ok(FlowOutcome::Emitted))
    }

    /// The first error. Flows that could read the message have given their rows nevertheless.
    pub fn error(&self) -> Option<DecodeError> {
        let mut results = self.results.iter();
        results.find_map(|flow| flow.result.err())
    }

    /// Whether a flow gave rows, if none of them failed.
    ///
    /// # Errors
    /// That of [`Pushed::error`].
    pub fn ok(&self) -> Result<bool, DecodeError> {
        match self.error() {
            Some(error) => Err(error),
            None => Ok(self.is_emitted()),
        }
    }
}
