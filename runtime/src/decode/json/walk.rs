//! Going through objects and arrays that are known to be valid.

use super::escape;
use super::input::{Bracket, Input};
use super::shape::{Cell, Kind};
use crate::error::RowError;

/// Goes through the members of an object or the elements of an array.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Walk<'p> {
    payload: &'p [u8],
    at: usize,
    first: bool,
}

/// A broken invariant: whoever walks through a value has seen that it is valid.
const VALID: &str = "a value that is walked through was validated with its message";

impl<'p> Walk<'p> {
    /// Through the container of `cell`, of the message `payload`.
    pub(crate) fn new(payload: &'p [u8], cell: Cell) -> Self {
        debug_assert!(matches!(cell.kind, Kind::Object | Kind::Array));
        Self {
            payload,
            at: cell.start as usize + 1,
            first: true,
        }
    }

    /// The value that a text is, white space around it left out.
    #[cfg(any(feature = "mqtt", feature = "serde"))]
    pub(crate) fn whole(payload: &'p [u8]) -> Cell {
        let mut input = Input { payload, at: 0 };
        input.white_space();
        let mut walk = Self {
            payload,
            at: input.at,
            first: true,
        };
        walk.value(input)
    }

    /// The next member's key and value.
    pub(crate) fn next_member(&mut self) -> Option<(Key<'p>, Cell)> {
        let mut input = self.next()?;
        let cell = input.key().expect(VALID);
        let key = Key {
            text: cell.inner(self.payload),
            escaped: cell.kind == Kind::EscapedString,
        };
        Some((key, self.value(input)))
    }

    /// The next element.
    pub(crate) fn next_element(&mut self) -> Option<Cell> {
        let input = self.next()?;
        Some(self.value(input))
    }

    /// The input at what comes next, if anything does.
    fn next(&mut self) -> Option<Input<'p>> {
        let mut input = Input {
            payload: self.payload,
            at: self.at,
        };
        input.white_space();
        if matches!(input.peek(), Some(b'}' | b']')) {
            return None;
        }
        if !std::mem::replace(&mut self.first, false) {
            input.at += 1;
            input.white_space();
        }
        Some(input)
    }

    fn value(&mut self, mut input: Input<'p>) -> Cell {
        let cell = value(&mut input).expect(VALID);
        self.at = input.at;
        cell
    }
}

/// Reads a value.
fn value(input: &mut Input<'_>) -> Result<Cell, RowError> {
    let start = input.at;
    let bracket = match input.peek() {
        Some(b'{') => Bracket::Object,
        Some(b'[') => Bracket::Array,
        _ => return input.scalar(),
    };
    input.skip_value(0)?;
    Ok(Cell::new(bracket.kind(), start, input.at))
}

/// Goes through the values of the object that `payload` should be; nothing is known of it but that
/// it is UTF-8.
#[cfg(any(feature = "arrow", feature = "mqtt"))]
pub(crate) fn try_members(
    payload: &[u8],
    mut each: impl FnMut(Cell) -> Result<(), RowError>,
) -> Result<(), RowError> {
    let mut input = Input { payload, at: 0 };
    let mut before = b'{';
    loop {
        if input.peek() != Some(before) {
            return Err(input.syntax());
        }
        input.at += 1;
        input.white_space();
        if before == b'{' && input.peek() == Some(b'}') {
            break;
        }
        input.key()?;
        each(value(&mut input)?)?;
        input.white_space();
        if input.peek() == Some(b'}') {
            break;
        }
        before = b',';
    }
    input.at += 1;
    input.white_space();
    match input.peek() {
        None => Ok(()),
        Some(_) => Err(input.syntax()),
    }
}

/// A member's key as it is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key<'p> {
    text: &'p [u8],
    escaped: bool,
}

impl Key<'_> {
    /// What it stands for.
    #[cfg(feature = "serde")]
    pub(crate) fn text(self) -> String {
        string_of(self.text, self.escaped)
    }

    /// Whether it stands for `key`.
    pub(crate) fn is(self, key: &str) -> bool {
        if self.escaped {
            escape::stands_for(self.text, key)
        } else {
            self.text == key.as_bytes()
        }
    }
}

/// What the string of `cell` stands for, in a payload that is known to be valid.
#[cfg(feature = "serde")]
pub(crate) fn string(cell: Cell, payload: &[u8]) -> String {
    string_of(cell.inner(payload), cell.kind == Kind::EscapedString)
}

/// A lone surrogate makes the text stand for itself.
#[cfg(feature = "serde")]
fn string_of(text: &[u8], escaped: bool) -> String {
    let mut unescaped = vec![0; text.len()];
    let len = if escaped {
        escape::unescape(text, &mut unescaped)
    } else {
        None
    };
    let text = len.map_or(text, |len| &unescaped[..len]);
    String::from_utf8_lossy(text).into_owned()
}
