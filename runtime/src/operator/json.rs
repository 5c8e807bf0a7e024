//! `->` and `->>`: one step into a JSON value, PostgreSQL's way. A key of what is no object, an
//! index of what is no array, and what is not there give NULL; of duplicate keys the last counts.

use crate::decode::json::escape;
use crate::error::Reason;
use crate::value::Json;
use bumpalo::Bump;

/// What leads one step into a JSON value.
pub trait JsonPlace {
    /// The value at that place of `json`.
    fn within(self, json: &[u8]) -> Option<&[u8]>;
}

/// `json -> place`
pub fn json_at(json: Json<'_>, place: impl JsonPlace) -> Option<Json<'_>> {
    place.within(json.0).map(Json)
}

/// `json ->> place`: of a string what it stands for, of `null` NULL, of other values their text. A
/// string with half of a surrogate pair is no text.
pub fn json_text_at<'m>(
    json: Json<'m>,
    place: impl JsonPlace,
    arena: &'m Bump,
) -> Result<Option<&'m str>, Reason> {
    let Some(value) = place.within(json.0) else {
        return Ok(None);
    };
    let text = |bytes| std::str::from_utf8(bytes).expect("JSON values are UTF-8");
    match value {
        b"null" => Ok(None),
        [b'"', inner @ .., b'"'] if inner.contains(&b'\\') => {
            let out = arena.alloc_slice_fill_copy(inner.len(), 0);
            let len = escape::unescape(inner, out).ok_or(Reason::Surrogate)?;
            Ok(Some(text(&out[..len])))
        }
        [b'"', inner @ .., b'"'] => Ok(Some(text(inner))),
        other => Ok(Some(text(other))),
    }
}

/// A member's key.
impl JsonPlace for &str {
    fn within(self, json: &[u8]) -> Option<&[u8]> {
        let mut members = Items::of(json, b'{')?;
        let mut found = None;
        while let Some(key) = members.next() {
            let value = members.next();
            if escape::stands_for(&key[1..key.len() - 1], self) {
                found = value;
            }
        }
        found
    }
}

/// An element's index, from 0; negative ones count from the end.
impl JsonPlace for i32 {
    fn within(self, json: &[u8]) -> Option<&[u8]> {
        let mut elements = Items::of(json, b'[')?;
        let from_start = if let Ok(index) = usize::try_from(self) {
            index
        } else {
            let count = Items::of(json, b'[')?.count();
            count.checked_sub(self.unsigned_abs() as usize)?
        };
        elements.nth(from_start)
    }
}

/// The values within a valid array, or within a valid object, where keys and values take turns.
struct Items<'m> {
    rest: &'m [u8],
}

impl<'m> Items<'m> {
    /// None if `json` does not begin with `opening`.
    fn of(json: &'m [u8], opening: u8) -> Option<Self> {
        let (first, rest) = skip_space(json).split_first()?;
        (*first == opening).then_some(Self { rest })
    }
}

impl<'m> Iterator for Items<'m> {
    type Item = &'m [u8];

    fn next(&mut self) -> Option<&'m [u8]> {
        let start = self
            .rest
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b':'))?;
        let value = &self.rest[start..];
        if matches!(value[0], b']' | b'}') {
            return None;
        }
        let (value, rest) = value.split_at(value_len(value));
        self.rest = rest;
        Some(value)
    }
}

fn skip_space(json: &[u8]) -> &[u8] {
    json.trim_ascii_start()
}

/// The length of the value that `json` begins with.
fn value_len(json: &[u8]) -> usize {
    match json[0] {
        b'"' => string_len(json),
        b'{' | b'[' => container_len(json),
        _ => {
            let ends = |byte: &u8| {
                matches!(
                    byte,
                    b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' | b']' | b'}'
                )
            };
            json.iter().position(ends).unwrap_or(json.len())
        }
    }
}

/// The length of the string that `json` begins with, quotes included.
fn string_len(json: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = memchr::memchr2(b'"', b'\\', &json[at..]) {
        at += found;
        if json[at] == b'"' {
            return at + 1;
        }
        // the backslash and what it escapes
        at += 2;
    }
    unreachable!("a string in a valid JSON value is closed")
}

/// The length of the object or array that `json` begins with.
fn container_len(json: &[u8]) -> usize {
    let (mut at, mut depth) = (0, 0_usize);
    loop {
        at += match json[at] {
            b'"' => string_len(&json[at..]),
            b'{' | b'[' => {
                depth += 1;
                1
            }
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
                1
            }
            _ => 1,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(json: &str, place: impl JsonPlace) -> Option<String> {
        let found = json_at(Json(json.as_bytes()), place)?;
        Some(String::from_utf8(found.0.to_vec()).expect("JSON is UTF-8"))
    }

    #[test]
    fn members() {
        let json = r#" { "a" : [1, {"b": "]"}] , "b":"x\"}" ,"\u0063": null, "a": 2.50}"#;
        for (key, expected) in [
            ("a", Some("2.50")),
            ("b", Some(r#""x\"}""#)),
            ("c", Some("null")),
            ("d", None),
            ("", None),
        ] {
            assert_eq!(get(json, key).as_deref(), expected, "{key}");
        }
        assert_eq!(get("{}", "a"), None);
        assert_eq!(get("[\"a\", 1]", "a"), None);
        assert_eq!(get("\"a\"", "a"), None);
    }

    #[test]
    fn elements() {
        let json = r#"[1, "two", [3, 4], {"five": [6]}]"#;
        for (index, expected) in [
            (0, Some("1")),
            (1, Some(r#""two""#)),
            (2, Some("[3, 4]")),
            (3, Some(r#"{"five": [6]}"#)),
            (4, None),
            (-1, Some(r#"{"five": [6]}"#)),
            (-4, Some("1")),
            (-5, None),
            (i32::MIN, None),
        ] {
            assert_eq!(get(json, index).as_deref(), expected, "{index}");
        }
        assert_eq!(get("[ ]", 0), None);
        assert_eq!(get("{\"a\": 1}", 0), None);
        assert_eq!(get("7", 0), None);
    }

    #[test]
    fn texts() {
        let arena = Bump::new();
        let json = Json(br#"["plain", "a\u00e4\n", null, true, {"b": 1}, "\ud800", ""]"#);
        for (index, expected) in [
            (0, Ok(Some("plain"))),
            (1, Ok(Some("aä\n"))),
            (2, Ok(None)),
            (3, Ok(Some("true"))),
            (4, Ok(Some("{\"b\": 1}"))),
            (5, Err(Reason::Surrogate)),
            (6, Ok(Some(""))),
            (7, Ok(None)),
        ] {
            assert_eq!(json_text_at(json, index, &arena), expected, "{index}");
        }
    }
}
