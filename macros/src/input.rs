//! What stands in the macro's parentheses: `pub mod name = "literal"`, or the literal alone.

use crate::literal;
use proc_macro::{Delimiter, Literal, Span, TokenStream, TokenTree};

/// What a macro was given.
pub(crate) struct Input {
    /// What stands before the module's name: its visibility.
    pub(crate) visibility: TokenStream,
    /// The module's name; None: what the SQL is called.
    pub(crate) name: Option<String>,
    /// What the literal says.
    pub(crate) text: String,
    /// Where it stands.
    pub(crate) span: Span,
}

/// A mistake in the use of a macro, and its place.
pub(crate) struct Misuse {
    pub(crate) message: String,
    pub(crate) span: Span,
}

/// Reads the tokens of `name!(…)`.
pub(crate) fn parse(tokens: TokenStream, name: &str) -> Result<Input, Misuse> {
    let mut flat = Vec::new();
    flatten(tokens, &mut flat);
    let mut tokens = flat.into_iter().peekable();
    let mut visibility = Vec::new();
    if let Some(public) = tokens.next_if(|token| is_word(token, "pub")) {
        visibility.push(public);
        visibility.extend(tokens.next_if(is_scope));
    }
    let mut module = None;
    if tokens.next_if(|token| is_word(token, "mod")).is_some() {
        module = match tokens.next() {
            Some(TokenTree::Ident(ident)) => Some(ident.to_string()),
            other => return Err(misuse(other, name)),
        };
        match tokens.next() {
            Some(TokenTree::Punct(sign)) if sign.as_char() == '=' => {}
            other => return Err(misuse(other, name)),
        }
    } else if !visibility.is_empty() {
        return Err(misuse(tokens.next(), name));
    }
    let (text, span) = match tokens.next() {
        Some(TokenTree::Literal(literal)) => string(&literal, name)?,
        other => return Err(misuse(other, name)),
    };
    match tokens.next() {
        Some(TokenTree::Punct(comma)) if comma.as_char() == ',' && tokens.peek().is_none() => {}
        None => {}
        other => return Err(misuse(other, name)),
    }
    Ok(Input {
        visibility: visibility.into_iter().collect(),
        name: module,
        text,
        span,
    })
}

/// The tokens without the groups that nobody sees: what another macro hands on, be it a visibility
/// or a literal, stands in such ones.
fn flatten(tokens: TokenStream, flat: &mut Vec<TokenTree>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                flatten(group.stream(), flat);
            }
            other => flat.push(other),
        }
    }
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident.to_string() == word)
}

/// `(crate)` and its like.
fn is_scope(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis)
}

fn string(literal: &Literal, name: &str) -> Result<(String, Span), Misuse> {
    match literal::text(&literal.to_string()) {
        Some(text) => Ok((text, literal.span())),
        None => Err(misuse(Some(TokenTree::Literal(literal.clone())), name)),
    }
}

fn misuse(token: Option<TokenTree>, name: &str) -> Misuse {
    let example = match name {
        "sql" => "sql!(mod alerts = \"CREATE TABLE …\")",
        _ => "include_sql!(\"pipeline.sql\") or include_sql!(mod alerts = \"sql/alerts.sql\")",
    };
    Misuse {
        message: format!("a string literal is expected, with a module's name if wanted: {example}"),
        span: token.map_or_else(Span::call_site, |token| token.span()),
    }
}
