//! From one connection to the next: opening it, leaving it in good order, waiting in between.

use super::waiting::{stopped, writable};
use super::{End, Leave, Source};
use crate::clock::sleep_until;
use crate::mqtt::Fault;
use crate::mqtt::link::{GivenUp, Link};
use crate::source::Consumer;
use std::time::{Duration, Instant};

impl<C: Consumer> Source<'_, C> {
    pub(super) async fn run(&mut self) -> Result<End, GivenUp> {
        loop {
            if self.consumer.has_failed() {
                self.drain(None).await;
                return Ok(End::Stopped);
            }
            self.renew();
            let fault = match self.connect().await {
                Ok(mut link) => match self.serve(&mut link).await {
                    Ok(Leave::Stop | Leave::Break) => {
                        return Ok(self.end(link, End::Stopped).await);
                    }
                    Ok(Leave::Renew) => {
                        self.leave(link).await;
                        continue;
                    }
                    Err(Fault::NotShared) => return Ok(self.end(link, End::NotShared).await),
                    Err(Fault::Closed) if self.session.is_subscribing() => Fault::ClosedOnSubscribe,
                    Err(fault) => fault,
                },
                Err(Some(fault)) => fault,
                Err(None) => {
                    self.drain(None).await;
                    return Ok(End::Stopped);
                }
            };
            self.session.lost();
            self.consumer.idle();
            self.metrics.connections[self.connection].failures.add(1);
            let delay = match self.attempts.failed(&fault, Instant::now()) {
                Ok(delay) => delay,
                Err(given_up) => {
                    self.drain(None).await;
                    return Err(given_up);
                }
            };
            if self.pause(delay).await == Some(Leave::Stop) {
                self.drain(None).await;
                return Ok(End::Stopped);
            }
        }
    }

    /// Leaves a connection in good order.
    async fn end(&mut self, mut link: Link, end: End) -> End {
        self.drain(Some(&mut link)).await;
        link.close(&mut self.session).await;
        end
    }

    /// Leaves a connection for another one. What was taken is done with and acknowledged before:
    /// a session that the broker keeps has lost nothing.
    async fn leave(&mut self, mut link: Link) {
        let name = self.attempts.name();
        tracing::info!("{name}: connects anew, with what it presents now");
        self.drain(Some(&mut link)).await;
        link.close(&mut self.session).await;
        self.attempts.left();
    }

    /// Takes what the session is to present from now on, if there is anything new.
    fn renew(&mut self) {
        if let Some(access) = self.renewal.take() {
            self.broker = access.broker;
            self.session.present(access.username, access.password);
        }
    }

    /// Opens a connection; no fault: it was asked to stop meanwhile.
    async fn connect(&mut self) -> Result<Link, Option<Fault>> {
        let mut stop = self.stop.clone();
        let broker = &self.broker;
        let link = self.heartbeat.during(async {
            tokio::select! {
                link = Link::open(broker) => link.map_err(Some),
                () = stopped(&mut stop) => Err(None),
            }
        });
        let link = link.await?;
        self.needed = 0;
        self.nap = None;
        self.holds_answers = false;
        self.session.connected(Instant::now());
        Ok(link)
    }

    /// Waits before the next attempt, while batches still find their way. Where there is something
    /// new to present, it is not waited for.
    async fn pause(&mut self, delay: Duration) -> Option<Leave> {
        let until = Instant::now() + delay;
        let mut stop = self.stop.clone();
        loop {
            let due = [
                self.consumer.deadline(),
                self.warnings.due(),
                self.heartbeat.due(),
                Some(until),
            ];
            let deadline = due.into_iter().flatten().min();
            tokio::select! {
                () = stopped(&mut stop) => return Some(Leave::Stop),
                () = self.renewal.due() => return Some(Leave::Renew),
                () = self.wake.notified() => {
                    self.consumer.confirmed();
                    self.consumer.idle();
                }
                () = sleep_until(deadline) => {
                    let now = Instant::now();
                    self.consumer.tick(now);
                    self.warnings.tick(Some(now));
                    self.heartbeat.tick(now);
                }
            }
            if Instant::now() >= until {
                return None;
            }
        }
    }

    /// Waits until the sinks have everything, and acknowledges it. How long that may take is the
    /// business of who asked to stop.
    async fn drain(&mut self, mut link: Option<&mut Link>) {
        loop {
            let place = self.consumer.confirmed();
            self.consumer.idle();
            self.session.acknowledge_through(place);
            if let Some(open) = &mut link
                && open.write(&mut self.session).is_err()
            {
                self.session.lost();
                link = None;
            }
            let kept = link.as_ref().is_some_and(|link| link.is_waiting());
            let writing = kept || !self.session.output().is_empty();
            if self.consumer.is_drained() && !(writing && link.is_some()) {
                let place = self.consumer.confirmed();
                self.session.acknowledge_through(place);
                return;
            }
            let timeouts = [self.session.next_timeout(), self.heartbeat.due()];
            tokio::select! {
                () = self.wake.notified() => {}
                () = writable(link.as_deref(), writing) => {}
                () = sleep_until(timeouts.into_iter().flatten().min()) => {
                    let now = Instant::now();
                    // Pings go on; nothing is read any more, so no fault can be found.
                    let _ = self.session.handle_timeout(now, false);
                    self.heartbeat.tick(now);
                }
            }
        }
    }
}
