//! Lengths in bytes and bits.

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
}
