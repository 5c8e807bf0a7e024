//! WebSocket (RFC 6455) as MQTT uses it: a stream of bytes in binary frames. Pure: bytes in, bytes
//! out, and no socket.
//!
//! MQTT does not care where a frame ends, so nothing is put together: the heads of frames are cut
//! out of what was read, in place, and what is left is MQTT. A message of any size passes through
//! the receive buffer like one that comes over TCP, and no broker can make us keep a whole one.
//! That, and a handful of crates less to build, is why this is not left to a library, which would
//! hand over whole messages only; one is asked for its opinion in the tests.

mod upgrade;

use super::Fault;
pub use upgrade::Upgrade;

/// The two directions of an open WebSocket.
#[derive(Debug, Default)]
pub struct WebSocket {
    /// The head of the next frame, as far as it was read.
    head: [u8; MAX_HEAD],
    head_length: usize,
    /// The frame whose payload is being read.
    frame: Option<Frame>,
    /// A message in fragments has begun and not ended.
    within_message: bool,
    /// The payload of a control frame, as far as it was read.
    control: Vec<u8>,
    /// Frames that wait for the socket.
    outgoing: Vec<u8>,
    /// How many bytes of them the socket has taken.
    taken: usize,
    /// Why nothing more is read.
    fault: Option<Fault>,
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    kind: Kind,
    /// Bytes of its payload that are still to come.
    left: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Data,
    Ping,
    Pong,
    Close,
}

/// Head of a frame from a server: two bytes, and up to eight for a length.
const MAX_HEAD: usize = 10;
/// Payload of a control frame at most (§5.5).
const MAX_CONTROL: u64 = 125;
/// Bytes that wait for the socket at most before pings are left without an answer. A peer that
/// reads no answers gets none.
const MAX_WAITING: usize = 256 * 1024;
/// MQTT in one frame at most.
pub const CHUNK: usize = 64 * 1024;

/// Instead of a length: two or eight bytes with it follow.
const SHORT: u8 = 0x7e;
const LONG: u8 = 0x7f;

const FINAL: u8 = 0x80;
const MASKED: u8 = 0x80;
const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// Status codes of a close frame (§7.4.1).
const NORMAL: u16 = 1000;
const GOING_AWAY: u16 = 1001;
const PROTOCOL_ERROR: u16 = 1002;
const UNSUPPORTED_DATA: u16 = 1003;

impl WebSocket {
    /// Cuts the heads of frames and all that is not MQTT out of `bytes`, which were read behind
    /// those of the call before. What is left is moved to the front; its length is returned. What
    /// is wrong is told by [`WebSocket::fault`], after what came before it.
    pub fn strip(&mut self, bytes: &mut [u8]) -> usize {
        let (mut from, mut to) = (0, 0);
        while from < bytes.len() && self.fault.is_none() {
            let Some(frame) = &mut self.frame else {
                self.head[self.head_length] = bytes[from];
                self.head_length += 1;
                from += 1;
                self.begin();
                continue;
            };
            let there = (bytes.len() - from) as u64;
            // it is at most the length of a slice
            let taken = usize::try_from(frame.left.min(there)).unwrap_or(usize::MAX);
            frame.left -= taken as u64;
            if frame.kind == Kind::Data {
                bytes.copy_within(from..from + taken, to);
                to += taken;
            } else {
                self.control.extend_from_slice(&bytes[from..from + taken]);
            }
            from += taken;
            self.end();
        }
        to
    }

    /// Why nothing more is read, once what came before it was.
    pub fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// Frames that wait for the socket.
    pub fn outgoing(&self) -> &[u8] {
        &self.outgoing[self.taken..]
    }

    /// The socket has taken so many bytes of [`WebSocket::outgoing`].
    pub fn wrote(&mut self, bytes: usize) {
        self.taken += bytes;
        if self.taken == self.outgoing.len() {
            self.outgoing.clear();
            self.taken = 0;
        }
    }

    /// Puts MQTT into a frame that waits for the socket.
    pub fn send(&mut self, mqtt: &[u8]) {
        self.queue(BINARY, mqtt);
    }

    /// Says that we are done.
    pub fn close(&mut self) {
        if self.fault.is_none() {
            self.queue(CLOSE, &NORMAL.to_be_bytes());
        }
    }

    /// Begins a frame once its head is complete.
    fn begin(&mut self) {
        let head = &self.head[..self.head_length];
        let &[first, second, ref rest @ ..] = head else {
            return;
        };
        let left = match (second & !MASKED, rest) {
            (SHORT, &[a, b]) => u64::from(u16::from_be_bytes([a, b])),
            (LONG, rest) if rest.len() == 8 => {
                u64::from_be_bytes(rest.try_into().expect("there are eight"))
            }
            (SHORT | LONG, _) => return,
            (length, _) => u64::from(length),
        };
        self.head_length = 0;
        match self.kind(first, second, left) {
            Ok(kind) => {
                self.frame = Some(Frame { kind, left });
                self.end();
            }
            Err((what, code)) => self.fail(what, code),
        }
    }

    /// What a frame is, or what is wrong with it and the code for that.
    fn kind(&mut self, first: u8, second: u8, length: u64) -> Result<Kind, (&'static str, u16)> {
        let broken = |what| Err((what, PROTOCOL_ERROR));
        if first & 0x70 != 0 {
            return broken("a frame with reserved bits");
        }
        if second & MASKED != 0 {
            return broken("a masked frame from a server");
        }
        if length > u64::MAX / 2 {
            return broken("a frame with an invalid length");
        }
        let (is_final, opcode) = (first & FINAL != 0, first & 0x0f);
        let control = match opcode {
            CONTINUATION | BINARY => {
                if self.within_message != (opcode == CONTINUATION) {
                    return broken("fragments out of order");
                }
                self.within_message = !is_final;
                return Ok(Kind::Data);
            }
            TEXT => return Err(("a text frame, though MQTT is binary", UNSUPPORTED_DATA)),
            CLOSE => Kind::Close,
            PING => Kind::Ping,
            PONG => Kind::Pong,
            _ => return broken("a frame of an unknown kind"),
        };
        if !is_final || length > MAX_CONTROL {
            return broken("a control frame that is too long or in fragments");
        }
        Ok(control)
    }

    /// Ends a frame whose payload is complete.
    fn end(&mut self) {
        let Some(Frame { kind, left: 0 }) = self.frame else {
            return;
        };
        self.frame = None;
        let payload = std::mem::take(&mut self.control);
        match kind {
            Kind::Data | Kind::Pong => {}
            Kind::Ping => {
                if self.outgoing().len() < MAX_WAITING {
                    self.queue(PONG, &payload);
                }
            }
            Kind::Close => self.closed(&payload),
        }
    }

    /// The broker says that it is done: we say so as well.
    fn closed(&mut self, payload: &[u8]) {
        let code = match payload {
            &[a, b, ..] => Some(u16::from_be_bytes([a, b])),
            _ => None,
        };
        self.queue(CLOSE, &payload[..payload.len().min(2)]);
        let reason = String::from_utf8_lossy(payload.get(2..).unwrap_or_default());
        self.fault = Some(match code {
            None | Some(NORMAL | GOING_AWAY) => Fault::Closed,
            Some(code) => {
                let reason = reason.escape_debug();
                Fault::WebSocket(format!("the broker closed it with code {code} {reason}"))
            }
        });
    }

    fn fail(&mut self, what: &'static str, code: u16) {
        self.queue(CLOSE, &code.to_be_bytes());
        self.fault = Some(Fault::WebSocket(format!("the broker sent {what}")));
    }

    fn queue(&mut self, opcode: u8, payload: &[u8]) {
        let out = &mut self.outgoing;
        out.push(FINAL | opcode);
        let length = payload.len();
        if let Ok(short @ ..SHORT) = u8::try_from(length) {
            out.push(MASKED | short);
        } else if let Ok(length) = u16::try_from(length) {
            out.push(MASKED | SHORT);
            out.extend_from_slice(&length.to_be_bytes());
        } else {
            out.push(MASKED | LONG);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
        let mask: [u8; 4] = upgrade::random();
        out.extend_from_slice(&mask);
        let from = out.len();
        out.extend_from_slice(payload);
        let mut words = out[from..].chunks_exact_mut(4);
        for word in &mut words {
            let masked = u32::from_ne_bytes((&*word).try_into().expect("four bytes"))
                ^ u32::from_ne_bytes(mask);
            word.copy_from_slice(&masked.to_ne_bytes());
        }
        for (byte, mask) in words.into_remainder().iter_mut().zip(mask) {
            *byte ^= mask;
        }
    }
}

#[cfg(test)]
mod tests;
