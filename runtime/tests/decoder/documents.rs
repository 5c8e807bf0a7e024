//! Random documents of every form: what no device would send.

use crate::random::Random;
use crate::tables::Step;
use std::fmt::Write;

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
