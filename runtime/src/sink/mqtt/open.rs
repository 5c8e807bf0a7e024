//! A batch on its way: which of its rows are published, refused or given up.

use super::{Destination, Shortened, shorten};
use crate::mqtt::Fault;
use crate::mqtt::outbound::Insistence;
use crate::mqtt::packet::Publication;
use crate::mqtt::session::Session;
use crate::mqtt::topic_template::{TopicTemplate, Unfit};
use crate::sink::{Batch, Refused};
use std::ops::Range;

/// A batch on its way.
pub(super) struct Open {
    pub(super) batch: Batch,
    pub(super) next_row: usize,
    /// How many messages were published before its first row; known once that is published.
    pub(super) starts_at: u64,
    /// Rows that will not be delivered.
    pub(super) refused: Vec<Refused>,
    /// Ranges of rows, some of them refused, that nobody tries to deliver any more.
    pub(super) given_up: Vec<Range<usize>>,
    /// Connections in a row that came to nothing while it was here.
    pub(super) failures: u32,
    /// How many messages of all must be confirmed for this batch to be; known once its last row
    /// is published.
    pub(super) confirmed_at: Option<u64>,
}

/// Why a row is not sent, and never will be.
#[derive(Clone, Copy)]
pub(super) enum Unsent {
    /// Its payload has so many bytes.
    TooLarge(usize),
    /// It has no topic.
    Unfit(Unfit),
}

impl Unsent {
    /// What a warning about such rows says.
    pub(super) fn what(self) -> &'static str {
        match self {
            Self::TooLarge(_) => "rows are too large for the broker",
            Self::Unfit(_) => "rows have no topic",
        }
    }

    /// And about one of them.
    pub(super) fn details(self, topic: &TopicTemplate) -> String {
        match self {
            Self::TooLarge(bytes) => format!(": one of {bytes} bytes for `{topic}`"),
            Self::Unfit(unfit) => format!(": {} (`{topic}`)", unfit.reason()),
        }
    }

    /// What is told of the row.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::TooLarge(_) => "it is too large for the broker",
            Self::Unfit(unfit) => unfit.reason(),
        }
    }
}

impl Open {
    pub(super) fn new(batch: Batch) -> Self {
        Self {
            batch,
            next_row: 0,
            starts_at: 0,
            refused: Vec::new(),
            given_up: Vec::new(),
            failures: 0,
            confirmed_at: None,
        }
    }

    /// The next row that is not given up; those before it count as published and done.
    pub(super) fn row_to_publish(
        &mut self,
        session: &mut Session,
        published: &mut u64,
    ) -> Option<usize> {
        while self.next_row < self.batch.rows.len() {
            let row = self.next_row;
            if !self.given_up.iter().any(|range| range.contains(&row)) {
                return Some(row);
            }
            session.skip();
            *published += 1;
            self.next_row += 1;
        }
        None
    }

    /// Whether the message at a place of all that were published is a row of it.
    pub(super) fn holds(&self, place: u64) -> bool {
        (self.starts_at..self.starts_at + self.next_row as u64).contains(&place)
    }

    /// The publication of a row, whose topic is made in `topic` if it is its own.
    pub(super) fn publication<'p>(
        &'p self,
        row: usize,
        destination: &'p Destination,
        topic: &'p mut String,
    ) -> Result<Publication<'p>, Unfit> {
        let rows = &self.batch.rows;
        let parts = rows.topics.of_row(row, destination.topic.parts());
        let topic = destination.topic.topic(parts, topic)?;
        let payload = rows.get(row);
        Ok(Publication {
            topic,
            payload: payload.strip_suffix(b"\n").unwrap_or(payload),
            qos: destination.qos,
            retain: destination.retain,
            properties: if self.batch.properties.is_empty() {
                &destination.properties
            } else {
                self.batch.properties.get(row)
            },
        })
    }

    fn insistence(&self, row: usize, destination: &Destination) -> Insistence {
        if destination.insists() {
            return Insistence::Unconditional;
        }
        let limits = self.batch.limits.iter();
        let mut limits = limits.filter(|limit| limit.rows.contains(&row));
        limits.next().map_or(Insistence::Patient, |limit| {
            Insistence::Limited(limit.retries)
        })
    }

    /// Gives up what may be after so many failures; how many rows that were.
    pub(super) fn give_up(&mut self, session: &mut Session, fault: &Fault) -> usize {
        let before = self.refused.len();
        for limit in &self.batch.limits {
            let is_over = limit.while_unreachable && self.failures > limit.retries;
            if !is_over || self.given_up.contains(&limit.rows) {
                continue;
            }
            for row in limit.rows.clone() {
                let is_published = row < self.next_row;
                if !is_published || session.give_up(self.starts_at + row as u64) {
                    let reason = fault.to_string().into();
                    self.refused.push(Refused { row, reason });
                }
            }
            self.given_up.push(limit.rows.clone());
        }
        self.refused.len() - before
    }
}

/// Publishes a row in a topic that is made in `topic`, and says of a dead letter that it is `cut`.
/// A fault: the broker takes not even the topic of a dead letter.
pub(super) fn publish(
    session: &mut Session,
    open: &Open,
    (row, destination): (usize, &Destination),
    topic: &mut String,
    cut: impl FnOnce(&Publication<'_>, &Shortened),
) -> Result<Result<(), Unsent>, Fault> {
    let mut publication = match open.publication(row, destination, topic) {
        Ok(publication) => publication,
        Err(unfit) => {
            session.skip();
            return Ok(Err(Unsent::Unfit(unfit)));
        }
    };
    let shortened;
    if destination.insists() && !session.takes(&publication) {
        let largest = session.largest_packet();
        shortened = shorten::to_fit(&publication, destination, largest)
            .ok_or(Fault::NotPublished("a dead letter is too large for it"))?;
        cut(&publication, &shortened);
        publication = shortened.publication(&publication);
    }
    if session.publish(&publication, open.insistence(row, destination)) {
        return Ok(Ok(()));
    }
    Ok(Err(Unsent::TooLarge(publication.payload.len())))
}
