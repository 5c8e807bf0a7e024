//! Walking along the tokens of one statement: looking, taking, skipping.

use super::report::{Unsupported, single_quoted};
use super::tokens::{Kind, Token};
use crate::diagnostics::{Diagnostic, nearest};
use crate::ir::ast::{Name, Text};
use crate::ir::reserved::is_reserved;
use crate::source::{SourceFile, Span};

/// A result, or the mistake that ends the statement (or the list entry that it stands in).
pub(super) type Parsed<T> = Result<T, Diagnostic>;

/// Where in a statement the parser is, and what there is to say about it so far.
pub(super) struct Parser<'a> {
    pub(super) source: &'a SourceFile,
    /// The last one is [`Kind::End`].
    tokens: &'a [Token],
    at: usize,
    /// Levels of expression that are open.
    pub(super) nesting: usize,
    /// Types that are open.
    pub(super) structs: usize,
    /// Whether the first half of a `>>` has closed a STRUCT type.
    pub(super) half_closed: bool,
    /// Queries that are open.
    pub(super) queries: usize,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) unsupported: Vec<Unsupported>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(source: &'a SourceFile, tokens: &'a [Token]) -> Self {
        Self {
            source,
            tokens,
            at: 0,
            nesting: 0,
            queries: 0,
            structs: 0,
            half_closed: false,
            diagnostics: Vec::new(),
            unsupported: Vec::new(),
        }
    }

    /// The next token.
    pub(super) fn peek(&self) -> &'a Token {
        self.peek_at(0)
    }

    /// The token `ahead` places behind the next one.
    pub(super) fn peek_at(&self, ahead: usize) -> &'a Token {
        let at = (self.at + ahead).min(self.tokens.len() - 1);
        &self.tokens[at]
    }

    /// Takes the next token; the end is never passed.
    pub(super) fn advance(&mut self) -> &'a Token {
        let token = self.peek();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    /// Takes the next token, for its text.
    pub(super) fn advance_slice(&mut self) -> &'a str {
        let token = self.advance();
        self.slice(token)
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn at_end(&self) -> bool {
        matches!(self.peek().kind, Kind::End)
    }

    /// The source under `token`.
    pub(super) fn slice(&self, token: &Token) -> &'a str {
        self.source.slice(token.span)
    }

    /// The token before the next one.
    pub(super) fn previous_span(&self) -> Span {
        self.tokens[self.at.saturating_sub(1)].span
    }

    /// From `start` to the last token taken.
    pub(super) fn since(&self, start: Span) -> Span {
        start.to(self.previous_span())
    }

    // Keywords and symbols

    pub(super) fn is_keyword(&self, keyword: &str) -> bool {
        self.is_keyword_at(0, keyword)
    }

    pub(super) fn is_keyword_at(&self, ahead: usize, keyword: &str) -> bool {
        let token = self.peek_at(ahead);
        matches!(token.kind, Kind::Word) && self.slice(token).eq_ignore_ascii_case(keyword)
    }

    pub(super) fn is_any_keyword(&self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.is_keyword(keyword))
    }

    /// Whether the next tokens are these words, such as `NOT NULL`.
    pub(super) fn is_phrase(&self, phrase: &str) -> bool {
        let mut words = phrase.split(' ').enumerate();
        words.all(|(ahead, word)| self.is_keyword_at(ahead, word))
    }

    pub(super) fn accept_keyword(&mut self, keyword: &str) -> bool {
        let found = self.is_keyword(keyword);
        if found {
            self.advance();
        }
        found
    }

    /// Takes the words of `phrase` if all of them come next.
    pub(super) fn accept_phrase(&mut self, phrase: &str) -> bool {
        let found = self.is_phrase(phrase);
        if found {
            phrase.split(' ').for_each(|_| {
                self.advance();
            });
        }
        found
    }

    pub(super) fn expect_keyword(&mut self, keyword: &str) -> Parsed<()> {
        if self.accept_keyword(keyword) {
            return Ok(());
        }
        let mut error = self.expected(&format!("`{keyword}`"));
        if matches!(self.peek().kind, Kind::Word)
            && nearest(self.slice(self.peek()), [keyword]).is_some()
        {
            error = error.help(format!("did you mean `{keyword}`?"));
        }
        Err(error)
    }

    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        self.is_symbol_at(0, symbol)
    }

    pub(super) fn is_symbol_at(&self, ahead: usize, symbol: &str) -> bool {
        let token = self.peek_at(ahead);
        matches!(token.kind, Kind::Symbol) && self.slice(token) == symbol
    }

    pub(super) fn accept_symbol(&mut self, symbol: &str) -> bool {
        let found = self.is_symbol(symbol);
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn expect_symbol(&mut self, symbol: &str) -> Parsed<Span> {
        if self.is_symbol(symbol) {
            return Ok(self.advance().span);
        }
        Err(self.expected(&format!("`{symbol}`")))
    }

    /// The bracket that closes the one at `opening`.
    pub(super) fn expect_closing(&mut self, symbol: &str, opening: Span) -> Parsed<Span> {
        if self.is_symbol(symbol) {
            return Ok(self.advance().span);
        }
        let error = self.expected(&format!("`{symbol}`"));
        Err(error.context(opening, "to close this one"))
    }

    /// Takes the `)` of values between commas that began at `opening`.
    pub(super) fn expect_end_of_list(&mut self, opening: Span) -> Parsed<Span> {
        let next = self.peek();
        let is_value = match next.kind {
            Kind::Quoted(_) | Kind::Text(_) | Kind::Number => true,
            Kind::Word => !is_reserved(self.slice(next)),
            Kind::Symbol | Kind::Invalid(_) | Kind::End => false,
        };
        let ending = self.expect_closing(")", opening);
        if is_value {
            return ending.map_err(|error| error.help("perhaps a comma is missing before it"));
        }
        ending
    }

    /// Whether `...` comes next, which the tokenizer sees as three full stops.
    pub(super) fn is_ellipsis(&self) -> bool {
        (0..3).all(|ahead| self.is_symbol_at(ahead, "."))
    }

    /// Takes `...`.
    pub(super) fn take_ellipsis(&mut self) -> Span {
        let start = self.advance().span;
        self.advance();
        self.advance();
        self.since(start)
    }

    // Names and texts

    /// A name that is not a reserved word; `what` says whose, such as `a table name`.
    pub(super) fn name(&mut self, what: &str) -> Parsed<Name> {
        let token = self.peek();
        if matches!(token.kind, Kind::Word) && is_reserved(self.slice(token)) {
            let word = self.slice(token);
            let error = self.expected(what);
            return Err(error.help(format!(
                "`{word}` is a reserved word: as a name it stands in double quotes, `\"{word}\"`"
            )));
        }
        self.any_name(what)
    }

    /// A name, reserved or not.
    pub(super) fn any_name(&mut self, what: &str) -> Parsed<Name> {
        let token = self.peek();
        let (text, quoted) = match &token.kind {
            Kind::Word => (self.slice(token).to_owned(), false),
            Kind::Quoted(text) => (text.clone(), true),
            Kind::Text(_) => {
                let error = self.expected(what);
                return Err(error
                    .help("single quotes make a text; a name stands in double quotes or in none"));
            }
            Kind::Number | Kind::Symbol | Kind::Invalid(_) | Kind::End => {
                return Err(self.expected(what));
            }
        };
        self.advance();
        Ok(Name {
            text,
            quoted,
            span: token.span,
        })
    }

    /// Whether a name that is no reserved word comes next.
    pub(super) fn is_name(&self) -> bool {
        let token = self.peek();
        match token.kind {
            Kind::Word => !is_reserved(self.slice(token)),
            Kind::Quoted(_) => true,
            Kind::Text(_) | Kind::Number | Kind::Symbol | Kind::Invalid(_) | Kind::End => false,
        }
    }

    /// A text in single quotes.
    pub(super) fn text(&mut self, what: &str) -> Parsed<Text> {
        let token = self.peek();
        match &token.kind {
            Kind::Text(value) => {
                self.advance();
                Ok(Text {
                    value: value.clone(),
                    span: token.span,
                })
            }
            Kind::Quoted(value) => {
                let error = self.expected(what);
                Err(error.help(format!(
                    "double quotes make a name; write {} for a text",
                    single_quoted(value)
                )))
            }
            Kind::Word | Kind::Number | Kind::Symbol | Kind::Invalid(_) | Kind::End => {
                Err(self.expected(what))
            }
        }
    }

    /// `(a, b)`, where it comes next; `what` says what its names are.
    pub(super) fn name_list(&mut self, what: &str) -> Parsed<Vec<Name>> {
        let mut names = Vec::new();
        if !self.is_symbol("(") {
            return Ok(names);
        }
        let opening = self.advance().span;
        loop {
            names.push(self.name(what)?);
            if !self.accept_symbol(",") {
                break;
            }
        }
        self.expect_closing(")", opening)?;
        Ok(names)
    }

    // Skipping

    /// Takes a bracket and everything up to the one that closes it.
    pub(super) fn skip_brackets(&mut self) -> Span {
        let start = self.peek().span;
        self.skip_brackets_with_comma();
        self.since(start)
    }

    /// The same; whether there are several entries in the bracket.
    pub(super) fn skip_brackets_with_comma(&mut self) -> bool {
        let (mut depth, mut several) = (0_usize, false);
        while !self.at_end() {
            match self.advance_slice() {
                "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                "," if depth == 1 => several = true,
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        several
    }

    /// Goes on to the comma or bracket that ends the list entry at `start`, from wherever in it a
    /// mistake was found.
    pub(super) fn skip_entry(&mut self, start: usize) {
        let found = self.at;
        self.at = start;
        let mut depth = 0_usize;
        while !self.at_end() {
            let token = self.slice(self.peek());
            if self.at >= found && depth == 0 && matches!(token, "," | ")") {
                break;
            }
            match token {
                "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Goes on to the first token outside brackets that `stop` accepts, to a closing bracket, or
    /// to the end.
    pub(super) fn skip_until(&mut self, stop: impl Fn(&Self) -> bool) {
        while !self.at_end() && !self.is_symbol(")") && !stop(self) {
            if self.is_symbol("(") || self.is_symbol("[") {
                self.skip_brackets();
            } else {
                self.advance();
            }
        }
    }
}
