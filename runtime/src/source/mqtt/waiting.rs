//! What a source waits for, and what time it is.

use crate::mqtt::link::Link;
use std::time::{Instant, SystemTime};
use tokio::sync::watch;

/// Microseconds since 1970-01-01T00:00:00Z.
pub(super) fn now_us() -> i64 {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// Returns when more can be written, or never.
pub(super) async fn writable(link: Option<&Link>, writing: bool) {
    match link {
        Some(link) if writing => {
            // What is wrong with the socket shows when it is written.
            let _ = link.ready(false, true).await;
        }
        Some(_) | None => std::future::pending().await,
    }
}

/// Returns at the deadline, or never.
pub(super) async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}

/// Returns when it was asked to stop, or when nobody can ask any more.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}
