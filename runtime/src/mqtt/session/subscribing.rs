//! From CONNACK to the last SUBACK: which filters are asked for, shared or not.

use super::{Phase, SUBACK_TIMEOUT, Session};
use crate::mqtt::Fault;
use crate::mqtt::connack::{self, NOT_SHARED};
use crate::mqtt::event::Event;
use crate::mqtt::packet;
use crate::mqtt::share::{self, Share};
use std::time::Instant;

/// AWS `IoT` Core ends connections that ask for more filters in a SUBSCRIBE.
const FILTERS: usize = 8;

/// The most bytes of a SUBSCRIBE besides its filters: its header, its packet identifier, and a
/// subscription identifier.
const OVERHEAD: usize = 5 + 2 + 6;

impl Session {
    /// Begins to subscribe. `shares` says whether the broker shares subscriptions at all.
    pub(super) fn begin_subscribing<'b>(
        &mut self,
        shares: bool,
        session_present: bool,
        now: Instant,
    ) -> Result<Option<Event<'b>>, Fault> {
        self.granted.clear();
        match &self.options.share {
            // the others have ended, so it stays alone, whatever the broker can by now
            Some(_) if self.is_alone || !shares => return self.go_on_alone(session_present, now),
            Some(share) => self.asked = share.filters(&self.options.filters),
            None => self.asked.clone_from(&self.options.filters),
        }
        self.subscribe(session_present, now);
        Ok(None)
    }

    /// The broker shares no subscriptions: of all sessions the first alone subscribes.
    fn go_on_alone<'b>(
        &mut self,
        session_present: bool,
        now: Instant,
    ) -> Result<Option<Event<'b>>, Fault> {
        let share = self.options.share.as_ref();
        if !share.is_none_or(Share::is_first) {
            // nothing more is awaited
            self.phase = Phase::Ready;
            return Err(Fault::NotShared);
        }
        self.is_alone = true;
        self.granted.clear();
        self.asked.clone_from(&self.options.filters);
        self.subscribe(session_present, now);
        Ok(None)
    }

    /// The filters of the next SUBSCRIBE: as many as brokers take at a time. An identifier is for
    /// all filters of its packet, so each filter needs a packet of its own then.
    fn next_filters(&self) -> &[(String, u8)] {
        let rest = &self.asked[self.granted.len()..];
        let most = if self.identified { 1 } else { FILTERS };
        let room = self.largest_packet();
        let mut bytes = OVERHEAD;
        let fitting = rest.iter().take(most).take_while(|(filter, _)| {
            bytes += filter.len() + 3;
            bytes <= room
        });
        // what does not fit alone is for the broker to refuse
        &rest[..fitting.count().clamp(1, rest.len())]
    }

    fn subscribe(&mut self, session_present: bool, now: Instant) {
        let id = self.outbound.next_id();
        let mut packet = Vec::new();
        let identifier = self.copies.identifier(self.granted.len());
        match identifier.filter(|_| self.identified) {
            Some(identifier) => {
                packet::subscribe_as(&mut packet, id, self.next_filters(), identifier);
            }
            None => packet::subscribe(&mut packet, self.version, id, self.next_filters()),
        }
        self.output.append(&mut packet);
        self.phase = Phase::Subscribing {
            id,
            deadline: now + SUBACK_TIMEOUT,
            session_present,
        };
    }

    pub(super) fn receive_suback<'b>(
        &mut self,
        body: &[u8],
        now: Instant,
    ) -> Result<Option<Event<'b>>, Fault> {
        let (id, codes) = connack::suback(body, self.version)?;
        let session_present = match self.phase {
            Phase::Subscribing {
                id: asked,
                session_present,
                ..
            } if asked == id => session_present,
            Phase::Subscribing { .. }
            | Phase::Ready
            | Phase::Connecting { .. }
            | Phase::Disconnected => {
                return Err(Fault::Malformed("a SUBACK that nobody asked for"));
            }
        };
        if self.options.share.is_some() && !self.is_alone && self.is_not_shared(codes) {
            return self.go_on_alone(session_present, now);
        }
        connack::check_granted(self.next_filters(), codes, self.version)?;
        if !session_present {
            self.copies.granted(self.granted.len());
        }
        self.granted.extend_from_slice(codes);
        if self.granted.len() < self.asked.len() {
            self.subscribe(session_present, now);
            return Ok(None);
        }
        self.phase = Phase::Ready;
        Ok(Some(Event::Ready {
            session_present,
            granted: self.granted.clone(),
        }))
    }

    /// Whether the broker does not share one of the filters that are shared for parallelism. One
    /// that the pipeline's author has shared is refused like any other.
    fn is_not_shared(&self, codes: &[u8]) -> bool {
        let asked = &self.options.filters[self.granted.len()..];
        let mut answers = asked.iter().zip(codes);
        answers.any(|((filter, _), &code)| code == NOT_SHARED && !share::is_shared(filter))
    }
}
