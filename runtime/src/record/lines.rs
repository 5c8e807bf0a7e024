//! Lines of a file, with a limit to their length.

use std::fmt;
use std::io::{self, BufRead};

/// A longer line is skipped: 512 MiB, twice the largest MQTT packet, for escapes.
const LONGEST_LINE: usize = 512 << 20;

/// Reads lines one at a time into one buffer.
pub struct Lines<R> {
    input: R,
    buffer: Vec<u8>,
    number: u64,
    longest: usize,
    /// All that was read is used: the input is read next.
    drained: bool,
}

/// A line.
#[derive(Debug, PartialEq, Eq)]
pub struct Line<'l> {
    /// Its number, from 1.
    pub number: u64,
    /// Its bytes without the line feed.
    pub text: Result<&'l [u8], TooLong>,
    /// The input was read for it, and may have been waited for.
    pub fresh: bool,
}

/// A line that is too long to be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    limit: usize,
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the line is longer than {} bytes", self.limit)
    }
}

impl<R: BufRead> Lines<R> {
    /// Lines of `input`.
    pub fn new(input: R) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            number: 0,
            longest: LONGEST_LINE,
            drained: true,
        }
    }

    /// The next line; None at the end. The last one needs no line feed.
    pub fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        self.buffer.clear();
        let (mut length, mut fresh) = (0, false);
        loop {
            fresh |= self.drained;
            let available = match self.input.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let line_feed = memchr::memchr(b'\n', available);
            let part = &available[..line_feed.unwrap_or(available.len())];
            let ended = line_feed.is_some() || available.is_empty();
            if available.is_empty() && length == 0 && self.buffer.is_empty() {
                return Ok(None);
            }
            if length + part.len() <= self.longest {
                self.buffer.extend_from_slice(part);
            }
            length += part.len();
            let consumed = part.len() + usize::from(line_feed.is_some());
            self.drained = consumed == available.len();
            self.input.consume(consumed);
            if ended {
                break;
            }
        }
        self.number += 1;
        let limit = self.longest;
        let text = if length > limit {
            Err(TooLong { limit })
        } else {
            Ok(self.buffer.as_slice())
        };
        Ok(Some(Line {
            number: self.number,
            text,
            fresh,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    /// What is read through a buffer of `capacity` bytes, too long lines as None.
    fn read(text: &str, capacity: usize) -> Vec<(u64, Option<String>)> {
        let mut lines = Lines::new(BufReader::with_capacity(capacity, text.as_bytes()));
        lines.longest = 10;
        let mut all = Vec::new();
        while let Some(line) = lines.next_line().expect("memory can be read") {
            let text = line
                .text
                .map(|text| String::from_utf8_lossy(text).into_owned());
            all.push((line.number, text.ok()));
        }
        all
    }

    #[test]
    fn lines_are_read_whatever_the_buffer() {
        let cases: [(&str, &[Option<&str>]); 7] = [
            ("", &[]),
            ("\n", &[Some("")]),
            ("a", &[Some("a")]),
            ("a\nb\n", &[Some("a"), Some("b")]),
            ("a\n\nb", &[Some("a"), Some(""), Some("b")]),
            ("0123456789\nx", &[Some("0123456789"), Some("x")]),
            ("0123456789a\nx\n", &[None, Some("x")]),
        ];
        for (text, expected) in cases {
            let expected: Vec<_> = (1..)
                .zip(expected.iter().map(|line| line.map(str::to_owned)))
                .collect();
            for capacity in 1..13 {
                assert_eq!(read(text, capacity), expected, "{text:?} in {capacity}");
            }
        }
    }
}
