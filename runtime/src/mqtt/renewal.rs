//! Credentials and certificates that replace those of a session while it lives.

use super::tls::Broker;
use crate::secret::Secret;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::watch;

/// What a session presents to its broker, and how it speaks to it.
#[derive(Clone, Debug)]
pub struct Access {
    /// The broker, with its certificates of authorities and ours.
    pub broker: Broker,
    /// User name.
    pub username: Option<String>,
    /// Password.
    pub password: Option<Secret>,
}

/// How many sessions have not taken yet what they are to present.
#[derive(Clone, Debug, Default)]
pub struct Outstanding(Arc<AtomicUsize>);

impl Outstanding {
    /// Whether all have.
    pub fn is_none(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }
}

/// What a session is to present: with a number that tells new from old, from 1.
type Version = Option<(u64, Access)>;

/// Where a session learns that it is to present something else.
#[derive(Debug)]
pub struct Renewal {
    access: watch::Receiver<Version>,
    taken: u64,
    outstanding: Outstanding,
}

/// The other end: one for all sessions of a connection.
#[derive(Debug)]
pub struct Renewing {
    access: watch::Sender<Version>,
    sessions: usize,
    outstanding: Outstanding,
}

impl Renewing {
    /// For sessions that `outstanding` counts.
    pub fn new(outstanding: &Outstanding) -> Self {
        Self {
            access: watch::Sender::new(None),
            sessions: 0,
            outstanding: outstanding.clone(),
        }
    }

    /// What a new session listens to.
    pub fn subscribe(&mut self) -> Renewal {
        self.sessions += 1;
        Renewal {
            access: self.access.subscribe(),
            taken: 0,
            outstanding: self.outstanding.clone(),
        }
    }

    /// Tells all sessions.
    pub fn renew(&self, access: Access) {
        let last = self.access.borrow().as_ref().map_or(0, |(last, _)| *last);
        let listening = self.access.receiver_count().min(self.sessions);
        self.outstanding.0.fetch_add(listening, Ordering::Relaxed);
        self.access.send_replace(Some((last + 1, access)));
    }
}

impl Renewal {
    /// Returns when there is something new, or never.
    pub fn due(&self) -> impl Future<Output = ()> + use<> {
        let (mut access, taken) = (self.access.clone(), self.taken);
        async move {
            let is_new = |version: &Version| version.as_ref().is_some_and(|(it, _)| *it > taken);
            if access.wait_for(is_new).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// What is new, once.
    pub fn take(&mut self) -> Option<Access> {
        let version = self.access.borrow_and_update().clone();
        let (number, access) = version.filter(|(number, _)| *number > self.taken)?;
        self.settle(number - self.taken);
        self.taken = number;
        Some(access)
    }

    /// So many versions are not waited for any more.
    fn settle(&self, versions: u64) {
        let versions = usize::try_from(versions).unwrap_or(usize::MAX);
        let settle = |count: usize| Some(count.saturating_sub(versions));
        let (set, fetch) = (Ordering::Relaxed, Ordering::Relaxed);
        let _ = self.outstanding.0.fetch_update(set, fetch, settle);
    }
}

/// A session that ends takes nothing more.
impl Drop for Renewal {
    fn drop(&mut self) {
        let last = self.access.borrow().as_ref().map_or(0, |(last, _)| *last);
        self.settle(last - self.taken);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::url::BrokerAddress;

    fn access(username: &str) -> Access {
        Access {
            broker: Broker {
                address: BrokerAddress::parse("tcp://h").expect("a URL"),
                tls: None,
            },
            username: Some(username.to_owned()),
            password: None,
        }
    }

    #[test]
    fn what_is_new_is_taken_once_by_each() {
        let outstanding = Outstanding::default();
        let mut renewing = Renewing::new(&outstanding);
        let mut sessions = vec![renewing.subscribe(), renewing.subscribe()];
        sessions.push(renewing.subscribe());
        assert!(sessions[0].take().is_none() && outstanding.is_none());
        renewing.renew(access("a"));
        assert!(!outstanding.is_none());
        renewing.renew(access("b"));
        // one ends without having taken anything
        drop(sessions.pop());
        for session in &mut sessions {
            assert!(!outstanding.is_none());
            let new = session.take().and_then(|access| access.username);
            assert_eq!(new.as_deref(), Some("b"));
            assert!(session.take().is_none());
        }
        assert!(outstanding.is_none());
    }

    #[test]
    fn it_is_due_until_it_is_taken() {
        let mut renewing = Renewing::new(&Outstanding::default());
        let mut session = renewing.subscribe();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        let runtime = runtime.expect("a runtime");
        let is_due = |session: &Renewal| {
            let due = session.due();
            runtime.block_on(async {
                let soon = std::time::Duration::from_millis(5);
                tokio::time::timeout(soon, due).await.is_ok()
            })
        };
        assert!(!is_due(&session));
        renewing.renew(access("a"));
        assert!(is_due(&session) && is_due(&session));
        session.take();
        assert!(!is_due(&session));
    }
}
