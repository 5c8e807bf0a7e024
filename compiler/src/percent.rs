//! Percent-encoding in URLs (RFC 3986, section 2.1).

/// A text without its percent signs: `a%40b` is `a@b`. What is no code stays as it is.
pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let digits = behind
            .get(..2)
            .and_then(|two| std::str::from_utf8(two).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(byte) = byte.filter(|_| *first == b'%') {
            bytes.push(byte);
            rest = &behind[2..];
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn codes_are_decoded_and_all_else_stays() {
        for (text, expected) in [
            ("p%40%3a", "p@:"),
            ("%C3%BC", "ü"),
            ("%", "%"),
            ("%4", "%4"),
            ("%zz%41", "%zzA"),
            ("", ""),
        ] {
            assert_eq!(decoded(text), expected, "{text}");
        }
    }
}
