//! Several rows of one message: one for each element of an array in it.

use super::Outcome;
use crate::encode::{Out, Output};
use crate::error::RowError;
use crate::row::Nested;

impl<O: Output + ?Sized> Out<'_, O> {
    /// Makes rows of each element of `array`, which comes with its number, from 1. Where one of
    /// them fails, none stays.
    pub fn unnest<'m>(
        self,
        array: Option<Nested<'m>>,
        mut make: impl FnMut(Nested<'m>, i64, Out<'_, O>) -> Result<Outcome, RowError>,
    ) -> Result<Outcome, RowError> {
        let Some(array) = array else {
            return Ok(Outcome::Filtered);
        };
        self.together(|out| {
            let mut outcome = Outcome::Filtered;
            for (number, element) in (1..).zip(array.elements()) {
                outcome = outcome.or(make(element, number, out.again())?);
            }
            Ok(outcome)
        })
    }
}
