//! Mutants that keep whole tokens.

use crate::json::tokens;
use crate::random::Random;
use std::ops::Range;

/// White space, and what looks like it.
const SPACES: &[&[u8]] = &[
    b" ",
    b"\t",
    b"\n",
    b"\r",
    b"  \r\n\t ",
    b"                                                                 ",
    b"\x0b",
    b"\x0c",
    b"\xc2\xa0",
    b"\xef\xbb\xbf",
];

/// What a token is replaced with.
const TOKENS: &[&[u8]] = &[
    b"{", b"}", b"[", b"]", b",", b":", b",,", b"},{", b"],[", b"{}", b"[]", b"null", b"true",
    b"falsey", b"nulls", b"\"\"", b"\"x\"", b"1", b"-", b"\"", b",\"", b"\":\"", b"\",\"",
];

/// Scalars of every form, valid or not.
pub const SCALARS: &[&[u8]] = &[
    b"0",
    b"-0",
    b"00",
    b"01",
    b"-01",
    b"-",
    b"--1",
    b"+1",
    b"1-",
    b"1+1",
    b"1-1",
    b".5",
    b"-.5",
    b"5.",
    b"5.e1",
    b"1.2.3",
    b"1..2",
    b"0.0",
    b"-0.0",
    b"1e5",
    b"1E+5",
    b"1e-5",
    b"1e",
    b"1e+",
    b"1e5.5",
    b"1ee5",
    b"0e0",
    b"0x10",
    b"1_000",
    b"1 2",
    b"12345678",
    b"-1234567",
    b"123456789012345",
    b"-12345678901234",
    b"1234567890.12345",
    b"1234567890123456",
    b"-123456789012345",
    b"0.12345678901234",
    b"12345678901234567",
    b"12345678901234567890",
    b"1234567890123456789012345678901234567890",
    b"0.000000000000000000000000000000000000001",
    b"1e999",
    b"true",
    b"false",
    b"null",
    b"True",
    b"tru",
    b"truex",
    b"nullnull",
    b"fals",
    b"NaN",
    b"\"\"",
    b"\"a\"",
    b"\"1.5\"",
    b"\"\\n\"",
    b"\"\\\"\"",
    b"\"\\u00e4\"",
    b"\"\\ud83d\\ude00\"",
    b"\"\\ud83d\"",
    b"\"\\u12g4\"",
    b"\"\\x\"",
    b"\"\\\"",
    b"\"\xc3\xa4\"",
    b"\"\xf0\x9f\x98\x80\"",
    b"\"\xff\"",
    b"\"\xc3\"",
    b"\"\xed\xa0\x80\"",
    b"\"\xc0\x80\"",
    b"\"\xf4\x90\x80\x80\"",
    b"\"\x00\"",
    b"\"\x1f\"",
    b"\"\n\"",
    b"\"\t\"",
    b"\"\x7f\"",
    b"\"a\"b\"",
    b"\"a\",\"b\"",
    b"\"a\" \"b\"",
    b"'a'",
    b"\"{[,:]}\"",
    b"\"}\"",
    b"\"]\"",
    b"\",\"",
    b"\" \"",
    b"{}",
    b"[]",
    b"[1]",
    b"[1,2]",
    b"{\"a\":1}",
    b"{\"a\":1,\"b\":2}",
    b"[[[[[[]]]]]]",
    b"{\"a\":{\"a\":{\"a\":null}}}",
    b"[}",
    b"{]",
    b"{1}",
    b"[1:2]",
    b"",
];

/// All of them.
pub fn all(text: &[u8], random: &mut Random, each: &mut dyn FnMut(&[u8])) {
    let tokens = tokens(text);
    let mut put = |range: Range<usize>, with: &[u8]| {
        each(&[&text[..range.start], with, &text[range.end..]].concat());
    };
    for (number, token) in tokens.iter().enumerate() {
        for space in SPACES {
            put(token.start..token.start, space);
            put(token.end..token.end, space);
        }
        put(token.clone(), b"");
        for _ in 0..TOKENS.len() / 3 {
            put(token.clone(), random.pick(TOKENS));
        }
        let doubled = [&text[token.clone()], &text[token.clone()]].concat();
        put(token.clone(), &doubled);
        if let Some(next) = tokens.get(number + 1) {
            let swapped = [&text[next.clone()], &text[token.clone()]].concat();
            put(token.start..next.end, &swapped);
        }
        if !b"{}[]:,".contains(&text[token.start]) {
            for scalar in SCALARS {
                put(token.clone(), scalar);
            }
        }
        if let b"," | b":" = &text[token.clone()] {
            for with in [
                &b"},{"[..],
                b"],[",
                b"\",\"",
                b",,",
                b"},",
                b",{",
                b"}",
                b":",
                b" ",
            ] {
                put(token.clone(), with);
            }
        }
    }
    for levels in [2, 64, 126, 127, 128, 129, 1_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let token = &tokens[random.below(tokens.len())];
            let deep = [open.repeat(levels), "1".into(), close.repeat(levels)].concat();
            put(token.clone(), deep.as_bytes());
        }
    }
}

/// The beginning of one message and the end of the other, and a piece of the one in the other.
pub fn spliced(text: &[u8], other: &[u8], random: &mut Random, each: &mut dyn FnMut(&[u8])) {
    let (tokens, others) = (tokens(text), tokens(other));
    for (number, token) in tokens.iter().enumerate() {
        // at the same place of the other one, and anywhere
        let same = &others[number.min(others.len() - 1)];
        let any = &others[random.below(others.len())];
        for from in [same, any] {
            each(&[&text[..token.start], &other[from.start..]].concat());
            each(&[&text[..token.end], &other[from.end..]].concat());
            each(
                &[
                    &text[..token.start],
                    &other[from.clone()],
                    &text[token.end..],
                ]
                .concat(),
            );
        }
        let end = &others[random.below(others.len())];
        let piece = any.start.min(end.start)..any.end.max(end.end);
        each(
            &[
                &text[..token.start],
                &other[piece.clone()],
                &text[token.end..],
            ]
            .concat(),
        );
        each(&[&text[..token.start], &other[piece], &text[token.start..]].concat());
    }
}

/// A random one of those.
pub fn splice(text: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let (own, others) = (tokens(text), tokens(other));
    if own.is_empty() || others.is_empty() {
        return;
    }
    let token = own[random.below(own.len())].clone();
    let from = others[random.below(others.len())].clone();
    if random.once_in(2) {
        text.truncate(token.start);
        text.extend_from_slice(&other[from.start..]);
    } else {
        text.splice(token, other[from].iter().copied());
    }
}
