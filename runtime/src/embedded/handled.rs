//! What handlers say of rows.

use std::error::Error;
use std::fmt;

/// What a handler made of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handled {
    /// It is done with the row.
    Done,
    /// It could not take the row, and why: for a reason that may pass, so that it is to be given
    /// the row again.
    Retry(String),
    /// It will never take this row, and why.
    Refuse(String),
}

/// What a handler may return: nothing, or a `Result` whose error may pass, or [`Handled`].
pub trait IntoHandled {
    /// The same, told apart.
    fn into_handled(self) -> Handled;
}

impl IntoHandled for () {
    fn into_handled(self) -> Handled {
        Handled::Done
    }
}

impl IntoHandled for Handled {
    fn into_handled(self) -> Handled {
        self
    }
}

impl<E: fmt::Display> IntoHandled for Result<(), E> {
    fn into_handled(self) -> Handled {
        match self {
            Ok(()) => Handled::Done,
            Err(error) => Handled::Retry(error.to_string()),
        }
    }
}

/// A row that a handler did not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandlerError {
    /// The flow whose row it is.
    pub flow: &'static str,
    /// What the handler said.
    pub message: String,
}

impl fmt::Display for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { flow, message } = self;
        write!(f, "the handler of `{flow}` did not take a row: {message}")
    }
}

impl Error for HandlerError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handlers_may_return_what_is_at_hand() {
        assert_eq!(().into_handled(), Handled::Done);
        assert_eq!(Ok::<_, String>(()).into_handled(), Handled::Done);
        assert_eq!(Err("full").into_handled(), Handled::Retry("full".into()));
        let never = Handled::Refuse("twice".into());
        assert_eq!(never.clone().into_handled(), never);
    }
}
