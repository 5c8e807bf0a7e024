//! Dead letters that are larger than their broker takes. None of them is given up, so they are cut.
//!
//! How much a broker takes it may say when it accepts the connection (MQTT 5), or when it refuses a
//! message, or never: then it closes the connection. Where it is not known, less and less is tried.
//! What is cut to little and still not taken is not taken for another reason, so all of it is tried
//! again.

use super::poison::row_at;
use super::{Destination, Publisher};
use crate::mqtt::packet::{self, Publication};
use crate::rate_limit::LimitedWarnings;
use std::time::Instant;

/// Cuts payload and properties of a dead letter to so many bytes together, and marks it where there
/// is a place for that. None: that is too little.
pub type Shorten = fn(payload: &[u8], properties: &[u8], room: usize) -> Option<Shortened>;

/// What is left of a dead letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortened {
    /// Its payload.
    pub payload: Vec<u8>,
    /// Its properties, without their length.
    pub properties: Vec<u8>,
}

impl Shortened {
    /// What is published instead of `whole`.
    pub(super) fn publication<'p>(&'p self, whole: &Publication<'p>) -> Publication<'p> {
        Publication {
            payload: &self.payload,
            properties: &self.properties,
            ..*whole
        }
    }
}

/// The sizes that are tried where it is not known what a broker takes, in bytes of the packet.
const TRIED: [usize; 3] = [8 * 1024, 1024, 256];

/// What a packet may be smaller by than it is said to be at most, in bytes.
const SLACK: usize = 8;

/// What a packet of at most `largest` bytes can hold of a dead letter.
pub(super) fn to_fit(
    whole: &Publication<'_>,
    destination: &Destination,
    largest: usize,
) -> Option<Shortened> {
    let shorten = destination.shorten?;
    let room = largest.checked_sub(packet::publish_head_size(whole.topic))?;
    shorten(whole.payload, whole.properties, room)
}

/// Tells that a dead letter is cut.
pub(super) fn warn(
    warnings: &mut LimitedWarnings,
    subject: &str,
    whole: &Publication<'_>,
    shortened: &Shortened,
) {
    const WHAT: &str = "dead letters are too large for the broker, and cut";
    let bytes = |publication: &Publication<'_>| packet::publish_size(publication);
    let (before, after) = (bytes(whole), bytes(&shortened.publication(whole)));
    let details = || format!(": one from {before} to {after} bytes for `{}`", whole.topic);
    warnings.warn(subject, WHAT, Instant::now(), details);
}

impl Publisher {
    /// The broker does not take the message at this place. Where that is a dead letter, less of it
    /// is sent from now on; false: it is none, or small.
    pub(super) fn shorten_sent(&mut self, place: u64) -> bool {
        let size = self.session.size_at(place);
        let Some((size, (open, row))) = size.zip(row_at(&self.open, place)) else {
            return false;
        };
        let destination = self.destinations[open.batch.sink].as_ref();
        let destination = destination.expect("only sinks of this connection are sent here");
        let Ok(whole) = open.publication(row, destination, &mut self.topic) else {
            return false;
        };
        let all = packet::publish_size(&whole);
        let next = TRIED.into_iter().find(|&tried| tried < size);
        // What is cut already is tried as a whole again.
        let next = next.or_else(|| (size + SLACK < all).then_some(all));
        let Some(next) = next.map(|next| next.min(self.session.largest_packet())) else {
            return false;
        };
        if next >= all {
            self.session.replace(place, &whole);
            return true;
        }
        let Some(shortened) = to_fit(&whole, destination, next) else {
            return false;
        };
        warn(&mut self.warnings, self.attempts.name(), &whole, &shortened);
        self.session.replace(place, &shortened.publication(&whole));
        true
    }
}
