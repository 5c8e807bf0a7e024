//! Which part of the pipeline a log line is from: that of the thread, or the task, that writes it.

use std::cell::Cell;

/// A part of the pipeline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The connector, as SQL names it; None: the process itself.
    pub connector: Option<&'static str>,
    /// The connection's name, where it has one.
    pub connection: Option<&'static str>,
}

const NOBODY: Origin = Origin {
    connector: None,
    connection: None,
};

thread_local! {
    static CURRENT: Cell<Origin> = const { Cell::new(NOBODY) };
}

/// From now on the lines of this thread are from `connector`.
pub fn speak_for(connector: &'static str, connection: Option<&'static str>) {
    CURRENT.set(Origin {
        connector: Some(connector),
        connection,
    });
}

/// The lines of this task are from `connector`, whatever thread it runs on.
pub fn speaking_for<F: Future>(
    connector: &'static str,
    connection: Option<&'static str>,
    task: F,
) -> impl Future<Output = F::Output> {
    let origin = Origin {
        connector: Some(connector),
        connection,
    };
    let mut task = Box::pin(task);
    std::future::poll_fn(move |context| {
        let before = CURRENT.replace(origin);
        let polled = task.as_mut().poll(context);
        CURRENT.set(before);
        polled
    })
}

/// Whom this thread speaks for.
pub(super) fn current() -> Origin {
    CURRENT.get()
}
