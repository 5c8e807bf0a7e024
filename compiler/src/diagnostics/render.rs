//! Diagnostics as text, in the shape of rustc's: drawn by annotate-snippets.

use super::{Diagnostic, Severity};
use crate::source::{SourceFile, Span};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::borrow::Cow;
use std::fmt::Display;
use std::ops::Range;

/// Whether to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// No escape codes.
    Plain,
    /// ANSI colours.
    Coloured,
}

/// One diagnostic, with the lines of `source` it is about. Ends with a line break.
pub fn render(diagnostic: &Diagnostic, source: &SourceFile, style: Style) -> String {
    let excerpt = Excerpt::new(diagnostic, source);
    let annotations = diagnostic.labels.iter().map(|label| {
        let kind = if label.primary {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        let annotation = kind.span(excerpt.place(label.span));
        match label.text.as_str() {
            "" => annotation,
            text => annotation.label(harmless(text)),
        }
    });
    let snippet = Snippet::source(excerpt.shown.as_str())
        .line_start(excerpt.first_line)
        .path(harmless(source.name()))
        .annotations(annotations);
    let title = level(diagnostic.severity)
        .primary_title(harmless(&diagnostic.message))
        .id(diagnostic.code.as_str());
    let notes = diagnostic.notes.iter();
    let helps = diagnostic.helps.iter();
    let report: Group<'_> = title
        .element(snippet)
        .elements(notes.map(|note| Level::NOTE.message(harmless(note))))
        .elements(helps.map(|help| Level::HELP.message(harmless(help))));
    let mut text = renderer(style).render(&[report]);
    text.push('\n');
    text
}

/// All diagnostics of a file, a blank line behind each, and a line that sums them up. Empty if
/// there are none.
pub fn render_all(diagnostics: &[Diagnostic], source: &SourceFile, style: Style) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&render(diagnostic, source, style));
        text.push('\n');
    }
    let count = |severity| {
        let of_severity = |d: &&Diagnostic| d.severity == severity;
        diagnostics.iter().filter(of_severity).count()
    };
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let name = source.name();
    let summary = match (errors, warnings) {
        (0, 0) => return text,
        (0, _) => format!("`{name}` has {}", counted(warnings, "warning")),
        (_, 0) => format!("could not compile `{name}`: {}", counted(errors, "error")),
        _ => format!(
            "could not compile `{name}`: {}, {}",
            counted(errors, "error"),
            counted(warnings, "warning")
        ),
    };
    let severity = if errors > 0 {
        Severity::Error
    } else {
        Severity::Warning
    };
    let title = level(severity).primary_title(harmless(&summary));
    text.push_str(&renderer(style).render(&[Group::with_title(title)]));
    text.push('\n');
    text
}

/// `1 error`, `2 errors`.
pub fn counted<N: Copy + Display + PartialEq + From<u8>>(count: N, noun: &str) -> String {
    let ending = if count == N::from(1) { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    }
}

fn renderer(style: Style) -> Renderer {
    match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled().hyperlink(false),
    }
}

/// The whole lines that a diagnostic marks: drawing only these keeps the cost of a diagnostic
/// independent of the file's size.
struct Excerpt<'a> {
    raw: &'a str,
    /// Offset of `raw` in the file.
    start: usize,
    first_line: usize,
    /// `raw` with what a terminal could act on replaced.
    shown: String,
}

impl<'a> Excerpt<'a> {
    fn new(diagnostic: &Diagnostic, source: &'a SourceFile) -> Self {
        let spans = diagnostic.labels.iter().map(|label| label.span);
        let marked = spans.reduce(Span::to).unwrap_or_default().range();
        let text = source.text();
        let start = text[..marked.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[marked.end..]
            .find('\n')
            .map_or(text.len(), |at| marked.end + at);
        let raw = &text[start..end];
        Self {
            raw,
            start,
            first_line: source.line_column(Span::new(start..end).start).0,
            shown: harmless(raw).into_owned(),
        }
    }

    /// Where `span` lies in what is shown.
    fn place(&self, span: Span) -> Range<usize> {
        let shown = |at: usize| {
            let before = harmless(&self.raw[..at - self.start]).len();
            before.min(self.shown.len())
        };
        let range = span.range();
        shown(range.start)..shown(range.end)
    }
}

/// `text` with the characters replaced that steer a terminal or reorder what it shows, so that a
/// file cannot draw over what is said about it. Tabs and line breaks stay, `\r\n` as `\n`.
fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek().is_none_or(|&next| next == '\n') => {}
            '\u{7f}' => shown.push('\u{2421}'),
            c if c.is_ascii() && is_harmful(c) => shown.extend(control_picture(c)),
            c if is_harmful(c) => shown.push(char::REPLACEMENT_CHARACTER),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// The picture of an ASCII control character, such as `␛`.
fn control_picture(c: char) -> Option<char> {
    char::from_u32(0x2400 + u32::from(c))
}

/// Control characters but line breaks and tabs, and Unicode's bidirectional, invisible and
/// line-separating format characters.
fn is_harmful(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => true,
        c => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Style, render, render_all};
    use crate::diagnostics::{Diagnostic, code};
    use crate::source::{SourceFile, Span};

    fn file(text: &str) -> SourceFile {
        SourceFile::new("pipeline.sql", text)
    }

    fn place(source: &SourceFile, what: &str) -> Span {
        let at = source.text().find(what).expect("it is in the text");
        Span::new(at..at + what.len())
    }

    #[test]
    fn looks_like_rustc() {
        let source = file("CREATE x;\nSELECT sensor_id, temprature\nFROM sensor_data\n");
        let diagnostic = Diagnostic::new(
            code::UNKNOWN_COLUMN,
            "no column `temprature` in table `sensor_data`",
            place(&source, "temprature"),
        )
        .at("unknown column")
        .context(place(&source, "sensor_data"), "has columns `sensor_id`")
        .note("names match whatever their case")
        .help("a column with a similar name exists: `temperature`");
        let expected = "\
error[E0201]: no column `temprature` in table `sensor_data`
 --> pipeline.sql:2:19
  |
2 | SELECT sensor_id, temprature
  |                   ^^^^^^^^^^ unknown column
3 | FROM sensor_data
  |      ----------- has columns `sensor_id`
  |
  = note: names match whatever their case
  = help: a column with a similar name exists: `temperature`
";
        assert_eq!(render(&diagnostic, &source, Style::Plain), expected);
    }

    #[test]
    fn sums_up() {
        let source = file("a b");
        let error = Diagnostic::new(code::SYNTAX, "no", place(&source, "a"));
        let warning = Diagnostic::new(code::UNUSED, "hm", place(&source, "b"));
        let cases = [
            (vec![], None),
            (
                vec![error.clone()],
                Some("error: could not compile `pipeline.sql`: 1 error"),
            ),
            (
                vec![error.clone(), error, warning.clone()],
                Some("error: could not compile `pipeline.sql`: 2 errors, 1 warning"),
            ),
            (
                vec![warning.clone(), warning],
                Some("warning: `pipeline.sql` has 2 warnings"),
            ),
        ];
        for (diagnostics, expected) in cases {
            let text = render_all(&diagnostics, &source, Style::Plain);
            assert_eq!(text.lines().last(), expected);
        }
    }

    #[test]
    fn colours_only_when_asked() {
        let source = file("SELECT");
        let diagnostic = Diagnostic::new(code::SYNTAX, "no", place(&source, "SELECT"));
        assert!(!render(&diagnostic, &source, Style::Plain).contains('\u{1b}'));
        assert!(render(&diagnostic, &source, Style::Coloured).contains('\u{1b}'));
    }

    #[test]
    fn what_steers_a_terminal_is_replaced_everywhere() {
        let evil = "\u{1b}[2J\u{9b}31m\u{202e}\u{200f}\u{2066}\u{7f}\0\u{61c}\u{feff}";
        let source = SourceFile::new(evil, format!("SELECT \"{evil}\" oops"));
        let diagnostic = Diagnostic::new(code::SYNTAX, evil, place(&source, "oops"))
            .at(evil)
            .note(evil)
            .help(evil);
        let text = render_all(&[diagnostic], &source, Style::Plain);
        let steering = |c: char| c != '\n' && super::is_harmful(c);
        assert!(!text.contains(steering), "{text:?}");
        assert!(text.contains("␛[2J�31m"), "{text}");
        let lines: Vec<&str> = text.lines().collect();
        let column = lines[3]
            .find("oops")
            .map(|at| lines[3][..at].chars().count());
        let caret = lines[4].find('^').map(|at| lines[4][..at].chars().count());
        assert_eq!(column, caret, "the caret stands below its place\n{text}");
    }

    #[test]
    fn windows_line_ends_do_not_show() {
        let source = file("SELECT a\r\nFROM\r\n");
        let diagnostic = Diagnostic::new(code::SYNTAX, "no", place(&source, "FROM"))
            .context(place(&source, "a"), "here");
        let expected = "\
error[E0001]: no
 --> pipeline.sql:2:1
  |
1 | SELECT a
  |        - here
2 | FROM
  | ^^^^
";
        assert_eq!(render(&diagnostic, &source, Style::Plain), expected);
    }

    #[test]
    fn long_lines_are_trimmed_around_the_mark() {
        let long = "x, ".repeat(5_000);
        let source = file(&format!("SELECT {long} oops, {long}\n"));
        let diagnostic = Diagnostic::new(code::SYNTAX, "no", place(&source, "oops")).at("here");
        let text = render(&diagnostic, &source, Style::Plain);
        assert!(
            text.lines().all(|line| line.chars().count() < 200),
            "{text}"
        );
        assert!(
            text.contains("oops") && text.contains("^^^^ here"),
            "{text}"
        );
    }

    #[test]
    fn the_end_of_a_file_can_be_marked() {
        for text in ["", "SELECT", "SELECT\n", "é\n\n"] {
            let source = file(text);
            let end = Span::new(text.len()..text.len());
            let shown = render(
                &Diagnostic::new(code::SYNTAX, "no", end),
                &source,
                Style::Plain,
            );
            assert!(shown.contains('^'), "{text:?}: {shown}");
        }
    }
}
