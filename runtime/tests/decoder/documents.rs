//! Random messages, and ways to damage them.

use crate::tables::Step;
use std::fmt::Write;

/// A small generator of random numbers: the same ones in every run.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }

    fn pick<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "7",
    "-12",
    "1234567890123456789",
    "18446744073709551616",
    "0.5",
    "-0.001",
    "21.50",
    "1e5",
    "1E+05",
    "2.5e-10",
    "123.456789012345678901",
    "1e999",
    "9007199254740993",
    "0.000000000000000000000000000001",
    "99999999",
];

const STRINGS: &[&str] = &[
    r#""""#,
    r#""a""#,
    r#""sensor-17""#,
    r#""exactly8""#,
    r#""a longer text of some words""#,
    r#""Küche""#,
    r#""日本語 😀""#,
    r#""\n\t\"\\\/""#,
    r#""\u00e4\u20ac""#,
    r#""\ud83d\ude00""#,
    r#""\ud83d""#,
    r#""\udc00x""#,
    r#""{[,:]}""#,
    r#""2026-01-02T03:04:05.678Z""#,
    r#""true""#,
];

const SPACES: &[&str] = &["", "", "", "", " ", "  ", "\n", "\r\n\t ", "            "];

/// Keys that no table asks for.
const OTHER_KEYS: &[&str] = &[
    "unknown", "", "pos.lat", "i", "idx", "0", "\\u0069e", "\\ud800",
];

/// A valid message with keys of `paths` and others, in any order and with duplicates.
pub fn message(random: &mut Random, paths: &[Vec<Step>]) -> Vec<u8> {
    let mut out = String::new();
    let keys: Vec<&str> = paths
        .iter()
        .flatten()
        .filter_map(|step| match step {
            Step::Key(key) => Some(*key),
            Step::Index(_) => None,
        })
        .collect();
    if random.below(30) == 0 {
        value(random, &keys, 3, &mut out);
    } else {
        object(random, &keys, 3, &mut out);
    }
    space(random, &mut out);
    out.into_bytes()
}

fn object(random: &mut Random, keys: &[&str], depth: usize, out: &mut String) {
    members(random, '{', '}', out, |random, out| {
        key(random, keys, out);
        space(random, out);
        out.push(':');
        value(random, keys, depth - 1, out);
    });
}

fn members(
    random: &mut Random,
    open: char,
    close: char,
    out: &mut String,
    mut member: impl FnMut(&mut Random, &mut String),
) {
    space(random, out);
    out.push(open);
    for index in 0..random.below(7) {
        if index > 0 {
            out.push(',');
        }
        space(random, out);
        member(random, out);
        space(random, out);
    }
    out.push(close);
}

fn key(random: &mut Random, keys: &[&str], out: &mut String) {
    out.push('"');
    if keys.is_empty() || random.below(5) == 0 {
        out.push_str(random.pick(OTHER_KEYS));
    } else {
        let escaped = random.below(6) == 0;
        for character in random.pick(keys).chars() {
            if escaped && random.below(2) == 0 || matches!(character, '"' | '\\') {
                write!(out, "\\u{:04x}", u32::from(character)).expect("a string grows");
            } else {
                out.push(character);
            }
        }
    }
    out.push('"');
}

fn value(random: &mut Random, keys: &[&str], depth: usize, out: &mut String) {
    space(random, out);
    match random.below(if depth == 0 { 7 } else { 10 }) {
        0 => out.push_str("null"),
        1 => out.push_str("true"),
        2 => out.push_str("false"),
        3 | 4 => out.push_str(random.pick(NUMBERS)),
        5 | 6 => out.push_str(random.pick(STRINGS)),
        7 => members(random, '[', ']', out, |random, out| {
            value(random, keys, depth - 1, out);
        }),
        _ => object(random, keys, depth, out),
    }
}

fn space(random: &mut Random, out: &mut String) {
    out.push_str(random.pick(SPACES));
}

/// A message in the order that the flat table declares.
pub fn straight_message(random: &mut Random) -> Vec<u8> {
    let mut number = |all: &[&'static str]| match random.below(8) {
        0 => "null",
        _ => random.pick(all),
    };
    let (device, time, unit) = (number(STRINGS), number(STRINGS), number(STRINGS));
    let (value, level) = (number(NUMBERS), number(NUMBERS));
    let (ready, ok) = (number(&["true", "false"]), number(&["true", "false"]));
    format!(
        "{{\"device\":{device},\"time\":{time},\"value\":{value},\"unit\":{unit},\
         \"level\":{level},\"ready\":{ready},\"ok\":{ok}}}"
    )
    .into_bytes()
}

/// Pieces that damage a message, or turn it into another valid one.
const PIECES: &[&[u8]] = &[
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"0",
    b"1",
    b"-",
    b"+",
    b".",
    b"e",
    b"E",
    b" ",
    b"\n",
    b"\t",
    b"\r",
    b"\x0c",
    b"\x00",
    b"\x1f",
    b"\x7f",
    b"\x80",
    b"\xbf",
    b"\xc3",
    b"\xc3\xa4",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x98\x80",
    b"\xff",
    b"\xef\xbb\xbf",
    b"null",
    b"true",
    b"false",
    b"nul",
    b"[]",
    b"{}",
    b"[[]]",
    b"\"\":",
    b",\"id\":1",
    b"\"pos\":{\"lat\":2},",
    b"\\u0041",
    b"\\ud800",
    b"\\u12",
    b"\\x",
    b"//",
    b"/**/",
    b"1e5",
    b"00",
    b"'",
    b"NaN",
];

/// Changes one thing.
pub fn mutate(random: &mut Random, payload: &mut Vec<u8>) {
    let at = random.below(payload.len() + 1);
    let piece = random.pick(PIECES);
    match random.below(6) {
        0 => payload.truncate(at),
        1 => drop(payload.splice(at..at, piece.iter().copied())),
        2 if at < payload.len() => payload[at] ^= 1 << random.below(8),
        3 if at < payload.len() => payload[at] = piece[0],
        4 => {
            let end = payload.len().min(at + random.below(8));
            payload.drain(at..end);
        }
        _ => {
            // A stretch of the message once more, somewhere else.
            let end = payload.len().min(at + random.below(20));
            let stretch = payload[at..end].to_vec();
            let to = random.below(payload.len() + 1);
            payload.splice(to..to, stretch);
        }
    }
}
