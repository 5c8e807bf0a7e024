//! Slips that turn the tokens behind them inside out: comments of other languages, which may hold
//! anything, and quotes within a text.

use super::tokens::{Kind, Token, invalid};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::reserved::is_reserved;
use crate::source::{SourceFile, Span};

/// Where a slip stands among the tokens, what stands there instead, and where to go on reading.
pub(super) struct Slip {
    pub(super) at: usize,
    pub(super) token: Token,
    pub(super) next: usize,
}

/// The first slip among the tokens from `from` on.
pub(super) fn first_slip(source: &SourceFile, tokens: &[Token], from: usize) -> Option<Slip> {
    (from..tokens.len())
        .find_map(|at| comment(source, tokens, at).or_else(|| quote(source, tokens, at)))
}

/// `# …` where no operator can stand, and `// …`.
fn comment(source: &SourceFile, tokens: &[Token], at: usize) -> Option<Slip> {
    let token = &tokens[at];
    if !matches!(token.kind, Kind::Symbol) {
        return None;
    }
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    let span = match source.slice(token.span) {
        "#" if before.is_none_or(|before| is_beginning(source, before)) => token.span,
        "/" => {
            let next = tokens.get(at + 1)?;
            let touches = next.span.start == token.span.end && source.slice(next.span) == "/";
            token.span.to(touches.then_some(next.span)?)
        }
        _ => return None,
    };
    let text = source.text();
    let next = text[span.range().end..].find('\n');
    let mark = source.slice(span);
    let diagnostic = Diagnostic::new(
        code::TOKEN,
        format!("a comment does not begin with `{mark}`"),
        span,
    )
    .help("write `--` in front of a comment, or `/*` and `*/` around it");
    Some(Slip {
        at,
        token: Token {
            kind: invalid(diagnostic),
            span,
        },
        next: next.map_or(text.len(), |length| span.range().end + length),
    })
}

/// Whether no operator can follow `token`.
fn is_beginning(source: &SourceFile, token: &Token) -> bool {
    match token.kind {
        Kind::End | Kind::Invalid(_) => true,
        Kind::Symbol => matches!(source.slice(token.span), "," | "("),
        Kind::Word | Kind::Quoted(_) | Kind::Text(_) | Kind::Number => false,
    }
}

/// `'it's'`: a text that ends in the middle of a word, with another quote on the same line.
fn quote(source: &SourceFile, tokens: &[Token], at: usize) -> Option<Slip> {
    let (text, word) = (&tokens[at], tokens.get(at + 1)?);
    let is_slip = matches!((&text.kind, &word.kind), (Kind::Text(_), Kind::Word))
        && text.span.end == word.span.start
        && !source.slice(text.span).contains('\n')
        && !is_reserved(source.slice(word.span));
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    let interval =
        before.is_some_and(|before| source.slice(before.span).eq_ignore_ascii_case("INTERVAL"));
    if !is_slip || interval {
        return None;
    }
    let line = source.text()[word.span.range().end..].lines().next()?;
    let end = word.span.range().end + line.find('\'')? + 1;
    let start = text.span.range().start;
    let quote = Span::new(text.span.range().end - 1..text.span.range().end);
    let inner = &source.text()[start + 1..end - 1];
    let diagnostic = Diagnostic::new(code::TOKEN, "a text ends in the middle of a word", quote)
        .at("this quote ends it")
        .help(format!(
            "a quote within a text is written twice: `'{}'`",
            inner.replace('\'', "''")
        ));
    Some(Slip {
        at,
        token: Token {
            kind: invalid(diagnostic),
            span: Span::new(start..end),
        },
        next: end,
    })
}
