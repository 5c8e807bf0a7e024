//! What stands in front of a datum in a message.

use crate::error::Reason;

/// How the payload says which schema it was written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// A registry's wire format: a zero byte and the schema's id, 32 bits in network order.
    Confluent {
        /// The id of the schema that the pipeline was built for.
        id: u32,
    },
    /// Avro's single-object encoding: `C3 01` and the fingerprint, 64 bits, lowest byte first.
    SingleObject {
        /// The CRC-64-AVRO of the schema that the pipeline was built for, in canonical form.
        fingerprint: u64,
    },
    /// Nothing.
    Bare,
}

impl Framing {
    /// The datum in `payload`.
    ///
    /// # Errors
    /// [`Reason::Framing`] where there is no such header, [`Reason::SchemaId`] where the header
    /// names another schema.
    #[inline]
    pub fn open(self, payload: &[u8]) -> Result<&[u8], Reason> {
        match self {
            Self::Confluent { id } => match payload {
                [0, a, b, c, d, datum @ ..] => {
                    named(u32::from_be_bytes([*a, *b, *c, *d]) == id, datum)
                }
                _ => Err(Reason::Framing),
            },
            Self::SingleObject { fingerprint } => {
                let behind = payload.strip_prefix(&[0xc3, 0x01]);
                let parts = behind.and_then(<[u8]>::split_first_chunk);
                let (&found, datum) = parts.ok_or(Reason::Framing)?;
                named(u64::from_le_bytes(found) == fingerprint, datum)
            }
            Self::Bare => Ok(payload),
        }
    }
}

fn named(same: bool, datum: &[u8]) -> Result<&[u8], Reason> {
    if same {
        Ok(datum)
    } else {
        Err(Reason::SchemaId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Case = (Framing, &'static [u8], Result<&'static [u8], Reason>);

    #[test]
    fn headers() {
        let confluent = Framing::Confluent { id: 0x0001_0203 };
        let single = Framing::SingleObject {
            fingerprint: 0x0807_0605_0403_0201,
        };
        let cases: [Case; 14] = [
            (confluent, b"\0\0\x01\x02\x03datum", Ok(b"datum")),
            (confluent, b"\0\0\x01\x02\x03", Ok(b"")),
            (confluent, b"\0\0\x01\x02\x04datum", Err(Reason::SchemaId)),
            (confluent, b"\0\x03\x02\x01\0datum", Err(Reason::SchemaId)),
            (confluent, b"\x01\0\x01\x02\x03datum", Err(Reason::Framing)),
            (confluent, b"\0\0\x01\x02", Err(Reason::Framing)),
            (confluent, b"", Err(Reason::Framing)),
            (
                single,
                b"\xc3\x01\x01\x02\x03\x04\x05\x06\x07\x08datum",
                Ok(b"datum"),
            ),
            (single, b"\xc3\x01\x01\x02\x03\x04\x05\x06\x07\x08", Ok(b"")),
            (
                single,
                b"\xc3\x01\x08\x07\x06\x05\x04\x03\x02\x01",
                Err(Reason::SchemaId),
            ),
            (
                single,
                b"\xc3\x02\x01\x02\x03\x04\x05\x06\x07\x08",
                Err(Reason::Framing),
            ),
            (
                single,
                b"\xc3\x01\x01\x02\x03\x04\x05\x06\x07",
                Err(Reason::Framing),
            ),
            (Framing::Bare, b"\0datum", Ok(b"\0datum")),
            (Framing::Bare, b"", Ok(b"")),
        ];
        for (framing, payload, expected) in cases {
            assert_eq!(framing.open(payload), expected, "{framing:?}, {payload:?}");
        }
    }
}
