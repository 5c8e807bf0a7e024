//! Lexemes by a scanner of our own. What they are is sqlparser's decision, down to its oddities:
//! see [`super::reference`].

use super::{Lexed, Lexeme, continues_name, starts_name};
use crate::source::Span;

/// Operators and punctuation; of those that fit, the longest is meant. A `.` may also begin a
/// number, and is looked for there.
const SYMBOLS: &[&str] = &[
    "!~~*", "->>", "||/", "!~*", "!~~", "<=>", "~~*", "#>>", "->", "|/", "||", "=>", "==", "!=",
    "!!", "!~", "<=", "<>", "<<", "<@", ">=", ">>", "::", ":=", "&&", "^@", "~*", "~~", "#-", "#>",
    "@>", "@?", "@@", "(", ")", ",", "-", "/", "+", "*", "%", "|", "=", "!", "<", ">", ":", "\\",
    "[", "]", "&", "^", "{", "}", "~", "#", "@",
];

/// The lexemes of `text[from..]`.
pub(crate) fn lex(text: &str, from: usize) -> Lexed {
    let mut lexemes = Vec::new();
    let mut at = from;
    let mut is_behind_word = false;
    let is_complete = loop {
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else {
            break true;
        };
        let Some((lexeme, length)) = next(rest, first, is_behind_word) else {
            break false;
        };
        is_behind_word = matches!(lexeme, Some(Lexeme::Word | Lexeme::Quoted(_)));
        let span = Span::new(at..at + length);
        lexemes.extend(lexeme.map(|lexeme| (lexeme, span)));
        at += length;
    };
    Lexed {
        lexemes,
        end: at,
        is_complete,
    }
}

/// What `rest` begins with, of which `first` is the first character, and its length in bytes: a
/// lexeme, or None for white space and comments. No answer where it has no end.
fn next(rest: &str, first: char, is_behind_word: bool) -> Option<(Option<Lexeme>, usize)> {
    let of = |lexeme, length| Some((Some(lexeme), length));
    match first {
        ' ' | '\t' | '\n' | '\r' => Some((None, 1)),
        '-' if rest.starts_with("--") => Some((None, rest.find('\n').unwrap_or(rest.len()))),
        '/' if rest.starts_with("/*") => Some((None, comment(rest)?)),
        '\'' => quoted(rest, '\'').map(|(text, length)| (Some(Lexeme::Text(text)), length)),
        '"' => quoted(rest, '"').map(|(name, length)| (Some(Lexeme::Quoted(name)), length)),
        'N' | 'n' if rest[1..].starts_with('\'') => {
            of(Lexeme::National, 1 + quoted(&rest[1..], '\'')?.1)
        }
        'X' | 'x' if rest[1..].starts_with('\'') => of(Lexeme::Hexadecimal, 1 + bytes(&rest[1..])?),
        '.' if rest.starts_with("._") => is_behind_word.then_some((Some(Lexeme::Symbol), 1)),
        '0'..='9' | '.' => {
            let (lexeme, length) = number(rest);
            of(lexeme, length)
        }
        ';' => of(Lexeme::End, 1),
        '?' => of(Lexeme::Placeholder, 1 + run(&rest[1..], char::is_numeric)),
        '$' => of(Lexeme::Placeholder, 1 + run(&rest[1..], continues_name)),
        c if starts_name(c) => of(Lexeme::Word, run(rest, continues_name)),
        c => Some(
            match SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
                Some(symbol) => (Some(Lexeme::Symbol), symbol.len()),
                None if c.is_whitespace() => (None, c.len_utf8()),
                None => (Some(Lexeme::Stray(c)), c.len_utf8()),
            },
        ),
    }
}

/// The length of what `text` begins with and is such characters.
fn run(text: &str, is_such: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_such(c)).unwrap_or(text.len())
}

/// The length of the comment at the start of `text`; comments within it have their own ends.
fn comment(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (1, 2);
    while depth > 0 {
        let (change, length) = match bytes.get(at..)? {
            [b'/', b'*', ..] => (1, 2),
            [b'*', b'/', ..] => (-1, 2),
            [_, ..] => (0, 1),
            [] => return None,
        };
        depth += change;
        at += length;
    }
    Some(at)
}

/// The content of what stands in quotes at the start of `text`, and the length of it all. A quote
/// that is written twice is one of the content.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut content = String::new();
    let mut at = 1;
    loop {
        let length = text[at..].find(quote)?;
        content.push_str(&text[at..at + length]);
        at += length + 1;
        if !text[at..].starts_with(quote) {
            return Some((content, at));
        }
        content.push(quote);
        at += 1;
    }
}

/// The length of a text in quotes in which a backslash takes away what the next character means.
fn bytes(text: &str) -> Option<usize> {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '\'' if chars.next_if(|(_, next)| *next == '\'').is_some() => {}
            '\'' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The number at the start of `text`, or a point alone.
fn number(text: &str) -> (Lexeme, usize) {
    let digits = |at: usize| at + run(&text[at..], |c| c.is_ascii_digit());
    let is = |at: usize, wanted: &[u8]| {
        text.as_bytes()
            .get(at)
            .is_some_and(|byte| wanted.contains(byte))
    };
    let whole = digits(0);
    if whole == 1 && text.starts_with("0x") {
        let length = 2 + run(&text[2..], |c| c.is_ascii_hexdigit());
        return (Lexeme::Hexadecimal, length);
    }
    let mut end = if is(whole, b".") {
        digits(whole + 1)
    } else {
        whole
    };
    if &text[..end] == "." {
        return (Lexeme::Symbol, 1);
    }
    if is(end, b"eE") {
        let power = end + 1 + usize::from(is(end + 1, b"+-"));
        if is(power, b"0123456789") {
            end = digits(power);
        }
    }
    if is(end, b"L") {
        (Lexeme::LongNumber, end + 1)
    } else {
        (Lexeme::Number, end)
    }
}
