//! Functions over JSON. A value's bytes are valid, which makes it simple to find one's way in
//! them. Of duplicate keys the last counts, as in messages.

use crate::decode::json::escape::{stands_for, unescape};
use crate::error::Reason;
use crate::row::Nested;
use crate::value::Json;
use crate::value::number::{float64, integer};
use bumpalo::Bump;

/// What names a value within another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key<'k> {
    /// That of an object.
    Name(&'k str),
    /// That of an array, from 0; from its end below zero.
    Index(i64),
}

impl<'k> From<&'k str> for Key<'k> {
    fn from(name: &'k str) -> Self {
        Self::Name(name)
    }
}

impl From<i64> for Key<'_> {
    fn from(index: i64) -> Self {
        Self::Index(index)
    }
}

/// `json_typeof(json)`
pub fn json_typeof(json: Json<'_>) -> &'static str {
    match json.0.first() {
        Some(b'{') => "object",
        Some(b'[') => "array",
        Some(b'"') => "string",
        Some(b't' | b'f') => "boolean",
        Some(b'n') => "null",
        Some(_) | None => "number",
    }
}

/// `json_array_length(json)`: only of arrays.
pub fn json_array_length(json: Json<'_>) -> Result<i32, Reason> {
    let elements = elements(json.0).ok_or(Reason::Argument)?;
    Ok(i32::try_from(elements.count()).unwrap_or(i32::MAX))
}

/// `json_object_keys(json)`: only of objects; the keys as they are written, duplicates too.
pub fn json_object_keys<'m>(json: Json<'_>, arena: &'m Bump) -> Result<Nested<'m>, Reason> {
    let members = members(json.0).ok_or(Reason::Argument)?;
    let mut array = vec![b'['];
    for (at, (key, _)) in members.enumerate() {
        array.extend_from_slice(if at == 0 { b"\"" } else { b",\"" });
        array.extend_from_slice(key);
        array.push(b'"');
    }
    array.push(b']');
    Ok(Nested::made(&array, 0, arena))
}

/// `json_get(json, key, …)`: the value at the end of the keys, be it a JSON null.
pub fn json_get<'m, const N: usize>(
    json: Json<'m>,
    keys: [Option<Key<'_>>; N],
) -> Option<Json<'m>> {
    keys.into_iter()
        .try_fold(json, |json, key| step(json, key?))
}

/// `json_get_str(json, key, …)`: of strings only.
pub fn json_get_str<'m, const N: usize>(
    json: Json<'m>,
    keys: [Option<Key<'_>>; N],
    arena: &'m Bump,
) -> Result<Option<&'m str>, Reason> {
    match json_get(json, keys) {
        Some(Json([b'"', text @ .., b'"'])) => unescaped(text, arena).map(Some),
        Some(_) | None => Ok(None),
    }
}

/// `json_get_text(json, key, …)`: a string without quotes, the text of another value, and nothing
/// for a JSON null; as PostgreSQL's `->>`.
pub fn json_get_text<'m, const N: usize>(
    json: Json<'m>,
    keys: [Option<Key<'_>>; N],
    arena: &'m Bump,
) -> Result<Option<&'m str>, Reason> {
    match json_get(json, keys) {
        Some(Json([b'"', text @ .., b'"'])) => unescaped(text, arena).map(Some),
        Some(Json(b"null")) | None => Ok(None),
        Some(Json(other)) => Ok(Some(utf8(other))),
    }
}

/// `json_get_json(json, key, …)`: the text of any value.
pub fn json_get_json<'m, const N: usize>(
    json: Json<'m>,
    keys: [Option<Key<'_>>; N],
) -> Option<&'m str> {
    json_get(json, keys).map(|Json(value)| utf8(value))
}

/// `json_get_int(json, key, …)`: of whole numbers within BIGINT only.
pub fn json_get_int<const N: usize>(json: Json<'_>, keys: [Option<Key<'_>>; N]) -> Option<i64> {
    let Json(number) = json_get(json, keys).filter(is_number)?;
    let is_whole = !number.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E'));
    is_whole.then(|| integer(number)).flatten()
}

/// `json_get_float(json, key, …)`: of numbers within DOUBLE only.
pub fn json_get_float<const N: usize>(json: Json<'_>, keys: [Option<Key<'_>>; N]) -> Option<f64> {
    let Json(number) = json_get(json, keys).filter(is_number)?;
    Some(float64(number)).filter(|value| value.is_finite())
}

/// `json_get_bool(json, key, …)`: of `true` and `false` only.
pub fn json_get_bool<const N: usize>(json: Json<'_>, keys: [Option<Key<'_>>; N]) -> Option<bool> {
    match json_get(json, keys)?.0 {
        b"true" => Some(true),
        b"false" => Some(false),
        _ => None,
    }
}

/// `json_path_query_first(json, path)`: the first value that the path leads to. As in PostgreSQL's
/// lax mode a key on an array looks into its elements, and an index on anything else takes that
/// for an array of one.
pub fn json_path_query_first<'m>(json: Json<'m>, path: &[Key<'_>]) -> Option<Json<'m>> {
    let Some((first, rest)) = path.split_first() else {
        return Some(json);
    };
    match (first, elements(json.0)) {
        (Key::Name(_), Some(mut elements)) => elements.find_map(|element| {
            let found = step(Json(element), *first)?;
            json_path_query_first(found, rest)
        }),
        (Key::Index(0), None) => json_path_query_first(json, rest),
        (Key::Name(_) | Key::Index(_), _) => json_path_query_first(step(json, *first)?, rest),
    }
}

/// `json_exists(json, path)`
pub fn json_exists(json: Json<'_>, path: &[Key<'_>]) -> bool {
    json_path_query_first(json, path).is_some()
}

fn is_number(json: &Json<'_>) -> bool {
    matches!(json.0.first(), Some(b'-' | b'0'..=b'9'))
}

fn utf8(value: &[u8]) -> &str {
    std::str::from_utf8(value).expect("JSON values are UTF-8")
}

fn unescaped<'m>(text: &'m [u8], arena: &'m Bump) -> Result<&'m str, Reason> {
    if !text.contains(&b'\\') {
        return Ok(utf8(text));
    }
    let out = arena.alloc_slice_fill_copy(text.len(), 0);
    let len = unescape(text, out).ok_or(Reason::Surrogate)?;
    Ok(utf8(&out[..len]))
}

fn step<'m>(json: Json<'m>, key: Key<'_>) -> Option<Json<'m>> {
    let found = match key {
        Key::Name(name) => members(json.0)?
            .filter(|(key, _)| stands_for(key, name))
            .last()
            .map(|(_, value)| value),
        Key::Index(index) => {
            let mut elements = elements(json.0)?;
            let place = if index < 0 {
                let count = elements.clone().count();
                count.checked_sub(usize::try_from(index.unsigned_abs()).ok()?)?
            } else {
                usize::try_from(index).ok()?
            };
            elements.nth(place)
        }
    };
    found.map(Json)
}

/// The elements of an array.
fn elements(json: &[u8]) -> Option<Elements<'_>> {
    match json {
        [b'[', rest @ ..] => Some(Elements { rest }),
        _ => None,
    }
}

/// Keys, without their quotes, and values of an object.
fn members(json: &[u8]) -> Option<impl Iterator<Item = (&[u8], &[u8])>> {
    let [b'{', rest @ ..] = json else {
        return None;
    };
    // with colons for commas, keys and values take turns
    let mut pieces = Elements { rest };
    Some(std::iter::from_fn(move || {
        let (key, value) = (pieces.next()?, pieces.next()?);
        Some((&key[1..key.len() - 1], value))
    }))
}

/// Values with something between two of them.
#[derive(Clone)]
struct Elements<'m> {
    rest: &'m [u8],
}

impl<'m> Iterator for Elements<'m> {
    type Item = &'m [u8];

    fn next(&mut self) -> Option<&'m [u8]> {
        let between = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b':');
        let start = self.rest.iter().position(|byte| !between(byte))?;
        let value = &self.rest[start..];
        if matches!(value.first(), Some(b']' | b'}')) {
            return None;
        }
        let (value, rest) = value.split_at(length(value));
        self.rest = rest;
        Some(value)
    }
}

/// How long the value is that `text` starts with.
fn length(text: &[u8]) -> usize {
    match text.first() {
        Some(b'"') => string_length(text),
        Some(b'{' | b'[') => {
            let (mut at, mut depth) = (0, 0_usize);
            loop {
                match text[at] {
                    b'"' => at += string_length(&text[at..]) - 1,
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth -= 1,
                    _ => {}
                }
                at += 1;
                if depth == 0 {
                    return at;
                }
            }
        }
        Some(_) | None => {
            let is_behind = |byte: &u8| {
                matches!(
                    byte,
                    b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' | b']' | b'}'
                )
            };
            text.iter().position(is_behind).unwrap_or(text.len())
        }
    }
}

/// The same of a string, quotes included.
fn string_length(text: &[u8]) -> usize {
    let mut at = 1;
    while text[at] != b'"' {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: Json<'static> = Json(
        br#"{ "a" : {"b":[1, "x\u00e4\"]}", {"c" : true}] } ,"n":null,"f":-2.5e1,"a\n":7,"f":26 }"#,
    );

    fn found(keys: &[Key<'static>]) -> Option<&'static str> {
        let steps = keys.iter().try_fold(DOCUMENT, |json, key| step(json, *key));
        steps.map(|Json(value)| utf8(value))
    }

    #[test]
    fn values_are_found() {
        let (name, index) = (Key::Name, Key::Index);
        for (keys, expected) in [
            (&[name("n")][..], Some("null")),
            (&[name("f")], Some("26")),
            (&[name("a\n")], Some("7")),
            (&[name("A")], None),
            (&[name("a"), name("b"), index(0)], Some("1")),
            (&[name("a"), name("b"), index(-1)], Some("{\"c\" : true}")),
            (&[name("a"), name("b"), index(2), name("c")], Some("true")),
            (&[name("a"), name("b"), index(3)], None),
            (&[name("a"), name("b"), index(-4)], None),
            (&[name("a"), name("b"), index(i64::MIN)], None),
            (&[name("a"), index(0)], None),
            (&[name("f"), name("a")], None),
        ] {
            assert_eq!(found(keys), expected, "{keys:?}");
        }
    }

    #[test]
    fn types_are_kept_apart() {
        let arena = Bump::new();
        let json =
            Json(br#"{"s":"\u00e4","i":12,"f":1.5,"h":1e400,"b":true,"o":{}, "bad":"\ud800"}"#);
        let key = |key: &'static str| [Some(Key::Name(key))];
        assert_eq!(json_get_str(json, key("s"), &arena), Ok(Some("ä")));
        assert_eq!(json_get_str(json, key("i"), &arena), Ok(None));
        assert_eq!(
            json_get_str(json, key("bad"), &arena),
            Err(Reason::Surrogate)
        );
        assert_eq!(json_get_text(json, key("f"), &arena), Ok(Some("1.5")));
        assert_eq!(json_get_int(json, key("i")), Some(12));
        assert_eq!(json_get_int(json, key("f")), None);
        assert_eq!(json_get_int(json, key("s")), None);
        assert_eq!(
            json_get_float(json, key("i")).map(f64::to_bits),
            Some(12_f64.to_bits())
        );
        assert_eq!(json_get_float(json, key("h")), None);
        assert_eq!(json_get_bool(json, key("b")), Some(true));
        assert_eq!(json_get_bool(json, key("o")), None);
        assert_eq!(json_get_json(json, key("o")), Some("{}"));
        assert_eq!(json_get(json, [None]), None);
    }

    #[test]
    fn kinds_and_lengths() {
        for (json, kind) in [
            ("{}", "object"),
            ("[]", "array"),
            ("\"\"", "string"),
            ("-1", "number"),
            ("false", "boolean"),
            ("null", "null"),
        ] {
            assert_eq!(json_typeof(Json(json.as_bytes())), kind);
        }
        assert_eq!(json_array_length(Json(b"[ ]")), Ok(0));
        assert_eq!(
            json_array_length(Json(br#"[1,"]",[2,3],{"a":[4]}]"#)),
            Ok(4)
        );
        assert_eq!(json_array_length(Json(b"{}")), Err(Reason::Argument));
        let arena = Bump::new();
        let keys = |json| json_object_keys(Json(json), &arena).map(Nested::cardinality);
        assert_eq!(keys(b"{ }").ok(), Some(0));
        assert_eq!(
            keys(br#"{"a":{"b":1},"c\"":[{"d":2}],"a":3}"#).ok(),
            Some(3)
        );
        assert_eq!(keys(b"[]").err(), Some(Reason::Argument));
    }

    #[test]
    fn paths_are_lax() {
        let json = Json(br#"{"a":[{"b":1},5,{"b":2,"c":3}],"d":{"e":4}}"#);
        let (name, index) = (Key::Name, Key::Index);
        for (path, expected) in [
            (&[][..], Some(json.0)),
            (&[name("a"), name("b")], Some(&b"1"[..])),
            (&[name("a"), name("c")], Some(&b"3"[..])),
            (&[name("a"), index(2), name("b")], Some(&b"2"[..])),
            (&[name("d"), index(0), name("e")], Some(&b"4"[..])),
            (&[name("d"), index(1)], None),
            (&[name("x")], None),
        ] {
            let got = json_path_query_first(json, path).map(|Json(value)| value);
            assert_eq!(got, expected, "{path:?}");
            assert_eq!(json_exists(json, path), expected.is_some(), "{path:?}");
        }
    }
}
