//! The elements of a message that is an array of documents.

use super::input::Input;
use super::level::Level;
use super::reference::Validation;
use super::skip;
use super::text::Text;
use crate::error::{Reason, RowError};

/// Goes from element to element. Under [`Validation::Strict`] each is validated on the way, with
/// what stands around it; that it is a document is seen when it is decoded.
#[derive(Debug)]
pub struct Elements<'m, L> {
    level: L,
    text: Text<'m>,
    validation: Validation,
    /// Where the next element, or the bracket behind the last one, is looked for.
    at: usize,
    /// Whether an element was found.
    any: bool,
}

impl<'m, L: Level> Elements<'m, L> {
    /// The elements of `text`; an error where it is no array.
    pub fn new(level: L, text: Text<'m>, validation: Validation) -> Result<Self, RowError> {
        if u32::try_from(text.len()).is_err() {
            return Err(RowError::payload(Reason::TooLarge, 0));
        }
        let mut input = Input {
            payload: text.bytes(),
            at: 0,
        };
        let start = input.white_space();
        if input.peek() != Some(b'[') {
            input.skip_value(0)?;
            input.white_space();
            return Err(match input.peek() {
                Some(_) => input.syntax(),
                None => RowError::payload(Reason::NotAnArray, start),
            });
        }
        Ok(Self {
            level,
            text,
            validation,
            at: start + 1,
            any: false,
        })
    }

    /// The next element and its offset in the message.
    pub fn next_element(&mut self) -> Result<Option<(u32, Text<'m>)>, RowError> {
        let mut input = Input {
            payload: self.text.bytes(),
            at: self.at,
        };
        input.white_space();
        match input.peek() {
            Some(b']') => {
                input.at += 1;
                input.white_space();
                self.at = input.at;
                return match input.peek() {
                    Some(_) => Err(input.syntax()),
                    None => Ok(None),
                };
            }
            Some(b',') if self.any => {
                input.at += 1;
                input.white_space();
            }
            Some(_) if !self.any => {}
            _ => return Err(input.syntax()),
        }
        let start = input.at;
        match self.validation {
            Validation::Strict => input.skip_value(1)?,
            Validation::Lazy => {
                let end = skip::value(self.level, self.text, start);
                input.at = end.map_err(|at| RowError::payload(Reason::Syntax, at))?;
            }
        }
        self.any = true;
        self.at = input.at;
        let offset = u32::try_from(start).expect("the message is no longer than 4 GiB");
        Ok(Some((offset, self.text.part(start..input.at))))
    }
}
