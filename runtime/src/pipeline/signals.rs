//! What the system's signals do.

use std::io::{self, IsTerminal as _};
use tokio::runtime::Builder;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// SIGINT, SIGTERM and SIGHUP.
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
    /// A terminal that is closed says so by SIGHUP: whoever was started there is to end with it.
    has_terminal: bool,
}

/// What is asked of a pipeline that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To hand over what there is, and end.
    Stop,
    /// To read files and variables again.
    Reload,
}

impl Signals {
    /// Catches the signals; it must be called within a tokio runtime.
    #[expect(clippy::unused_async, reason = "it needs the runtime that runs it")]
    pub(super) async fn new() -> Self {
        let catch = |kind| signal(kind).expect("these signals can be caught");
        Self {
            interrupt: catch(SignalKind::interrupt()),
            terminate: catch(SignalKind::terminate()),
            hangup: catch(SignalKind::hangup()),
            has_terminal: io::stderr().is_terminal(),
        }
    }

    /// Waits for the next one.
    pub(super) async fn next_signal(&mut self) -> Asked {
        tokio::select! {
            _ = self.interrupt.recv() => Asked::Stop,
            _ = self.terminate.recv() => Asked::Stop,
            _ = self.hangup.recv() => {
                if self.has_terminal {
                    Asked::Stop
                } else {
                    Asked::Reload
                }
            }
        }
    }
}

/// SIGXFSZ: a file has reached its size limit. MIPS counts its signals otherwise.
const FILE_SIZE: i32 = if cfg!(any(target_arch = "mips", target_arch = "mips64")) {
    31
} else {
    25
};

/// From now on a file's size limit is an error of the write that meets it, like a full disk. By
/// default it is the end of the process. A signal that is caught stays caught, so nobody needs to
/// listen; and where the limit is reached, nobody does.
pub(super) fn survive_file_size_limit() -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_io().build()?;
    let _within = runtime.enter();
    signal(SignalKind::from_raw(FILE_SIZE)).map(drop)
}
