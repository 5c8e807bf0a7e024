//! Lexemes by sqlparser's tokenizer. The only file that names sqlparser; its lines and columns
//! become byte offsets here.

use super::{Lexed, Lexeme, continues_name, starts_name};
use crate::source::Span;
use sqlparser::dialect::Dialect;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};
use std::str::Chars;

/// The lexemes of `text[from..]`.
pub(crate) fn lex(text: &str, from: usize) -> Lexed {
    let part = &text[from..];
    let mut tokens = Vec::new();
    let is_complete = Tokenizer::new(&Laminar, part)
        .tokenize_with_location_into_buf(&mut tokens)
        .is_ok();
    let mut place = Place::new(part);
    let mut lexemes = Vec::new();
    for TokenWithSpan { token, span } in tokens {
        let start = from + place.advance(span.start);
        let span = Span::new(start..from + place.advance(span.end));
        lexemes.extend(lexeme(token).map(|lexeme| (lexeme, span)));
    }
    Lexed {
        lexemes,
        end: from + place.at,
        is_complete,
    }
}

/// The lexical side of the dialect: `PostgreSQL`'s names and nested comments, and none of the other
/// systems' quoting.
#[derive(Debug)]
struct Laminar;

impl Dialect for Laminar {
    fn is_delimited_identifier_start(&self, c: char) -> bool {
        c == '"'
    }

    fn is_identifier_start(&self, c: char) -> bool {
        starts_name(c)
    }

    fn is_identifier_part(&self, c: char) -> bool {
        continues_name(c)
    }

    fn supports_nested_comments(&self) -> bool {
        true
    }

    /// Keeps `$` from opening a string that swallows the rest of the file.
    fn supports_dollar_placeholder(&self) -> bool {
        true
    }
}

/// Turns the tokenizer's lines and columns into byte offsets by walking along, which stays linear
/// however long a line is.
struct Place<'a> {
    rest: Chars<'a>,
    location: Location,
    at: usize,
}

impl<'a> Place<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            rest: text.chars(),
            location: Location::new(1, 1),
            at: 0,
        }
    }

    /// The offset of `target`, which is not before the last one asked for.
    fn advance(&mut self, target: Location) -> usize {
        while self.location < target {
            let Some(c) = self.rest.next() else { break };
            self.at += c.len_utf8();
            self.location = if c == '\n' {
                Location::new(self.location.line + 1, 1)
            } else {
                Location::new(self.location.line, self.location.column + 1)
            };
        }
        self.at
    }
}

/// What the tokenizer's token is here; None for white space and comments. With this dialect it
/// gives none of the other systems' strings.
fn lexeme(token: Token) -> Option<Lexeme> {
    Some(match token {
        Token::Whitespace(_) => return None,
        Token::SemiColon | Token::EOF => Lexeme::End,
        Token::Word(word) if word.quote_style.is_none() => Lexeme::Word,
        Token::Word(word) => Lexeme::Quoted(word.value),
        Token::SingleQuotedString(text) => Lexeme::Text(text),
        Token::Number(_, false) => Lexeme::Number,
        Token::Number(_, true) => Lexeme::LongNumber,
        Token::Char(c) => Lexeme::Stray(c),
        Token::NationalStringLiteral(_) => Lexeme::National,
        Token::HexStringLiteral(_) => Lexeme::Hexadecimal,
        Token::Placeholder(_) => Lexeme::Placeholder,
        _ => Lexeme::Symbol,
    })
}
