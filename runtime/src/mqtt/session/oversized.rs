//! Messages that are larger than allowed: their heads are read, and the rest is skipped.

use super::Session;
use crate::mqtt::Fault;
use crate::mqtt::event::{Event, Step};
use crate::mqtt::frame::{self, Header, PUBLISH_HEAD, variable_integer};
use crate::mqtt::property;

/// Properties that are waited for, in bytes. Those of one that has more are not looked at.
const MOST_PROPERTIES: usize = 64 * 1024;

impl Session {
    /// Reads the head of a message that is too large; the rest is skipped as it comes, whatever of
    /// it there is already.
    pub(super) fn receive_oversized<'b>(
        &mut self,
        header: Header,
        bytes: &'b [u8],
    ) -> Result<Step<'b>, Fault> {
        if header.kind() != 3 {
            return Err(Fault::Malformed(
                "a control packet larger than `max_packet_size`",
            ));
        }
        self.check_connected()?;
        let end = bytes.len().min(header.total());
        let body = &bytes[header.length..end];
        let qos = header.qos()?;
        let Some((topic, id, length)) = frame::publish_head(qos, body)? else {
            if end == header.total() {
                return Err(Fault::Malformed("PUBLISH that ends within its head"));
            }
            return Ok(Step::Incomplete {
                needed: header.total().min(PUBLISH_HEAD).max(bytes.len() + 1),
            });
        };
        let counts = if self.identified {
            let behind = &body[length..];
            let missing = missing_properties(behind, header.remaining - length);
            if missing > 0 {
                let needed = bytes.len() + missing;
                return Ok(Step::Incomplete { needed });
            }
            self.counts(topic, behind)
        } else {
            true
        };
        self.skip = header.remaining - length;
        let event = if !counts {
            self.inbound.skip(qos, id)?;
            None
        } else if self.inbound.publish(qos, id)? {
            Some(Event::Oversized {
                head: frame::head(header, body, (topic, id, length), self.version),
                size: header.total(),
            })
        } else {
            None
        };
        Ok(Step::Consumed {
            bytes: header.length + length,
            event,
        })
    }

    /// Whether this is the copy that counts. What cannot be read is no ground to leave one out.
    fn counts(&mut self, topic: &str, behind: &[u8]) -> bool {
        match property::split(behind) {
            Ok((properties, _)) if properties.len() <= MOST_PROPERTIES => {
                self.copies.counts(topic, properties)
            }
            Ok(_) | Err(_) => true,
        }
    }
}

/// How many bytes must come before the properties are there that begin `behind`, which is all that
/// has come of `total` bytes; 0: they are, or are not waited for.
fn missing_properties(behind: &[u8], total: usize) -> usize {
    match variable_integer(behind) {
        Ok(None) => usize::from(behind.len() < total),
        Ok(Some((length, at))) if length <= MOST_PROPERTIES && at + length <= total => {
            (at + length).saturating_sub(behind.len())
        }
        Ok(Some(_)) | Err(_) => 0,
    }
}
