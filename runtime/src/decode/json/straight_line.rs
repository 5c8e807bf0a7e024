//! The straight line: a message that is written as the table declares it.
//!
//! Generated code drives the cursor along the declared keys in their order. Each step proves that
//! the message goes on exactly so; the first that cannot gives the message up to the reference
//! path. What is accepted here is accepted there with the same cells: the keys are distinct, so no
//! duplicate can occur; every byte is either compared or scanned by the reference path's own
//! scanners; and UTF-8 is validated as a whole where a string holds more than ASCII.

use super::scan;
use super::{Cell, Kind};

/// A cursor that reads a message on the straight line. Each step is None where the message is
/// written in any other way.
#[derive(Debug)]
pub struct StraightLine<'c, 'm> {
    payload: &'m [u8],
    at: usize,
    cells: &'c mut [Cell],
    non_ascii: bool,
}

impl<'c, 'm> StraightLine<'c, 'm> {
    /// A cursor at the start of `payload`. A payload of more than 4 GiB is never accepted.
    #[inline]
    pub fn new(payload: &'m [u8], cells: &'c mut [Cell]) -> Self {
        let fits = u32::try_from(payload.len()).is_ok();
        Self {
            payload: if fits { payload } else { &[] },
            at: 0,
            cells,
            non_ascii: false,
        }
    }

    /// Exactly these bytes: a key with the punctuation around it.
    #[inline]
    pub fn key(&mut self, literal: &[u8]) -> Option<&mut Self> {
        let end = self.at + literal.len();
        if self.payload.get(self.at..end)? != literal {
            return None;
        }
        self.at = end;
        Some(self)
    }

    /// A string without escapes, or null.
    pub fn string(&mut self, slot: usize) -> Option<()> {
        let cell = self.scan_string()?;
        *self.cells.get_mut(slot)? = cell;
        Some(())
    }

    /// A number or null.
    pub fn number(&mut self, slot: usize) -> Option<()> {
        let cell = self.scan_number()?;
        *self.cells.get_mut(slot)? = cell;
        Some(())
    }

    /// true, false or null.
    pub fn boolean(&mut self, slot: usize) -> Option<()> {
        let cell = self.scan_literal()?;
        *self.cells.get_mut(slot)? = cell;
        Some(())
    }

    /// A string without escapes, or null, that is not needed.
    pub fn skip_string(&mut self) -> Option<()> {
        self.scan_string().map(drop)
    }

    /// A number or null that is not needed.
    pub fn skip_number(&mut self) -> Option<()> {
        self.scan_number().map(drop)
    }

    /// true, false or null that is not needed.
    pub fn skip_boolean(&mut self) -> Option<()> {
        self.scan_literal().map(drop)
    }

    /// The closing brace and the end of the message.
    #[inline]
    pub fn end(&mut self) -> Option<()> {
        let ended = self.payload.get(self.at..)? == b"}";
        (ended && self.is_utf8()).then_some(())
    }

    #[inline]
    fn is_utf8(&self) -> bool {
        !self.non_ascii || std::str::from_utf8(self.payload).is_ok()
    }

    #[inline]
    fn scan_string(&mut self) -> Option<Cell> {
        if self.payload.get(self.at) != Some(&b'"') {
            return self.scan_null();
        }
        let start = self.at + 1;
        let text = scan::string(self.payload, start).ok()?;
        if text.escaped {
            return None;
        }
        self.non_ascii |= text.non_ascii;
        self.at = text.close + 1;
        Some(Cell::new(Kind::String, start, text.close))
    }

    #[inline]
    fn scan_number(&mut self) -> Option<Cell> {
        match scan::number(self.payload, self.at) {
            Ok((end, kind)) => Some(self.step(kind, end)),
            Err(_) => self.scan_null(),
        }
    }

    fn scan_literal(&mut self) -> Option<Cell> {
        let (end, kind) = scan::literal(self.payload, self.at).ok()?;
        Some(self.step(kind, end))
    }

    fn scan_null(&mut self) -> Option<Cell> {
        let (end, kind) = scan::literal(self.payload, self.at).ok()?;
        (kind == Kind::Null).then(|| self.step(kind, end))
    }

    #[inline]
    fn step(&mut self, kind: Kind, end: usize) -> Cell {
        let cell = Cell::new(kind, self.at, end);
        self.at = end;
        cell
    }
}
