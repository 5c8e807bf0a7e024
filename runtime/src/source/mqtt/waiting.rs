//! What a source waits for.

use crate::mqtt::link::Link;
use tokio::sync::watch;

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

/// Returns when it was asked to stop, or when nobody can ask any more.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}
