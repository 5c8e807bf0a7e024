//! Functions over BYTEA, and lengths in bytes and bits.

use crate::error::Reason;

/// `octet_length(text)`
pub fn octet_length(text: &str) -> i32 {
    octet_length_of_bytes(text.as_bytes())
}

/// `octet_length(bytea)`
pub fn octet_length_of_bytes(bytes: &[u8]) -> i32 {
    i32::try_from(bytes.len()).unwrap_or(i32::MAX)
}

/// `bit_length(text)`
pub fn bit_length(text: &str) -> i32 {
    bit_length_of_bytes(text.as_bytes())
}

/// `bit_length(bytea)`
pub fn bit_length_of_bytes(bytes: &[u8]) -> i32 {
    octet_length_of_bytes(bytes).saturating_mul(8)
}

/// `bit_count(bytea)`: how many bits are set.
pub fn bit_count_of_bytes(bytes: &[u8]) -> i64 {
    bytes.iter().map(|byte| i64::from(byte.count_ones())).sum()
}

/// `get_byte(bytes, n)`: the n-th byte, from 0.
pub fn get_byte(bytes: &[u8], n: i64) -> Result<i32, Reason> {
    let byte = usize::try_from(n).ok().and_then(|n| bytes.get(n));
    byte.map(|byte| i32::from(*byte)).ok_or(Reason::Argument)
}

/// `substring(bytes FROM start)`
pub fn substring_of_bytes_from(bytes: &[u8], start: i64) -> &[u8] {
    let skipped = usize::try_from(start.saturating_sub(1).max(0)).unwrap_or(usize::MAX);
    &bytes[skipped.min(bytes.len())..]
}

/// `substring(bytes FROM start FOR count)`: what of those places lies within. The first may be 0
/// or less.
pub fn substring_of_bytes(bytes: &[u8], start: i64, count: i64) -> Result<&[u8], Reason> {
    if count < 0 {
        return Err(Reason::Argument);
    }
    let first = start.max(1);
    let rest = substring_of_bytes_from(bytes, first);
    let len = start.saturating_add(count).saturating_sub(first).max(0);
    Ok(&rest[..usize::try_from(len).unwrap_or(usize::MAX).min(rest.len())])
}

/// `convert_from(bytes, 'UTF8')`: the text that the bytes are. PostgreSQL has none with a zero.
pub fn convert_from(bytes: &[u8]) -> Result<&str, Reason> {
    let text = std::str::from_utf8(bytes).map_err(|_| Reason::Encoding)?;
    if text.contains('\0') {
        return Err(Reason::Encoding);
    }
    Ok(text)
}

/// `convert_to(text, 'UTF8')`
pub fn convert_to(text: &str) -> &[u8] {
    text.as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_counted() {
        assert_eq!(octet_length("äö"), 4);
        assert_eq!(bit_length("ä"), 16);
        assert_eq!(bit_length_of_bytes(&[1, 2, 3]), 24);
        assert_eq!(bit_count_of_bytes(&[0xff, 0, 0x11]), 10);
    }

    #[test]
    fn bytes_are_taken_out() {
        assert_eq!(get_byte(b"abc", 2), Ok(99));
        assert_eq!(get_byte(b"abc", 3), Err(Reason::Argument));
        assert_eq!(get_byte(b"abc", -1), Err(Reason::Argument));
        assert_eq!(substring_of_bytes(b"Thomas", 0, 3), Ok(&b"Th"[..]));
        assert_eq!(substring_of_bytes(b"Thomas", 3, i64::MAX), Ok(&b"omas"[..]));
        assert_eq!(substring_of_bytes(b"Thomas", 9, 2), Ok(&b""[..]));
        assert_eq!(substring_of_bytes(b"Thomas", 1, -1), Err(Reason::Argument));
        assert_eq!(substring_of_bytes_from(b"Thomas", -3), b"Thomas");
        assert_eq!(convert_from(&[0xc3, 0xa4]), Ok("ä"));
        assert_eq!(convert_from(&[0xc3]), Err(Reason::Encoding));
        assert_eq!(convert_from(&[0]), Err(Reason::Encoding));
        assert_eq!(convert_to("ä"), [0xc3, 0xa4]);
    }
}
