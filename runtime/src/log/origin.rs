//! Which part of the pipeline a log line is from: that of the thread that writes it.

use std::cell::Cell;

/// A part of the pipeline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The connector, as SQL names it; None: the process itself.
    pub connector: Option<&'static str>,
    /// The connection's name, where it has one.
    pub connection: Option<&'static str>,
}

thread_local! {
    static CURRENT: Cell<Origin> = const { Cell::new(Origin { connector: None, connection: None }) };
}

/// From now on the lines of this thread are from `connector`.
pub fn speak_for(connector: &'static str, connection: Option<&'static str>) {
    CURRENT.set(Origin {
        connector: Some(connector),
        connection,
    });
}

/// Whom this thread speaks for.
pub(super) fn current() -> Origin {
    CURRENT.get()
}
