//! Which sessions of a connection are open, and what went wrong last.

use super::{Counter, Gauge};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// The sessions of a connection that receive, or those that publish.
#[derive(Debug, Default)]
pub struct Sessions {
    wanted: Gauge,
    open: Gauge,
    /// Attempts to connect again, after one that failed or a connection that was lost.
    pub reconnects: Counter,
    last: Mutex<Last>,
}

#[derive(Debug, Default)]
struct Last {
    opened: Option<SystemTime>,
    error: Option<String>,
}

/// How it is about some sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// How many should be open: connected, and subscribed where they receive.
    pub wanted: u64,
    /// How many are.
    pub open: u64,
    /// Since when the last of them is; None where one is missing.
    pub since: Option<SystemTime>,
    /// What went wrong last, for a person; it may be long over.
    pub last_error: Option<String>,
}

impl State {
    /// Whether all are open that should be, and there are some.
    pub fn is_connected(&self) -> bool {
        self.wanted > 0 && self.open >= self.wanted
    }
}

impl Sessions {
    /// How it is now.
    pub fn state(&self) -> State {
        let last = self.last();
        let (wanted, open) = (self.wanted.count(), self.open.count());
        State {
            wanted,
            open,
            since: last.opened.filter(|_| open >= wanted),
            last_error: last.error.clone(),
        }
    }

    fn last(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One session among those of its connection, from before it is opened for the first time until
/// nobody wants it any more.
#[derive(Debug)]
pub struct Presence {
    sessions: Arc<Sessions>,
    is_open: bool,
}

impl Presence {
    /// One session more is to be open.
    pub fn new(sessions: &Arc<Sessions>) -> Self {
        sessions.wanted.add(1);
        Self {
            sessions: Arc::clone(sessions),
            is_open: false,
        }
    }

    /// It is open.
    pub fn opened(&mut self) {
        if !std::mem::replace(&mut self.is_open, true) {
            self.sessions.open.add(1);
        }
        self.sessions.last().opened = Some(SystemTime::now());
    }

    /// It is not, or no longer, and why.
    pub fn failed(&mut self, error: String) {
        self.close();
        self.sessions.last().error = Some(error);
    }

    /// It is not open any more, and nothing is wrong.
    pub fn left(&mut self) {
        self.close();
    }

    /// Another attempt is made.
    pub fn tries_again(&self) {
        self.sessions.reconnects.add(1);
    }

    fn close(&mut self) {
        if std::mem::take(&mut self.is_open) {
            self.sessions.open.sub(1);
        }
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.close();
        self.sessions.wanted.sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_are_wanted_must_be_open() {
        let sessions = Arc::new(Sessions::default());
        assert!(!sessions.state().is_connected(), "nobody wants any");
        let mut first = Presence::new(&sessions);
        let mut second = Presence::new(&sessions);
        first.opened();
        assert!(!sessions.state().is_connected() && sessions.state().since.is_none());
        second.opened();
        second.opened();
        assert!(sessions.state().is_connected() && sessions.state().since.is_some());
        first.failed("gone".into());
        let state = sessions.state();
        assert_eq!((state.wanted, state.open), (2, 1));
        assert_eq!(state.last_error.as_deref(), Some("gone"));
        drop(first);
        assert!(
            sessions.state().is_connected(),
            "nobody wants the first one now"
        );
        drop(second);
        assert_eq!(sessions.state().wanted, 0);
    }
}
