//! The payload as a stream of tokens, and the values in it that nothing needs.

use super::scan;
use super::shape::{Cell, Kind};
use crate::error::{Reason, RowError};

/// Deepest nesting of arrays and objects.
pub(crate) const MAX_DEPTH: usize = 128;

/// Whether `text` is a JSON text that nests at most 128 levels.
pub(crate) fn is_valid(text: &str) -> bool {
    let mut input = Input {
        payload: text.as_bytes(),
        at: 0,
    };
    let fits = u32::try_from(text.len()).is_ok();
    input.white_space();
    let valid = fits && input.skip_value(0).is_ok();
    input.white_space();
    valid && input.peek().is_none()
}

/// An array's or an object's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bracket {
    Object,
    Array,
}

impl Bracket {
    pub(super) fn closing(self) -> u8 {
        match self {
            Self::Object => b'}',
            Self::Array => b']',
        }
    }

    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Object => Kind::Object,
            Self::Array => Kind::Array,
        }
    }
}

/// The payload and how far it is read.
pub(super) struct Input<'p> {
    pub(super) payload: &'p [u8],
    pub(super) at: usize,
}

impl Input<'_> {
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.payload.get(self.at).copied()
    }

    #[inline]
    pub(super) fn white_space(&mut self) -> usize {
        self.at = scan::white_space(self.payload, self.at);
        self.at
    }

    /// The byte here cannot stand here.
    #[cold]
    pub(super) fn syntax(&self) -> RowError {
        RowError::payload(Reason::Syntax, self.at)
    }

    /// One more level may be opened below `depth` levels.
    #[inline]
    pub(super) fn check_depth(&self, depth: usize) -> Result<(), RowError> {
        if depth < MAX_DEPTH {
            Ok(())
        } else {
            Err(RowError::payload(Reason::Depth, self.at))
        }
    }

    /// Reads a string, number or literal.
    #[inline]
    pub(super) fn scalar(&mut self) -> Result<Cell, RowError> {
        let scanned = match self.peek() {
            Some(b'"') => return self.string(),
            Some(b'-' | b'0'..=b'9') => {
                scan::number(self.payload, self.at).map(|end| (end, Kind::Number))
            }
            _ => scan::literal(self.payload, self.at),
        };
        let (end, kind) = scanned.map_err(|at| RowError::payload(Reason::Syntax, at))?;
        let cell = Cell::new(kind, self.at, end);
        self.at = end;
        Ok(cell)
    }

    /// Reads a string from its opening quote on.
    #[inline]
    fn string(&mut self) -> Result<Cell, RowError> {
        let start = self.at + 1;
        let text = scan::string(self.payload, start)
            .map_err(|at| RowError::payload(Reason::Syntax, at))?;
        self.at = text.close + 1;
        let kind = if text.escaped {
            Kind::EscapedString
        } else {
            Kind::String
        };
        Ok(Cell::new(kind, start, text.close))
    }

    /// Reads a key, its colon and the white space around that.
    #[inline]
    pub(super) fn key(&mut self) -> Result<Cell, RowError> {
        if self.peek() != Some(b'"') {
            return Err(self.syntax());
        }
        let key = self.string()?;
        self.white_space();
        if self.peek() != Some(b':') {
            return Err(self.syntax());
        }
        self.at += 1;
        self.white_space();
        Ok(key)
    }

    /// Validates a value that nothing needs, `depth` levels below the document.
    pub(super) fn skip_value(&mut self, depth: usize) -> Result<(), RowError> {
        let mut open = Open::default();
        loop {
            let bracket = match self.peek() {
                Some(b'{') => Bracket::Object,
                Some(b'[') => Bracket::Array,
                _ => {
                    self.scalar()?;
                    if self.skip_to_next(&mut open)? {
                        continue;
                    }
                    return Ok(());
                }
            };
            self.check_depth(depth + open.count)?;
            self.at += 1;
            open.push(bracket);
            self.white_space();
            if self.peek() == Some(bracket.closing()) {
                if !self.skip_to_next(&mut open)? {
                    return Ok(());
                }
            } else if bracket == Bracket::Object {
                self.key()?;
            }
        }
    }

    /// Behind a value: closes what closes here and goes on to the next value; false where all is
    /// closed.
    #[inline]
    fn skip_to_next(&mut self, open: &mut Open) -> Result<bool, RowError> {
        while let Some(bracket) = open.last() {
            self.white_space();
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    self.white_space();
                    if bracket == Bracket::Object {
                        self.key()?;
                    }
                    return Ok(true);
                }
                Some(byte) if byte == bracket.closing() => {
                    self.at += 1;
                    open.pop();
                }
                _ => return Err(self.syntax()),
            }
        }
        Ok(false)
    }
}

/// Open brackets, innermost in the lowest bit; at most [`MAX_DEPTH`].
#[derive(Default)]
struct Open {
    objects: u128,
    count: usize,
}

impl Open {
    fn push(&mut self, bracket: Bracket) {
        self.objects = self.objects << 1 | u128::from(bracket == Bracket::Object);
        self.count += 1;
    }

    fn pop(&mut self) {
        self.objects >>= 1;
        self.count -= 1;
    }

    fn last(&self) -> Option<Bracket> {
        match (self.count, self.objects & 1) {
            (0, _) => None,
            (_, 0) => Some(Bracket::Array),
            (_, _) => Some(Bracket::Object),
        }
    }
}
