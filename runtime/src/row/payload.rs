//! Payloads that are no JSON.

use super::Row;
use crate::decode::avro::{Framing, Reader};
use crate::error::{Reason, RowError};

impl<'m> Row<'m> {
    /// The payload.
    #[inline]
    pub fn payload(self) -> &'m [u8] {
        self.message.payload.bytes()
    }

    /// The payload as UTF-8.
    ///
    /// # Errors
    /// [`Reason::Utf8`] with the place of the first byte that is none.
    #[inline]
    pub fn payload_text(self) -> Result<&'m str, RowError> {
        std::str::from_utf8(self.payload())
            .map_err(|error| RowError::payload(Reason::Utf8, error.valid_up_to()))
    }

    /// What `read` makes of the payload, which must be one datum behind `framing`.
    ///
    /// # Errors
    /// Those of [`Framing::open`] and of `read`, and [`Reason::Avro`] where something follows;
    /// each with its place.
    #[inline]
    pub fn avro<T>(
        self,
        framing: Framing,
        read: impl FnOnce(&mut Reader<'m>) -> Result<T, Reason>,
    ) -> Result<T, RowError> {
        let payload = self.payload();
        let datum = framing
            .open(payload)
            .map_err(|reason| RowError::payload(reason, 0))?;
        let mut reader = Reader::new(datum, self.arena);
        let values = read(&mut reader);
        let values = values.and_then(|values| reader.end().map(|()| values));
        values.map_err(|reason| {
            let header = payload.len() - datum.len();
            RowError::payload(reason, header + reader.position())
        })
    }
}
