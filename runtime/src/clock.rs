//! The system's clock, and waiting for a moment. What is pure gets the time as an argument.

use crate::value::Timestamp;
#[cfg(feature = "mqtt")]
use std::time::Instant;
use std::time::SystemTime;

/// Microseconds since 1970-01-01T00:00:00Z.
pub fn now_us() -> i64 {
    Timestamp::from(SystemTime::now()).0
}

/// Returns at the deadline, or never.
#[cfg(feature = "mqtt")]
pub async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}
