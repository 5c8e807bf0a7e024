//! A small strict JSON reader for texts inside the SQL: JSON literals, and the list of topics.

use super::literal::Problem;
use std::ops::Range;

/// Nesting beyond this is refused, as the decoder does.
const MAX_DEPTH: usize = 128;

/// Checks that `text` is one JSON value (RFC 8259). Half of a surrogate pair is one by the
/// grammar: it matters only to who reads the string.
pub(crate) fn validate(text: &str) -> Result<(), Problem> {
    let mut reader = Reader {
        text,
        at: 0,
        surrogates: Surrogates::Lone,
    };
    reader.space();
    reader.value(0)?;
    reader.space();
    reader.end()
}

/// A string of a JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JsonString {
    /// Its value.
    pub(crate) value: String,
    /// For each byte of `value`, and for its end, the byte of the JSON text where it comes from.
    places: Vec<usize>,
}

impl JsonString {
    /// The bytes of the JSON text behind `range` of the value.
    pub(crate) fn places(&self, range: Range<usize>) -> Range<usize> {
        self.places[range.start]..self.places[range.end]
    }
}

/// The elements of `text`, which must be an array of strings.
pub(crate) fn string_array(text: &str) -> Result<Vec<JsonString>, Problem> {
    let mut reader = Reader::new(text, 0);
    reader.space();
    reader.expect(b'[')?;
    reader.space();
    let mut strings = Vec::new();
    while !reader.eat(b']') {
        if !strings.is_empty() {
            reader.expect(b',')?;
            reader.space();
        }
        strings.push(reader.string()?);
        reader.space();
    }
    reader.space();
    reader.end()?;
    Ok(strings)
}

/// The string that starts at byte `at` of `text`, and where it ends.
pub(crate) fn string_at(text: &str, at: usize) -> Result<(String, usize), Problem> {
    let mut reader = Reader::new(text, at);
    let string = reader.string()?;
    Ok((string.value, reader.at))
}

/// What becomes of `\ud800` to `\udfff`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Surrogates {
    /// Each counts for itself; what the string stands for is lost.
    Lone,
    /// Two make a character, and one alone is an error.
    Paired,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    surrogates: Surrogates,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, at: usize) -> Self {
        Self {
            text,
            at,
            surrogates: Surrogates::Paired,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn problem(&self, text: impl Into<String>) -> Problem {
        let width = self.text[self.at..]
            .chars()
            .next()
            .map_or(0, char::len_utf8);
        Problem {
            range: self.at..self.at + width,
            text: text.into(),
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Problem> {
        if self.eat(byte) {
            return Ok(());
        }
        Err(self.problem(format!("expected `{}` here", char::from(byte))))
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn end(&self) -> Result<(), Problem> {
        if self.at == self.text.len() {
            return Ok(());
        }
        Err(self.problem("the JSON value ends before this"))
    }

    fn value(&mut self, depth: usize) -> Result<(), Problem> {
        match self.peek() {
            Some(b'{' | b'[') if depth >= MAX_DEPTH => {
                Err(self.problem("this nests more than 128 levels deep"))
            }
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(drop),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) | None => self.word(),
        }
    }

    fn word(&mut self) -> Result<(), Problem> {
        let rest = &self.text[self.at..];
        let word = ["true", "false", "null"]
            .into_iter()
            .find(|word| rest.starts_with(word));
        let word = word.ok_or_else(|| self.problem("expected a JSON value here"))?;
        self.at += word.len();
        Ok(())
    }

    fn object(&mut self, depth: usize) -> Result<(), Problem> {
        self.expect(b'{')?;
        self.space();
        let mut first = true;
        while !self.eat(b'}') {
            if !first {
                self.expect(b',')?;
                self.space();
            }
            first = false;
            self.string()?;
            self.space();
            self.expect(b':')?;
            self.space();
            self.value(depth + 1)?;
            self.space();
        }
        Ok(())
    }

    fn array(&mut self, depth: usize) -> Result<(), Problem> {
        self.expect(b'[')?;
        self.space();
        let mut first = true;
        while !self.eat(b']') {
            if !first {
                self.expect(b',')?;
                self.space();
            }
            first = false;
            self.value(depth + 1)?;
            self.space();
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Problem> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.problem("expected a digit here"));
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), Problem> {
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            if !self.eat(b'+') {
                self.eat(b'-');
            }
            self.digits()?;
        }
        Ok(())
    }

    fn string(&mut self) -> Result<JsonString, Problem> {
        if self.peek() != Some(b'"') {
            return Err(self.problem("expected a string in double quotes here"));
        }
        self.at += 1;
        let mut string = JsonString {
            value: String::new(),
            places: Vec::new(),
        };
        loop {
            let start = self.at;
            let Some(c) = self.text[start..].chars().next() else {
                return Err(self.problem("the string is not closed with `\"`"));
            };
            let c = match c {
                '"' => break,
                '\\' => self.escape()?,
                '\0'..='\u{1f}' => return Err(self.problem("a control character needs an escape")),
                plain => {
                    self.at += plain.len_utf8();
                    plain
                }
            };
            string.value.push(c);
            string.places.resize(string.value.len(), start);
        }
        string.places.push(self.at);
        self.at += 1;
        Ok(string)
    }

    /// `\n`, `\u00e9`, `\ud83d\ude00`
    fn escape(&mut self) -> Result<char, Problem> {
        let start = self.at;
        self.at += 1;
        let escaped = match self.peek() {
            Some(b'u') => return self.unicode(start),
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(_) | None => return Err(self.problem("JSON has no such escape")),
        };
        self.at += 1;
        Ok(escaped)
    }

    fn unicode(&mut self, start: usize) -> Result<char, Problem> {
        let unit = self.code_unit()?;
        if self.surrogates == Surrogates::Lone {
            return Ok(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let lone = || Problem {
            range: start..start + 6,
            text: "half of a surrogate pair".to_owned(),
        };
        if !(0xd800..0xdc00).contains(&unit) {
            return char::from_u32(unit).ok_or_else(lone);
        }
        if !self.eat(b'\\') || self.peek() != Some(b'u') {
            return Err(lone());
        }
        let low = self.code_unit()?;
        if !(0xdc00..0xe000).contains(&low) {
            return Err(lone());
        }
        let code = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        Ok(char::from_u32(code).expect("a surrogate pair is a character"))
    }

    /// `uXXXX`
    fn code_unit(&mut self) -> Result<u32, Problem> {
        self.at += 1;
        let digits = self.text.get(self.at..self.at + 4);
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let digits = digits.ok_or_else(|| self.problem("expected four hexadecimal digits here"))?;
        self.at += 4;
        Ok(u32::from_str_radix(digits, 16).expect("four hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(levels: usize) -> String {
        "[".repeat(levels) + &"]".repeat(levels)
    }

    #[test]
    fn values_are_checked() {
        for good in [
            "1",
            "-0.5e+9",
            "\"a\\u00e9\"",
            "[]",
            "{\"a\":[1,null,true]}",
            " null ",
            "\"\\ud800\"",
            &nested(128),
        ] {
            assert_eq!(validate(good), Ok(()), "{good}");
        }
        for (bad, at) in [
            ("", 0),
            ("01", 1),
            ("[1,]", 3),
            ("{\"a\"}", 4),
            ("\"\\ud80\"", 3),
            (&nested(129), 128),
        ] {
            assert_eq!(validate(bad).expect_err(bad).range.start, at, "{bad}");
        }
    }

    #[test]
    fn elements_know_their_places() {
        let text = r#" ["a\/#", "ü/+"]"#;
        let strings = string_array(text).expect("an array of strings");
        assert_eq!(strings[0].value, "a/#");
        assert_eq!(&text[strings[0].places(2..3)], "#");
        assert_eq!(&text[strings[0].places(1..2)], "\\/");
        assert_eq!(&text[strings[1].places(3..4)], "+");
        assert_eq!(string_array(r#"["\ud800"]"#).expect_err("half").range, 2..8);
        assert_eq!(string_array("[1]").expect_err("no string").range, 1..2);
    }
}
