//! Dead letters that are larger than their broker takes: what is left of them.
//!
//! The head of the payload stays, and how many bytes it had is told as `truncated`. What else is
//! known stays as far as it takes no more than half of the room.

use crate::mqtt::property;
use crate::sink::mqtt::{Shorten, Shortened};
use crate::spec::DeadLetterFormat;

/// How a dead letter of this format is cut.
pub fn shorten(format: DeadLetterFormat) -> Shorten {
    match format {
        DeadLetterFormat::Raw => raw,
        DeadLetterFormat::Envelope => envelope,
    }
}

/// The name of what tells that a dead letter was cut.
const TRUNCATED: &str = "truncated";

/// What is left out first: it says for a person what the others say.
const WORDY: &str = "message";

/// Where there are no properties, there is no place for a mark.
#[expect(
    clippy::unnecessary_wraps,
    reason = "of an envelope there may be nothing left"
)]
fn raw(payload: &[u8], properties: &[u8], room: usize) -> Option<Shortened> {
    let mut kept = Vec::new();
    if !properties.is_empty() {
        property::push_user_property(&mut kept, TRUNCATED, &payload.len().to_string());
        if kept.len() > room {
            kept.clear();
        }
        let facts = property::split_all(properties).map(|fact| Fact {
            is_wordy: property::is_user_property(fact, WORDY),
            encoded: fact,
            size: fact.len(),
        });
        for fact in fitting(facts.collect(), (room / 2).saturating_sub(kept.len())) {
            kept.extend_from_slice(fact);
        }
    }
    let head = payload.len().min(room - kept.len());
    Some(Shortened {
        payload: payload[..head].to_vec(),
        properties: kept,
    })
}

/// The last member of an envelope is the payload.
fn envelope(letter: &[u8], _properties: &[u8], room: usize) -> Option<Shortened> {
    let letter = std::str::from_utf8(letter).expect("an envelope is text");
    let mut members = members(letter);
    let payload = members.pop().expect("an envelope has members");
    let (key, text) = payload
        .split_once(':')
        .expect("a member has a key and a value");
    let text = &text[1..text.len() - 1];
    let text = match key {
        "\"payload\"" => Text::Escaped(text),
        _ => Text::Base64(text),
    };
    let (length, key) = (text.bytes(), format!("{key}:\""));
    let mark = format!("\"{TRUNCATED}\":{length},");
    // With the braces and the quote at the end of the payload.
    let least = mark.len() + key.len() + 3;
    let facts = members.iter().map(|member| Fact {
        is_wordy: member[1..].starts_with(WORDY),
        encoded: *member,
        // With the comma behind.
        size: member.len() + 1,
    });
    let mut row = String::from("{");
    for fact in fitting(facts.collect(), room.checked_sub(least)? / 2) {
        row.push_str(fact);
        row.push(',');
    }
    row.push_str(&mark);
    row.push_str(&key);
    row.push_str(text.head(room - row.len() - 2));
    row.push_str("\"}");
    Some(Shortened {
        payload: row.into_bytes(),
        properties: Vec::new(),
    })
}

/// The members of an object that has no other objects in it, each as it is written.
fn members(object: &str) -> Vec<&str> {
    let inside = object
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'));
    let inside = inside.expect("an envelope is an object");
    let (mut members, mut start) = (Vec::new(), 0);
    let (mut in_string, mut is_escaped) = (false, false);
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => in_string = !in_string,
            b',' if !in_string => {
                members.push(&inside[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    members.push(&inside[start..]);
    members
}

/// Something that is known.
#[derive(Clone, Copy)]
struct Fact<T> {
    encoded: T,
    size: usize,
    is_wordy: bool,
}

/// Those of the facts that fit into so many bytes, in their order.
fn fitting<T: Copy>(facts: Vec<Fact<T>>, room: usize) -> Vec<T> {
    let mut left = room;
    let mut fits = vec![false; facts.len()];
    for wordy in [false, true] {
        for (fact, fits) in facts.iter().zip(&mut fits) {
            if fact.is_wordy == wordy && fact.size <= left {
                left -= fact.size;
                *fits = true;
            }
        }
    }
    let kept = facts.into_iter().zip(fits).filter(|(_, fits)| *fits);
    kept.map(|(fact, _)| fact.encoded).collect()
}

/// The payload in an envelope, without its quotes.
#[derive(Clone, Copy)]
enum Text<'t> {
    Escaped(&'t str),
    Base64(&'t str),
}

impl<'t> Text<'t> {
    /// How many bytes it stands for.
    fn bytes(self) -> usize {
        match self {
            // Only control characters are escaped by their number, and they are single bytes.
            Self::Escaped(text) => pieces(text)
                .map(|piece| {
                    if piece.starts_with('\\') {
                        1
                    } else {
                        piece.len()
                    }
                })
                .sum(),
            Self::Base64(text) => text.trim_end_matches('=').len() * 3 / 4,
        }
    }

    /// As much of its start as has so many bytes and can stand alone.
    fn head(self, most: usize) -> &'t str {
        match self {
            Self::Base64(text) => &text[..text.len().min(most) / 4 * 4],
            Self::Escaped(text) => {
                let ends = pieces(text).scan(0, |end, piece| {
                    *end += piece.len();
                    Some(*end)
                });
                &text[..ends.take_while(|&end| end <= most).last().unwrap_or(0)]
            }
        }
    }
}

/// The characters and escapes that a JSON string is made of.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut bytes = rest.bytes();
        let length = match (bytes.next()?, bytes.next()) {
            (b'\\', Some(b'u')) => "\\u0000".len(),
            (b'\\', _) => "\\n".len(),
            _ => rest.chars().next()?.len_utf8(),
        };
        let (piece, behind) = rest.split_at(length);
        rest = behind;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::Rows;

    const FACTS: &str =
        r#""reason":"syntax","message":"at byte 3: ,\"payload\":\"x,","column":null"#;

    fn letter(payload: &[u8]) -> Vec<u8> {
        let mut rows = Rows::default();
        let mut row = rows.row();
        row.raw("{");
        row.raw(FACTS);
        match std::str::from_utf8(payload) {
            Ok(text) => row.field(",\"payload\":", text),
            Err(_) => row.field(",\"payload_base64\":", payload),
        }
        row.raw("}");
        rows.bytes
    }

    /// Whatever the room: it is kept to and used, what is left is JSON, and a start of the payload.
    #[test]
    fn envelopes_are_cut_to_any_size() {
        let text = "a\"\\\u{1}\n\u{7f}äß€\u{1f980}".repeat(20);
        let bytes: Vec<u8> = (0..=255).collect();
        for payload in [text.as_bytes(), &bytes] {
            let whole = letter(payload);
            let mut longest = 0;
            for room in 0..=whole.len() + 30 {
                let Some(cut) = envelope(&whole, &[], room) else {
                    assert!(room < 60, "{room} bytes are enough for the mark");
                    continue;
                };
                let used = cut.payload.len();
                assert!(
                    used <= room && cut.properties.is_empty(),
                    "{used} of {room}"
                );
                let json = String::from_utf8(cut.payload).expect("it is text");
                let json: serde_json::Value = serde_json::from_str(&json).expect(&json);
                assert_eq!(json["truncated"], payload.len(), "{room}");
                let head = match json.get("payload") {
                    Some(head) => head.as_str().expect("text").as_bytes().to_vec(),
                    None => decoded(json["payload_base64"].as_str().expect("text")),
                };
                assert!(payload.starts_with(&head), "{room}");
                longest = longest.max(head.len());
                let facts = ["reason", "message"].map(|name| json.get(name).is_some());
                assert!(facts[0] || !facts[1], "the wordy one goes first");
                if room > 300 {
                    assert!(
                        facts[1] && used + 8 > room.min(whole.len()),
                        "{used} of {room}"
                    );
                }
            }
            assert_eq!(longest, payload.len(), "all of it fits at the end");
        }
    }

    fn decoded(base64: &str) -> Vec<u8> {
        const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
        for letter in base64.trim_end_matches('=').chars() {
            let value = ALPHABET.find(letter).expect("a letter of Base64");
            bits = bits << 6 | u32::try_from(value).expect("six bits");
            count += 6;
            if count >= 8 {
                count -= 8;
                bytes.push(u8::try_from(bits >> count & 255).expect("eight bits"));
            }
        }
        bytes
    }

    #[test]
    fn raw_ones_are_cut_to_any_size() {
        let payload = [b'x'; 500];
        let mut properties = Vec::new();
        for (name, value) in [
            ("reason", "syntax"),
            ("message", &*"m".repeat(90)),
            ("table", "t"),
        ] {
            property::push_user_property(&mut properties, name, value);
        }
        for room in 0..800 {
            let cut = raw(&payload, &properties, room).expect("there is always something left");
            let used = cut.payload.len() + cut.properties.len();
            assert!(
                used <= room && cut.payload.len() * 2 + 50 >= room.min(1_000),
                "{room}"
            );
            assert_eq!(property::check_publish(&cut.properties), Ok(()));
            let has = |name| {
                let mut facts = property::split_all(&cut.properties);
                facts.any(|fact| property::is_user_property(fact, name))
            };
            assert_eq!(has("truncated"), room >= 17, "{room}");
            // The facts take 17 + 102 + 11 bytes, and the mark 17.
            assert_eq!(has("message"), room >= 2 * (130 + 17), "{room}");
            let bare = raw(&payload, &[], room).expect("there is always something left");
            assert_eq!(bare.payload.len(), room.min(500));
            assert!(bare.properties.is_empty());
        }
    }
}
