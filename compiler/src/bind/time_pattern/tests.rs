use super::directive::{self, DIRECTIVES};
use super::*;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::ir::ast::Script;

/// What `pattern` is read as, or what is said about it.
fn read(pattern: &str) -> Result<Vec<TimeItem>, Vec<Diagnostic>> {
    let sql = format!("'{}'", pattern.replace('\'', "''"));
    let text = Text {
        value: pattern.to_owned(),
        span: Span::new(0..sql.len()),
    };
    let source = SourceFile::new("p.sql", sql);
    let (script, mut diagnostics) = (Script::default(), Diagnostics::new());
    let schemas = crate::avro::Schemas::default();
    let items = Binder::new(&source, &script, &schemas, &mut diagnostics).time_pattern(&text);
    let said = diagnostics.finish();
    match items {
        Ok(pattern) => {
            assert!(said.is_empty(), "{said:?}");
            Ok(pattern.items)
        }
        Err(Reported) => Err(said),
    }
}

#[test]
fn patterns_are_read() {
    let date = r#"Year, Literal("-"), Month, Literal("-"), Day"#;
    let clock = r#"Hour, Literal(":"), Minute, Literal(":"), Second"#;
    let at = r#"Literal("@")"#;
    let fraction = r#"Literal(","), Fraction"#;
    let american = r#"Month, Literal("/"), Day, Literal("/"), YearOfCentury"#;
    for (pattern, items) in [
        ("%Y%m%d", "Year, Month, Day".to_owned()),
        ("%F", date.to_owned()),
        ("%F %T", format!(r#"{date}, Literal(" "), {clock}"#)),
        ("%D%R", format!(r#"{american}, Hour, Literal(":"), Minute"#)),
        (
            "%T%.f%z%Y%j",
            format!("{clock}, PointFraction, Offset, Year, DayOfYear"),
        ),
        (
            "%A %B%-d, %Y",
            r#"WeekdayName, Literal(" "), MonthName, DayUnpadded, Literal(", "), Year"#.to_owned(),
        ),
        (
            "%a%b%e/%Y",
            r#"WeekdayAbbreviation, MonthAbbreviation, DaySpaced, Literal("/"), Year"#.to_owned(),
        ),
        (
            "%-m/%d%Y%I%p%:z",
            r#"MonthUnpadded, Literal("/"), Day, Year, HalfDayHour, HalfDay, Offset"#.to_owned(),
        ),
        (
            "%p%-I:%-M@%F",
            format!(r#"HalfDay, HalfDayHourUnpadded, Literal(":"), MinuteUnpadded, {at}, {date}"#),
        ),
        (
            "%F%-H.%M@%-S,%f",
            format!(
                r#"{date}, HourUnpadded, Literal("."), Minute, {at}, SecondUnpadded, {fraction}"#
            ),
        ),
        (
            "%H%M%S%3f%F",
            format!("Hour, Minute, Second, FractionDigits(3), {date}"),
        ),
        ("%s.%f", r#"UnixSeconds, Literal("."), Fraction"#.to_owned()),
        ("%s%.f", "UnixSeconds, PointFraction".to_owned()),
        (
            "it''s 100%% %F%%",
            format!(r#"Literal("it''s 100% "), {date}, Literal("%")"#),
        ),
        (
            "@\n\"\\é%s",
            r#"Literal("@\n\"\\é"), UnixSeconds"#.to_owned(),
        ),
    ] {
        let read = read(pattern).map(|items| format!("{items:?}"));
        assert_eq!(read, Ok(format!("[{items}]")), "{pattern}");
    }
}

#[test]
fn every_directive_is_known() {
    for directive in DIRECTIVES {
        let (pieces, unknown) = directive::pieces(&format!("%{directive}"));
        assert!(!pieces.is_empty() && unknown.is_empty(), "%{directive}");
    }
}

/// The code, the marked part of the pattern and the first help (or note) of each mistake.
fn mistakes(pattern: &str) -> Vec<(&'static str, String, String)> {
    let said = read(pattern).expect_err(pattern);
    let mistake = |diagnostic: &Diagnostic| {
        let range = diagnostic.labels[0].span.range();
        let sql = format!("'{}'", pattern.replace('\'', "''"));
        let advice = diagnostic.helps.first().or(diagnostic.notes.first());
        (
            diagnostic.code.as_str(),
            sql[range].to_owned(),
            advice.expect("a way out").clone(),
        )
    };
    said.iter().map(mistake).collect()
}

#[test]
fn unknown_directives_have_a_place_and_a_neighbour() {
    for (pattern, place, advice) in [
        ("%F %Q", "%Q", "the directives are %Y"),
        ("%", "%", "write `%%`"),
        ("100%", "%", "write `%%`"),
        ("%F %T %Z", "%Z", "write `%z`"),
        ("%F %T%.3f", "%.3f", "did you mean `.%3f`?"),
        ("%F %T.%5f", "%5f", "did you mean `%f`?"),
        ("%F %T.%L", "%L", "did you mean `%3f`?"),
        ("%F %r", "%r", "did you mean `%I:%M:%S %p`?"),
        ("%-Y-%m-%d", "%-Y", "did you mean `%Y`?"),
        ("%_d.%m.%Y", "%_d", "did you mean `%d`?"),
        ("%02d.%m.%Y", "%02d", "did you mean `%d`?"),
        ("%F%#z", "%#z", "did you mean `%z`?"),
        ("%F%::z", "%::z", "did you mean `%:z`?"),
        ("%F %H:%i", "%i", "did you mean `%M`?"),
        ("%F %t", "%t", "did you mean `%T`?"),
        ("%F %é", "%é", "the directives are %Y"),
        ("it's %Ö%F", "%Ö", "the directives are %Y"),
        ("%F % d", "% ", "the directives are %Y"),
        ("%F %-%d", "%-%", "did you mean"),
        ("%F%:", "%:", "the directives are %Y"),
    ] {
        let found = mistakes(pattern);
        let [(code, at, help)] = found.as_slice() else {
            panic!("{pattern}: {found:?}");
        };
        assert_eq!((*code, at.as_str()), ("E0307", place), "{pattern}");
        assert!(help.starts_with(advice), "{pattern}: {help}");
    }
    assert_eq!(mistakes("%Q %q %F").len(), 2);
}

#[test]
fn patterns_must_tell_one_instant() {
    for (pattern, place, advice) in [
        ("%Y-%m-%d %m", "%m", "`%M` is the minute"),
        ("%d %b %Y %B", "%B", "`%M` is the minute"),
        ("%F %H:%m:%S", "%m", "`%M` is the minute"),
        ("%Y-%M-%d %H:%M", "%M", "`%M` is the minute"),
        ("%Y-%m-%d %y", "%y", "keep the one"),
        ("%F %d", "%d", "keep the one"),
        ("%F %T %H", "%H", "keep the one"),
        ("%F %S%.f%3f", "%3f", "keep the one"),
        ("%a %A %F", "%A", "keep the one"),
        ("%F%z%:z", "%:z", "keep the one"),
        ("%s %s", "%s", "keep the one"),
        ("%F %H %I %p", "%I", "keep `%H`"),
        ("%F %p %H", "%H", "write `%I`"),
        ("%F %H:%M %p", "%p", "write `%I`"),
        ("%Y %j %d", "%d", "keep `%j`"),
        ("%F %j", "%j", "keep `%j`"),
        ("%s %F", "%F", "keep `%s`"),
        ("%z %s", "%s", "keep `%s`"),
        ("%F %I:%M", "%I", "add `%p`"),
        ("%F %p", "%p", "add `%I`"),
        ("%F %H:%M.%f", "%f", "add `%S`"),
        ("%F %H:%S", "%S", "add `%M`"),
        ("%F %M:%S", "%M", "add `%H`"),
        ("%F %S.%f", "%S", "add `%M`"),
        ("%F%.f", "%.f", "add `%S`"),
        ("%m-%d", "'%m-%d'", "add `%Y`"),
        ("%Y-%M-%d", "'%Y-%M-%d'", "add `%m`"),
        ("%Y", "'%Y'", "add `%m` and `%d`"),
        ("%j", "'%j'", "add `%Y`"),
        ("%a %T", "'%a %T'", "add the date"),
        ("100%%", "'100%%'", "add the date"),
        ("%Y%m%e%H", "%e", "write `%d`"),
        ("%Y-%-m%d", "%-m", "write `%m`"),
        ("%Y-%m-%-d0", "%-d", "write `%d`"),
        ("%F %-H%M", "%-H", "write `%H`"),
        ("%F %-I%M%p", "%-I", "write `%I`"),
        ("%F %H:%-M%S", "%-M", "write `%M`"),
        ("%H:%M:%-S%F", "%-S", "write `%S`"),
        ("%T.%f%F", "%f", "write `%3f`"),
        ("%T%.f%F", "%.f", "write `%3f`"),
        ("%H:%M:%-S%.f%F", "%-S", "write `%S`"),
        ("%s%3f", "%s", "for a count of milliseconds"),
        ("%s%f", "%s", "put the text"),
        ("%s0", "%s", "put the text"),
    ] {
        let found = mistakes(pattern);
        let [(code, at, help)] = found.as_slice() else {
            panic!("{pattern}: {found:?}");
        };
        assert_eq!((*code, at.as_str()), ("E0308", place), "{pattern}");
        assert!(help.starts_with(advice), "{pattern}: {help}");
    }
}
