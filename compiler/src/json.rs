//! Payloads as trees. The grammar is the decoder's (`docs/json.md`): RFC 8259, at most 128 levels.
//! Numbers stay as they are written, since `22` and `22.0` are evidence of different types.

use std::collections::BTreeSet;

/// Nesting beyond this is refused, as the decoder does.
const MAX_DEPTH: usize = 128;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number as it is written.
    Number(&'a str),
    /// A string without its escapes; None: half of a surrogate pair is in it, so it is no text.
    Text(Option<String>),
    /// The elements.
    Array(Vec<Value<'a>>),
    /// The members, of duplicate keys the last one, and none whose key is no text.
    Object(Vec<Member<'a>>),
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member<'a> {
    pub(crate) key: String,
    pub(crate) value: Value<'a>,
    /// The value as it is written.
    pub(crate) raw: &'a str,
}

/// The byte at which a payload stops being JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotJson {
    pub(crate) at: usize,
}

/// The value that `text` is.
pub(crate) fn parse(text: &str) -> Result<Value<'_>, NotJson> {
    let mut reader = Reader { text, at: 0 };
    reader.space();
    let value = reader.value(0)?;
    reader.space();
    if reader.at < text.len() {
        return reader.fail();
    }
    Ok(value)
}

/// Whether `text` is a number in JSON's notation.
#[cfg(feature = "cli")]
pub(crate) fn is_number(text: &str) -> bool {
    matches!(parse(text), Ok(Value::Number(number)) if number == text)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn fail<T>(&self) -> Result<T, NotJson> {
        Err(NotJson { at: self.at })
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), NotJson> {
        if self.eat(byte) { Ok(()) } else { self.fail() }
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, NotJson> {
        match self.peek() {
            Some(b'{' | b'[') if depth >= MAX_DEPTH => self.fail(),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => Ok(Value::Text(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Boolean(true)),
            Some(b'f') => self.word("false", Value::Boolean(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(_) | None => self.fail(),
        }
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, NotJson> {
        for &byte in word.as_bytes() {
            self.expect(byte)?;
        }
        Ok(value)
    }

    fn object(&mut self, depth: usize) -> Result<Value<'a>, NotJson> {
        self.at += 1;
        self.space();
        let mut members = Vec::new();
        if self.eat(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            let key = self.string()?;
            self.space();
            self.expect(b':')?;
            self.space();
            let start = self.at;
            let value = self.value(depth + 1)?;
            let raw = &self.text[start..self.at];
            members.extend(key.map(|key| Member { key, value, raw }));
            self.space();
            if self.eat(b'}') {
                return Ok(Value::Object(last_of_each(members)));
            }
            self.expect(b',')?;
            self.space();
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value<'a>, NotJson> {
        self.at += 1;
        self.space();
        let mut elements = Vec::new();
        if self.eat(b']') {
            return Ok(Value::Array(elements));
        }
        loop {
            elements.push(self.value(depth + 1)?);
            self.space();
            if self.eat(b']') {
                return Ok(Value::Array(elements));
            }
            self.expect(b',')?;
            self.space();
        }
    }

    fn digits(&mut self) -> Result<(), NotJson> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { self.fail() }
    }

    fn number(&mut self) -> Result<Value<'a>, NotJson> {
        let start = self.at;
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
        Ok(Value::Number(&self.text[start..self.at]))
    }

    /// A string; None where half of a surrogate pair is in it.
    fn string(&mut self) -> Result<Option<String>, NotJson> {
        self.expect(b'"')?;
        let mut units: Vec<u16> = Vec::new();
        let mut buffer = [0; 2];
        loop {
            match self.text[self.at..].chars().next() {
                None | Some('\0'..='\u{1f}') => return self.fail(),
                Some('"') => break,
                Some('\\') => units.push(self.escape()?),
                Some(plain) => {
                    self.at += plain.len_utf8();
                    units.extend(plain.encode_utf16(&mut buffer).iter());
                }
            }
        }
        self.at += 1;
        Ok(String::from_utf16(&units).ok())
    }

    /// `\n`, `\u00e9`
    fn escape(&mut self) -> Result<u16, NotJson> {
        self.at += 1;
        let unit = match self.peek() {
            Some(b'u') => return self.code_unit(),
            Some(byte @ (b'"' | b'\\' | b'/')) => byte,
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(_) | None => return self.fail(),
        };
        self.at += 1;
        Ok(u16::from(unit))
    }

    /// `uXXXX`
    fn code_unit(&mut self) -> Result<u16, NotJson> {
        self.at += 1;
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self
                .peek()
                .and_then(|byte| char::from(byte).to_digit(16))
                .and_then(|digit| u16::try_from(digit).ok());
            let Some(digit) = digit else {
                return self.fail();
            };
            unit = unit << 4 | digit;
            self.at += 1;
        }
        Ok(unit)
    }
}

/// Of members of the same key the last one, where it stands.
fn last_of_each(members: Vec<Member<'_>>) -> Vec<Member<'_>> {
    let mut seen = BTreeSet::new();
    let mut kept: Vec<Member<'_>> = members
        .into_iter()
        .rev()
        .filter(|member| seen.insert(member.key.clone()))
        .collect();
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(levels: usize) -> String {
        "[".repeat(levels) + &"]".repeat(levels)
    }

    #[test]
    fn values_are_read() {
        let text = |text: &str| Value::Text(Some(text.to_owned()));
        let cases = [
            ("null", Value::Null),
            (" true\n", Value::Boolean(true)),
            ("-0.5e+9", Value::Number("-0.5e+9")),
            ("1e400", Value::Number("1e400")),
            (r#""a\u00e9\n\"""#, text("aé\n\"")),
            (r#""\ud83d\ude00""#, text("😀")),
            (r#""\ud83d""#, Value::Text(None)),
            ("[]", Value::Array(vec![])),
            (
                "[1, []]",
                Value::Array(vec![Value::Number("1"), Value::Array(vec![])]),
            ),
        ];
        for (json, expected) in cases {
            assert_eq!(parse(json), Ok(expected), "{json}");
        }
        assert!(parse(&nested(128)).is_ok());
    }

    #[test]
    fn of_duplicate_keys_the_last_one_counts() {
        let Ok(Value::Object(members)) = parse(r#"{"a":1,"b":{"x" : 2},"a":3,"\ud800":4}"#) else {
            panic!("it is an object");
        };
        let found: Vec<_> = members.iter().map(|m| (m.key.as_str(), m.raw)).collect();
        assert_eq!(found, [("b", r#"{"x" : 2}"#), ("a", "3")]);
    }

    #[test]
    fn what_is_no_json_is_refused_where_it_is_wrong() {
        let cases = [
            ("", 0),
            ("01", 1),
            ("[1,]", 3),
            ("{\"a\"}", 4),
            ("{\"a\":1,}", 7),
            ("\"\\ud80\"", 6),
            ("\"\n\"", 1),
            ("\"\\x\"", 2),
            ("1.", 2),
            ("-", 1),
            ("nul", 3),
            ("{} {}", 3),
            (&nested(129), 128),
        ];
        for (json, at) in cases {
            assert_eq!(parse(json), Err(NotJson { at }), "{json}");
        }
    }
}
