//! The scanner sees what sqlparser's tokenizer sees.

use super::{Lexed, reference, scan};

#[track_caller]
fn agree(text: &str) -> Lexed {
    let seen = scan::lex(text, 0);
    assert_eq!(seen, reference::lex(text, 0), "{text:?}");
    for (_, span) in &seen.lexemes {
        assert!(!text[span.range()].is_empty(), "{text:?}");
    }
    seen
}

/// What begins, ends or divides lexemes.
const PARTS: &[&str] = &[
    "'", "''", "\"", "\"\"", "'a'", "\"b\"", "--", "-- c\n", "/*", "*/", "/", "*", "\n", "\r",
    "\r\n", "\t", " ", "\u{a0}", "\u{2003}", "\u{85}", "a", "_", "n", "N", "N'", "n'", "x", "X'",
    "x'", "b'", "E'", "U&'", "u", "é", "ß", "日", "\u{301}", "²", "Ⅷ", "٣", "0", "0x", "0X", "1",
    "12", "9", "1.", ".", "..", ".5", "._", ".e", "e", "e5", "E+", "E-7", "e+", "L", "l", "$",
    "$$", "$1", "?", "??", "?1", "#", "#-", "#>", "##", "@", "@>", "@@", "@-", "!", "!!", "~",
    "~*", "~~", "=", "==", "=>", "<", "<=", "<=>", "<>", "<<", "<@", "<-", "<|", "<^", "<+", ">",
    ">=", ">>", ">^", "|", "||", "|/", "|>", "|&", "&", "&&", "&<", "&>", "^", "^@", "%", "+", "-",
    ":", "::", ":=", ";", ",", "(", ")", "[", "]", "{", "}", "\\", "\\'", "`", "‘", "…",
    "\u{feff}", "\0", "\u{7f}", "😀", "SELECT", "FROM",
];

/// A number below `end`, other ones each time, and the same ones in each run.
fn below(state: &mut u64, end: usize) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state >> 33).expect("31 bits fit") % end
}

#[test]
fn on_all_pairs_of_parts() {
    for first in PARTS {
        agree(first);
        for second in PARTS {
            agree(&format!("{first}{second}"));
            agree(&format!("a {first}{second}b"));
        }
    }
}

#[test]
fn on_random_texts() {
    let mut state = 0x9e37_79b9_7f4a_7c15;
    let mut complete = 0;
    for _ in 0..100_000 {
        let length = 1 + below(&mut state, 12);
        let text: String = (0..length)
            .map(|_| PARTS[below(&mut state, PARTS.len())])
            .collect();
        complete += usize::from(agree(&text).is_complete);
    }
    // texts of both kinds are among them
    assert!((20_000..80_000).contains(&complete), "{complete}");
}

#[test]
fn on_good_texts_and_on_what_is_left_of_them() {
    for text in super::super::tests::GOOD {
        assert!(agree(text).is_complete);
        let cuts = text.char_indices().map(|(at, _)| at);
        for at in cuts.step_by(7) {
            agree(&text[..at]);
            let rest = &text[at..];
            assert_eq!(scan::lex(text, at), reference::lex(text, at), "{rest:?}");
        }
    }
}

#[test]
fn what_has_no_end_is_where_it_stops() {
    let cases = [
        ("a 'b", 2, 1),
        ("a \"b", 2, 1),
        ("a /* /* */", 2, 1),
        ("a._b ._c", 5, 3),
        ("X'1\\'", 0, 0),
    ];
    for (text, end, count) in cases {
        let seen = agree(text);
        assert_eq!((seen.end, seen.is_complete), (end, false), "{text}");
        assert_eq!(seen.lexemes.len(), count, "{text}");
    }
}
