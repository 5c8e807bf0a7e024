//! The directives of patterns, each by itself.

use super::{Literal, Piece};
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::ir::logical::TimeItem;
use std::ops::Range;

/// What may stand behind `%`.
pub(super) const DIRECTIVES: &[&str] = &[
    "Y", "m", "d", "H", "M", "S", ".f", "f", "3f", "6f", "9f", "z", ":z", "y", "j", "b", "B", "a",
    "A", "I", "p", "e", "-d", "-m", "-H", "-I", "-M", "-S", "s", "F", "T", "R", "D", "%",
];

/// What other systems write, and what is written here.
const ELSEWHERE: &[(&str, &str)] = &[
    ("+", "%Y-%m-%dT%H:%M:%S%.f%:z"),
    (".3f", ".%3f"),
    (".6f", ".%6f"),
    (".9f", ".%9f"),
    ("::z", "%:z"),
    ("L", "%3f"),
    ("N", "%9f"),
    ("P", "%p"),
    ("X", "%T"),
    ("c", "%a %b %e %T %Y"),
    ("h", "%b"),
    ("i", "%M"),
    ("k", "%-H"),
    ("l", "%-I"),
    ("r", "%I:%M:%S %p"),
    ("x", "%D"),
];

/// The pieces of a pattern, and the places of directives that there are none.
pub(super) fn pieces(pattern: &str) -> (Vec<Piece>, Vec<Range<usize>>) {
    let (mut pieces, mut unknown, mut at) = (Vec::new(), Vec::new(), 0);
    while at < pattern.len() {
        let rest = &pattern[at..];
        let start = at;
        if let Some(behind) = rest.strip_prefix('%') {
            let directive = &behind[..length(behind)];
            at += "%".len() + directive.len();
            if let Some(spelt_out) = spelt_out(directive) {
                for piece in self::pieces(spelt_out).0 {
                    append(&mut pieces, piece.item, start..at);
                }
            } else if let Some(item) = item(directive) {
                append(&mut pieces, item, start..at);
            } else {
                unknown.push(start..at);
            }
        } else {
            at += rest.find('%').unwrap_or(rest.len());
            let text = TimeItem::Literal(pattern[start..at].to_owned());
            append(&mut pieces, text, start..at);
        }
    }
    (pieces, unknown)
}

/// Adds a piece; texts that follow one another are one.
fn append(pieces: &mut Vec<Piece>, item: TimeItem, range: Range<usize>) {
    if let TimeItem::Literal(more) = &item
        && let Some(last) = pieces.last_mut()
        && let TimeItem::Literal(text) = &mut last.item
    {
        text.push_str(more);
        last.range.end = range.end;
    } else {
        pieces.push(Piece { item, range });
    }
}

/// How long the directive is that `behind`, which stands behind `%`, begins with: flags, digits
/// and one character.
fn length(behind: &str) -> usize {
    let is_flag = |c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | '^' | '#' | ':' | '.');
    let flags = behind.find(|c| !is_flag(c)).unwrap_or(behind.len());
    let letter = behind[flags..].chars().next();
    flags + letter.map_or(0, char::len_utf8)
}

fn item(directive: &str) -> Option<TimeItem> {
    let item = match directive {
        "Y" => TimeItem::Year,
        "y" => TimeItem::YearOfCentury,
        "m" => TimeItem::Month,
        "-m" => TimeItem::MonthUnpadded,
        "B" => TimeItem::MonthName,
        "b" => TimeItem::MonthAbbreviation,
        "d" => TimeItem::Day,
        "-d" => TimeItem::DayUnpadded,
        "e" => TimeItem::DaySpaced,
        "j" => TimeItem::DayOfYear,
        "A" => TimeItem::WeekdayName,
        "a" => TimeItem::WeekdayAbbreviation,
        "H" => TimeItem::Hour,
        "-H" => TimeItem::HourUnpadded,
        "I" => TimeItem::HalfDayHour,
        "-I" => TimeItem::HalfDayHourUnpadded,
        "p" => TimeItem::HalfDay,
        "M" => TimeItem::Minute,
        "-M" => TimeItem::MinuteUnpadded,
        "S" => TimeItem::Second,
        "-S" => TimeItem::SecondUnpadded,
        "f" => TimeItem::Fraction,
        "3f" => TimeItem::FractionDigits(3),
        "6f" => TimeItem::FractionDigits(6),
        "9f" => TimeItem::FractionDigits(9),
        ".f" => TimeItem::PointFraction,
        "z" | ":z" => TimeItem::Offset,
        "s" => TimeItem::UnixSeconds,
        "%" => TimeItem::Literal("%".to_owned()),
        _ => return None,
    };
    Some(item)
}

/// What a directive abbreviates.
fn spelt_out(directive: &str) -> Option<&'static str> {
    match directive {
        "F" => Some("%Y-%m-%d"),
        "T" => Some("%H:%M:%S"),
        "R" => Some("%H:%M"),
        "D" => Some("%m/%d/%y"),
        _ => None,
    }
}

/// What is said about a directive that there is none.
pub(super) fn diagnostic(literal: Literal<'_>, range: &Range<usize>) -> Diagnostic {
    match &literal.slice(range)["%".len()..] {
        "" => lone_percent(literal, range),
        "Z" => zone_name(literal, range),
        directive => unknown(literal, range, directive),
    }
}

fn lone_percent(literal: Literal<'_>, range: &Range<usize>) -> Diagnostic {
    let message = "a `%` at the end of a timestamp pattern";
    Diagnostic::new(code::TIME_PATTERN, message, literal.span(range))
        .at("nothing follows")
        .help("write `%%` for a percent sign")
}

fn zone_name(literal: Literal<'_>, range: &Range<usize>) -> Diagnostic {
    let message = "`%Z` in a timestamp pattern";
    Diagnostic::new(code::TIME_PATTERN, message, literal.span(range))
        .at("the name of a time zone")
        .note("names such as CST mean several zones: they tell no offset from UTC")
        .help("write `%z` for an offset such as `+0200` or `Z`, or the name itself if it means UTC")
}

fn unknown(literal: Literal<'_>, range: &Range<usize>, directive: &str) -> Diagnostic {
    let message = format!("no `%{directive}` in timestamp patterns");
    let diagnostic = Diagnostic::new(code::TIME_PATTERN, message, literal.span(range));
    let diagnostic = diagnostic.at("unknown directive");
    match instead(directive) {
        Some(instead) => diagnostic.help(format!("did you mean `{instead}`?")),
        None => diagnostic.note(format!("the directives are %{}", DIRECTIVES.join(" %"))),
    }
}

/// What was probably meant.
fn instead(directive: &str) -> Option<String> {
    if let Some((_, here)) = ELSEWHERE.iter().find(|(there, _)| *there == directive) {
        return Some((*here).to_owned());
    }
    let letter = directive.trim_start_matches(|c: char| !c.is_alphabetic());
    if letter == "f" {
        return Some("%f".to_owned());
    }
    let known = DIRECTIVES.iter().find(|known| **known == letter);
    let known = known.copied().or_else(|| {
        let near = nearest(directive, DIRECTIVES.iter().copied());
        near.or_else(|| nearest(letter, DIRECTIVES.iter().copied()))
    });
    known.map(|known| format!("%{known}"))
}
