//! Text to tokens, each with its exact bytes: the lexemes of SQL, and what is wrong with them.
//!
//! Nothing is lost to the first mistake. What is no token of this dialect stays in the stream as
//! [`Kind::Invalid`] with its diagnostic, and tokenizing goes on behind it.

use super::lexer::{Lexeme, lex};
use super::report::abbreviated;
use super::slips::first_slip;
use crate::diagnostics::{Diagnostic, code};
use crate::source::{SourceFile, Span};

/// A token: what it is and where it stands. The text of words, numbers and symbols is the source
/// under the span.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// The kinds of [`Token`].
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// A keyword or an unquoted name.
    Word,
    /// `"name"`, with its content.
    Quoted(String),
    /// `'text'`, with its content.
    Text(String),
    /// `1`, `2.5`, `1e9`
    Number,
    /// An operator or punctuation.
    Symbol,
    /// Not a token of this dialect, and why.
    Invalid(Box<Diagnostic>),
    /// `;`, or the end of the file with an empty span.
    End,
}

/// How many times tokenizing starts again behind a mistake that the lexer stops at.
/// Bounds the work for files that consist of such mistakes.
const MAX_RESTARTS: usize = 100;

/// All tokens of `source` without white space and comments; the last one is [`Kind::End`].
pub(super) fn tokenize(source: &SourceFile) -> Vec<Token> {
    let text = source.text();
    let mut tokens = Vec::new();
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    for _ in 0..=MAX_RESTARTS {
        let before = tokens.len();
        let (end, complete) = tokenize_part(text, at, &mut tokens);
        if let Some(slip) = first_slip(source, &tokens, before) {
            tokens.truncate(slip.at);
            tokens.push(slip.token);
            at = slip.next;
            continue;
        }
        if complete {
            break;
        }
        let (token, next) = stopped_at(source, end, &tokens);
        tokens.push(token);
        at = next;
    }
    mark_run_together(source, &mut tokens);
    tokens.push(Token {
        kind: Kind::End,
        span: Span::new(text.len()..text.len()),
    });
    tokens
}

/// Adds the tokens of `text[from..]`: where it got to, and whether that is the end.
fn tokenize_part(text: &str, from: usize, tokens: &mut Vec<Token>) -> (usize, bool) {
    let lexed = lex(text, from);
    let token = |(lexeme, span)| Token {
        kind: kind_of(lexeme, span),
        span,
    };
    tokens.extend(lexed.lexemes.into_iter().map(token));
    (lexed.end, lexed.is_complete)
}

/// What a lexeme is in this dialect.
fn kind_of(lexeme: Lexeme, span: Span) -> Kind {
    match lexeme {
        Lexeme::End => Kind::End,
        Lexeme::Word => Kind::Word,
        Lexeme::Quoted(name) if name.is_empty() => invalid(
            Diagnostic::new(code::TOKEN, "a name cannot be empty", span).at("nothing in quotes"),
        ),
        Lexeme::Quoted(name) => Kind::Quoted(name),
        Lexeme::Text(text) => Kind::Text(text),
        Lexeme::Number => Kind::Number,
        Lexeme::LongNumber => invalid(
            Diagnostic::new(code::TOKEN, "a number cannot end in `L`", span)
                .help("leave the `L` out: a number takes the type of its place"),
        ),
        Lexeme::Stray(c) => invalid(stray_character(c, span)),
        Lexeme::National => invalid(foreign_string("N'…'", span)),
        Lexeme::Hexadecimal => invalid(
            Diagnostic::new(
                code::UNSUPPORTED,
                "hexadecimal literals are not supported",
                span,
            )
            .help("write bytes as `'\\xDEADBEEF'::BYTEA`, a number in decimal digits"),
        ),
        Lexeme::Placeholder => invalid(
            Diagnostic::new(
                code::UNSUPPORTED,
                "a statement has no parameters such as `$1` or `?`",
                span,
            )
            .help("write the value itself; `'${NAME}'` in an option reads the environment")
            .help("to ask whether JSON has a key, write `json_exists(x, '$.key')`"),
        ),
        Lexeme::Symbol => Kind::Symbol,
    }
}

pub(super) fn invalid(diagnostic: Diagnostic) -> Kind {
    Kind::Invalid(Box::new(diagnostic))
}

fn foreign_string(form: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        code::UNSUPPORTED,
        format!("string literals of the form `{form}` are not supported yet"),
        span,
    )
    .help("write a plain `'…'`, with `''` for a quote within")
}

fn stray_character(c: char, span: Span) -> Diagnostic {
    match c {
        '‘' | '’' | '‚' | '‛' | '′' | '´' | '“' | '”' | '„' | '‟' | '″' | '«' | '»' => {
            smart_quote(span)
        }
        '`' => Diagnostic::new(code::TOKEN, "a backtick does not quote a name here", span)
            .help("quote names with `\"` and text with `'`"),
        '…' => ellipsis(span),
        '\u{feff}' => Diagnostic::new(
            code::TOKEN,
            "a byte-order mark stands in the middle of the file",
            span,
        )
        .help("remove it: it is invisible, and belongs at the start of a file only"),
        c => Diagnostic::new(
            code::TOKEN,
            format!("the character {} does not belong here", shown(c)),
            span,
        )
        .help("in a name, it has to stand in double quotes; in a text, in single quotes"),
    }
}

fn smart_quote(span: Span) -> Diagnostic {
    Diagnostic::new(code::TOKEN, "a typographic quote is no SQL quote", span)
        .help("write the plain ones: `'` around a text, `\"` around a name")
}

/// The diagnostic for `...` where columns belong.
pub(super) fn ellipsis(span: Span) -> Diagnostic {
    Diagnostic::new(code::ELLIPSIS, "`...` stands where columns belong", span)
        .at("an abbreviation, not SQL")
        .help("name the columns to read from the messages: `device_id TEXT, temperature FLOAT`")
}

fn shown(c: char) -> String {
    if c.is_control() {
        format!("U+{:04X}", u32::from(c))
    } else {
        format!("`{c}` (U+{:04X})", u32::from(c))
    }
}

/// The token at `start`, where the tokenizer gave up, and where to go on.
fn stopped_at(source: &SourceFile, start: usize, before: &[Token]) -> (Token, usize) {
    let text = source.text();
    let rest = &text[start..];
    let first = rest.chars().next().map_or(0, char::len_utf8);
    let unclosed = [
        ("/*", "comment", "*/"),
        ("'", "string", "'"),
        ("\"", "quoted name", "\""),
        ("N'", "string", "'"),
        ("n'", "string", "'"),
        ("X'", "string", "'"),
        ("x'", "string", "'"),
    ]
    .into_iter()
    .find(|(opening, ..)| rest.starts_with(opening));
    let (diagnostic, span, next) = if let Some((opening, what, closing)) = unclosed {
        let span = Span::new(start..start + opening.len());
        let diagnostic = unclosed_at(source, span, what, closing, before);
        (diagnostic, span, text.len())
    } else {
        let span = Span::new(start..start + first);
        let message = format!("`{}` does not belong here", source.slice(span));
        let diagnostic = Diagnostic::new(code::TOKEN, message, span);
        (diagnostic, span, start + first)
    };
    let kind = invalid(diagnostic);
    (Token { kind, span }, next)
}

/// An earlier text that runs over a line's end most likely lacks its own closing quote, which
/// turned the rest of the file inside out.
fn unclosed_at(
    source: &SourceFile,
    span: Span,
    what: &str,
    closing: &str,
    before: &[Token],
) -> Diagnostic {
    let diagnostic = Diagnostic::new(code::TOKEN, format!("this {what} is never closed"), span)
        .at("begins here");
    let suspect = before.iter().find(|token| {
        matches!(token.kind, Kind::Text(_) | Kind::Quoted(_))
            && source.slice(token.span).contains('\n')
            && source.slice(token.span).ends_with(closing)
    });
    match suspect {
        Some(token) => {
            let opening = Span {
                start: token.span.start,
                end: token.span.start + 1,
            };
            diagnostic
                .context(opening, "this one runs over the end of its line")
                .help(format!("the closing {closing} is probably missing there"))
        }
        None => diagnostic.help(format!("close it with {closing}")),
    }
}

/// Marks tokens that touch and do not make sense together: `1_000`, `1.2.3`, `1st`, `E'text'`.
fn mark_run_together(source: &SourceFile, tokens: &mut [Token]) {
    for at in 1..tokens.len() {
        let (before, after) = (&tokens[at - 1], &tokens[at]);
        if before.span.end != after.span.start {
            continue;
        }
        let span = before.span.to(after.span);
        let diagnostic = match (&before.kind, &after.kind) {
            (Kind::Number, Kind::Word | Kind::Number) => match key_before(source, tokens, at) {
                Some(start) => unquoted_key(source, start.to(span)),
                None => run_on_number(source, span),
            },
            (Kind::Word, Kind::Text(_)) if before.span.range().len() == 1 => {
                let prefix = source.slice(before.span).to_ascii_uppercase();
                foreign_string(&format!("{prefix}'…'"), span)
            }
            _ => continue,
        };
        tokens[at].kind = invalid(diagnostic);
    }
}

/// Where `em:0.voltage` begins, of which the token at `at` is the last and a number stands before
/// it.
fn key_before(source: &SourceFile, tokens: &[Token], at: usize) -> Option<Span> {
    let [word, colon, number] = tokens.get(at.checked_sub(3)?..at)? else {
        return None;
    };
    let touches = word.span.end == colon.span.start && colon.span.end == number.span.start;
    let is_key = matches!(word.kind, Kind::Word) && source.slice(colon.span) == ":";
    (touches && is_key).then_some(word.span)
}

fn unquoted_key(source: &SourceFile, span: Span) -> Diagnostic {
    let key = abbreviated(source.slice(span));
    let message = format!("`{key}` is not a plain name");
    Diagnostic::new(code::TOKEN, message, span)
        .help(format!("put it in double quotes: `\"{key}\"`"))
}

fn run_on_number(source: &SourceFile, span: Span) -> Diagnostic {
    let text = source.slice(span);
    let message = format!("`{}` is neither a number nor a name", abbreviated(text));
    let digits = text.replace('_', "");
    let help = if digits.parse::<f64>().is_ok() {
        format!(
            "write the number without underscores: `{}`",
            abbreviated(&digits)
        )
    } else {
        "a name that begins with a digit stands in double quotes".to_owned()
    };
    Diagnostic::new(code::TOKEN, message, span).help(help)
}
