//! Why there is no answer.

use crate::output;
use std::fmt;

/// What went wrong, and what may help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    message: String,
    help: Option<String>,
}

impl Failure {
    /// A mistake that speaks for itself.
    pub fn new(message: impl Into<String>) -> Self {
        let message = message.into();
        // some of it may be what others have sent
        let message = output::harmless(&message).into_owned();
        Self {
            message,
            help: None,
        }
    }

    /// What went wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What may help.
    pub fn way_out(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The same with a way out.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        let help = help.into();
        Self {
            help: Some(output::harmless(&help).into_owned()),
            ..self
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        match &self.help {
            Some(help) => write!(f, "\n  = help: {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}
