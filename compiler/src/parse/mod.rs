//! Text to syntax tree.
//!
//! A tokenizer reads the text ([`lexer`], [`tokens`]); everything above is a recursive-descent
//! parser of our own over its tokens. A grammar of our own costs little, since most of SQL is
//! refused at first anyway, and it buys exact places for every node and messages that name what a
//! streaming pipeline expects.
//!
//! Nothing is ignored: what the syntax tree has no node for is reported as not supported. A `;`
//! always ends a statement, whatever brackets are open, so that one broken statement hides no
//! mistakes of the next.

mod cursor;
mod data_type;
mod expression;
mod from;
mod lexer;
mod operators;
mod options;
mod primary;
mod quantified;
mod query;
mod report;
mod select;
mod slips;
mod special_call;
mod statement;
mod table;
#[cfg(test)]
mod tests;
mod tokens;
mod ways_out;

use crate::diagnostics::{Diagnostic, Diagnostics, code};
use crate::ir::ast::{Name, Script};
use crate::source::{SourceFile, Span};
use cursor::Parser;
use tokens::{Kind, Token};

/// Parses `source`; what does not parse is reported and left out.
pub fn parse(source: &SourceFile, diagnostics: &mut Diagnostics) -> Script {
    let tokens = tokens::tokenize(source);
    let mut script = Script::default();
    let mut empty = true;
    for statement in tokens.split_inclusive(|token| matches!(token.kind, Kind::End)) {
        if statement.len() > 1 {
            empty = false;
            parse_statements(source, statement, &mut script, diagnostics);
        }
    }
    if empty {
        diagnostics.push(
            Diagnostic::new(code::EMPTY, "the file holds no statement", Span::default())
                .help("a pipeline has at least a CREATE TABLE to read from, and a query on it"),
        );
    }
    script
}

/// Parses what stands before one `;`: one statement, or several where a `;` is missing.
fn parse_statements(
    source: &SourceFile,
    tokens: &[Token],
    script: &mut Script,
    diagnostics: &mut Diagnostics,
) {
    if report_invalid(tokens, diagnostics) {
        script.broken.extend(defined_name(source, tokens));
        return;
    }
    let mut parser = Parser::new(source, tokens);
    while !parser.at_end() {
        let start = parser.position();
        let parsed = parser.statement().and_then(|statement| {
            parser.end_statement()?;
            Ok(statement)
        });
        let complete = parser.is_complete();
        let mut reported = parser.take_diagnostics();
        match parsed {
            Ok(statement) if complete => script.statements.push(statement),
            Ok(_) => script.broken.extend(defined_name(source, &tokens[start..])),
            Err(error) => {
                reported.push(error);
                parser.skip_to_statement(start);
                script.broken.extend(defined_name(source, &tokens[start..]));
            }
        }
        for diagnostic in reported {
            diagnostics.push(diagnostic);
        }
    }
}

/// Reports the invalid tokens of a statement, those of one kind together. Whether there are any:
/// parsing around them would only give errors that follow from them.
fn report_invalid(tokens: &[Token], diagnostics: &mut Diagnostics) -> bool {
    let mut reported: Vec<Diagnostic> = Vec::new();
    for token in tokens {
        let Kind::Invalid(diagnostic) = &token.kind else {
            continue;
        };
        match reported
            .iter_mut()
            .find(|d| d.message == diagnostic.message)
        {
            Some(same) if same.labels.len() >= report::MAX_PLACES => {}
            Some(same) => *same = same.clone().also(token.span, ""),
            None => reported.push((**diagnostic).clone()),
        }
    }
    let any = !reported.is_empty();
    for diagnostic in reported {
        diagnostics.push(diagnostic);
    }
    any
}

/// The name that the statement at the start of `tokens` would have defined.
fn defined_name(source: &SourceFile, tokens: &[Token]) -> Option<Name> {
    /// `CREATE OR REPLACE TEMPORARY TABLE` and the like.
    const MAX_WORDS_BEFORE_NOUN: usize = 5;
    let is = |token: &Token, word: &str| {
        matches!(token.kind, Kind::Word) && source.slice(token.span).eq_ignore_ascii_case(word)
    };
    let invalid = tokens
        .iter()
        .take_while(|token| matches!(token.kind, Kind::Invalid(_)));
    let tokens = &tokens[invalid.count()..];
    let is_noun = |token: &Token| {
        ["TABLE", "VIEW", "CONNECTION"]
            .iter()
            .any(|noun| is(token, noun))
    };
    if !is(tokens.first()?, "CREATE") {
        return None;
    }
    let noun = tokens
        .iter()
        .take(MAX_WORDS_BEFORE_NOUN)
        .position(is_noun)?;
    let mut behind = tokens[noun + 1..]
        .iter()
        .skip_while(|token| ["IF", "NOT", "EXISTS"].iter().any(|word| is(token, word)));
    let token = behind.next()?;
    let (text, quoted) = match &token.kind {
        Kind::Word => (source.slice(token.span).to_owned(), false),
        Kind::Quoted(text) => (text.clone(), true),
        Kind::Text(_) | Kind::Number | Kind::Symbol | Kind::Invalid(_) | Kind::End => return None,
    };
    Some(Name {
        text,
        quoted,
        span: token.span,
    })
}
