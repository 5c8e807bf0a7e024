//! A pattern's directives together: they must tell a date, nothing twice, nothing by halves, and
//! where each number ends.

use super::{Literal, Piece};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::logical::{TimeItem, TimePart};

/// Parts of which a pattern has one at most, and what to do about both.
const ALTERNATIVES: &[(TimePart, TimePart, &str)] = &[
    (
        TimePart::Hour,
        TimePart::HalfDayHour,
        "keep `%H` for hours from 00 to 23, or `%I` with `%p`",
    ),
    (
        TimePart::Hour,
        TimePart::HalfDay,
        "write `%I` for hours from 01 to 12, or remove `%p`",
    ),
    (
        TimePart::DayOfYear,
        TimePart::Month,
        "keep `%j`, or the month with its day",
    ),
    (
        TimePart::DayOfYear,
        TimePart::Day,
        "keep `%j`, or the month with its day",
    ),
];

/// A part that says nothing without another.
struct Need {
    part: TimePart,
    one_of: &'static [TimePart],
    /// The usual directive of those.
    without: &'static str,
    what: &'static str,
    help: &'static str,
}

const NEEDS: &[Need] = &[
    Need {
        part: TimePart::HalfDayHour,
        one_of: &[TimePart::HalfDay],
        without: "%p",
        what: "may be the morning or the evening",
        help: "add `%p`, or write `%H` for hours from 00 to 23",
    },
    Need {
        part: TimePart::HalfDay,
        one_of: &[TimePart::HalfDayHour],
        without: "%I",
        what: "half of a day, but no hour",
        help: "add `%I` for the hour, or remove `%p`",
    },
    Need {
        part: TimePart::Minute,
        one_of: &[TimePart::Hour, TimePart::HalfDayHour],
        without: "%H",
        what: "the minute of no hour",
        help: "add `%H` for the hour",
    },
    Need {
        part: TimePart::Second,
        one_of: &[TimePart::Minute],
        without: "%M",
        what: "the second of no minute",
        help: "add `%M` for the minute",
    },
    Need {
        part: TimePart::Fraction,
        one_of: &[TimePart::Second, TimePart::UnixSeconds],
        without: "%S",
        what: "the fraction of no second",
        help: "add `%S` for the second",
    },
];

const MINUTE_AND_MONTH: &str = "`%M` is the minute, `%m` the month";

/// What is wrong, if anything is.
pub(super) fn mistake(literal: Literal<'_>, pieces: &[Piece]) -> Option<Diagnostic> {
    told_twice(literal, pieces)
        .or_else(|| contradiction(literal, pieces))
        .or_else(|| no_date(literal, pieces))
        .or_else(|| half_a_time(literal, pieces))
        .or_else(|| no_end(literal, pieces))
}

fn find(pieces: &[Piece], part: TimePart) -> Option<&Piece> {
    pieces.iter().find(|piece| piece.item.part() == Some(part))
}

fn tells(pieces: &[Piece], part: TimePart) -> bool {
    find(pieces, part).is_some()
}

/// A part that two directives tell.
fn told_twice(literal: Literal<'_>, pieces: &[Piece]) -> Option<Diagnostic> {
    let (piece, earlier, part) = pieces.iter().enumerate().find_map(|(at, piece)| {
        let part = piece.item.part()?;
        Some((piece, find(&pieces[..at], part)?, part))
    })?;
    let message = format!("the pattern tells {} twice", part.name());
    let diagnostic = Diagnostic::new(
        code::TIME_PATTERN_PARTS,
        message,
        literal.span(&piece.range),
    )
    .at("told again")
    .context(literal.span(&earlier.range), "first told here");
    let mixed_up = (part == TimePart::Month && !tells(pieces, TimePart::Minute))
        || (part == TimePart::Minute && !tells(pieces, TimePart::Month));
    Some(diagnostic.help(if mixed_up {
        MINUTE_AND_MONTH
    } else {
        "keep the one that you mean"
    }))
}

/// Two directives that exclude one another.
fn contradiction(literal: Literal<'_>, pieces: &[Piece]) -> Option<Diagnostic> {
    let both = |one: TimePart, other: TimePart| Some((find(pieces, one)?, find(pieces, other)?));
    let listed = ALTERNATIVES
        .iter()
        .find_map(|(one, other, help)| Some((both(*one, *other)?, *help)));
    let ((one, other), help) = listed.or_else(|| {
        let unix = find(pieces, TimePart::UnixSeconds)?;
        let beside = pieces.iter().find(|piece| match piece.item.part() {
            None | Some(TimePart::UnixSeconds | TimePart::Fraction) => false,
            Some(_) => true,
        });
        Some(((unix, beside?), "keep `%s`, which tells all, or the others"))
    })?;
    let (first, second) = if one.range.start < other.range.start {
        (one, other)
    } else {
        (other, one)
    };
    let told = |piece: &Piece| {
        let part = piece.item.part().expect("only directives contradict");
        format!("tells {}", part.name())
    };
    let (earlier, later) = (literal.slice(&first.range), literal.slice(&second.range));
    let message = format!("`{earlier}` and `{later}` in one pattern");
    let span = literal.span(&second.range);
    Some(
        Diagnostic::new(code::TIME_PATTERN_PARTS, message, span)
            .at(told(second))
            .context(literal.span(&first.range), told(first))
            .help(help),
    )
}

/// An hour without its half of the day, or a part of something that is not told.
fn half_a_time(literal: Literal<'_>, pieces: &[Piece]) -> Option<Diagnostic> {
    let (need, piece) = NEEDS.iter().find_map(|need| {
        let missing = !need.one_of.iter().any(|part| tells(pieces, *part));
        Some((need, find(pieces, need.part)?)).filter(|_| missing)
    })?;
    let (directive, without) = (literal.slice(&piece.range), need.without);
    let message = format!("`{directive}` without `{without}` in a pattern");
    let span = literal.span(&piece.range);
    Some(
        Diagnostic::new(code::TIME_PATTERN_PARTS, message, span)
            .at(need.what)
            .help(need.help),
    )
}

/// A date that is not told, or not all of it.
fn no_date(literal: Literal<'_>, pieces: &[Piece]) -> Option<Diagnostic> {
    if tells(pieces, TimePart::UnixSeconds) {
        return None;
    }
    let by_day_of_year = tells(pieces, TimePart::DayOfYear);
    let mut needed = vec![(TimePart::Year, "%Y")];
    if !by_day_of_year {
        needed.extend([(TimePart::Month, "%m"), (TimePart::Day, "%d")]);
    }
    let all = needed.len();
    needed.retain(|(part, _)| !tells(pieces, *part));
    let (names, directives): (Vec<_>, Vec<_>) = needed
        .iter()
        .map(|(part, directive)| (part.name(), format!("`{directive}`")))
        .unzip();
    if names.is_empty() {
        return None;
    }
    let nothing = names.len() == all && !by_day_of_year;
    let what = if nothing {
        "a date".to_owned()
    } else {
        names.join(" and ")
    };
    let message = format!("the pattern does not tell {what}");
    let diagnostic = Diagnostic::new(code::TIME_PATTERN_PARTS, message, literal.text.span)
        .at("no date, no instant")
        .help(if nothing {
            "add the date, such as `%Y-%m-%d`".to_owned()
        } else {
            format!("add {}", directives.join(" and "))
        });
    let month_as_minute =
        tells(pieces, TimePart::Minute) && names.contains(&TimePart::Month.name()) && !nothing;
    Some(if nothing {
        diagnostic.help("a time of day alone is a column of type TIME, which takes ISO 8601 text")
    } else if month_as_minute {
        diagnostic.help(MINUTE_AND_MONTH)
    } else {
        diagnostic
    })
}

/// A number that takes all digits, with another number behind it.
fn no_end(literal: Literal<'_>, pieces: &[Piece]) -> Option<Diagnostic> {
    let (piece, next) = pieces.iter().enumerate().find_map(|(at, piece)| {
        // `%.f` may be nothing at all
        let mut behind = pieces[at + 1..].iter();
        let next = behind.find(|next| next.item != TimeItem::PointFraction)?;
        (piece.item.takes_all_digits() && next.item.begins_with_digit()).then_some((piece, next))
    })?;
    let directive = literal.slice(&piece.range);
    let message = format!("nothing tells where `{directive}` ends");
    let span = literal.span(&piece.range);
    Some(
        Diagnostic::new(code::TIME_PATTERN_PARTS, message, span)
            .at("takes all digits that it finds")
            .context(literal.span(&next.range), "begins with a digit")
            .help(fixed(piece, next)),
    )
}

/// What has an end, for the part that `piece` tells.
fn fixed(piece: &Piece, next: &Piece) -> &'static str {
    match piece.item.part().expect("a literal takes no digits") {
        TimePart::Month => "write `%m`, which has two digits",
        TimePart::Day => "write `%d`, which has two digits",
        TimePart::Hour => "write `%H`, which has two digits",
        TimePart::HalfDayHour => "write `%I`, which has two digits",
        TimePart::Minute => "write `%M`, which has two digits",
        TimePart::Second => "write `%S`, which has two digits",
        TimePart::Fraction => "write `%3f`, `%6f` or `%9f`, which have so many digits",
        TimePart::UnixSeconds => {
            if let TimeItem::FractionDigits(_) = next.item {
                "for a count of milliseconds and the like write FORMAT 'unix_ms', 'unix_us' or \
                 'unix_ns'"
            } else {
                "put the text between them that messages have"
            }
        }
        TimePart::Year
        | TimePart::DayOfYear
        | TimePart::Weekday
        | TimePart::HalfDay
        | TimePart::Offset => unreachable!("{:?} ends by itself", piece.item),
    }
}
