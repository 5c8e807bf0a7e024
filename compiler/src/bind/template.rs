//! Templates, checked when the pipeline is compiled.

use super::coerce::Operand;
use super::literal::Problem;
use super::{Binder, Bound};
use crate::functions::Filled;
use crate::ir::logical::{Expr, Value};

/// Patterns of a number's template that say where something stands, or that are not supported.
/// Lower case does as well.
const PATTERNS: &[(&str, Pattern)] = &[
    (".", Pattern::Point),
    ("0", Pattern::Digit),
    ("9", Pattern::Digit),
    ("D", Pattern::Point),
    ("EEEE", Pattern::Unsupported),
    ("FM", Pattern::Other),
    ("MI", Pattern::Sign),
    ("PL", Pattern::Sign),
    ("PR", Pattern::Brackets),
    ("RN", Pattern::Unsupported),
    ("SG", Pattern::Sign),
    ("SP", Pattern::Other),
    ("S", Pattern::LockedSign),
    ("TH", Pattern::Other),
    ("V", Pattern::Shift),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pattern {
    /// `9`, `0`
    Digit,
    /// `.`, `D`
    Point,
    /// `V`: digits behind it have no point before them.
    Shift,
    /// `MI`, `PL`, `SG`
    Sign,
    /// `S`
    LockedSign,
    /// `PR`
    Brackets,
    /// Goes with everything.
    Other,
    /// Of PostgreSQL alone.
    Unsupported,
}

impl Binder<'_> {
    /// The operand as a template: a constant.
    pub(super) fn template(&mut self, name: &str, of: Filled, operand: Operand) -> Bound<Expr> {
        let written = super::argument::written(&operand);
        let expr = self.constant_text(name, "template", operand)?;
        let Some(Value::Text(text)) = expr.literal() else {
            return Ok(expr);
        };
        let checked = match of {
            Filled::Number => check_number(text),
            Filled::Instant => check_instant(text),
        };
        match checked {
            Ok(()) => Ok(expr),
            Err(problem) => {
                Err(self.wrong_constant("template", text, written.as_ref(), &expr, problem))
            }
        }
    }
}

/// Patterns of an instant's template, and whether they can be read. Lower case does as well, and
/// names as names are written.
const OF_INSTANTS: &[(&str, bool)] = &[
    ("A.D.", false),
    ("A.M.", true),
    ("AD", false),
    ("AM", true),
    ("B.C.", false),
    ("BC", false),
    ("CC", false),
    ("DAY", true),
    ("DDD", true),
    ("DD", true),
    ("DY", true),
    ("D", false),
    ("FF1", true),
    ("FF2", true),
    ("FF3", true),
    ("FF4", true),
    ("FF5", true),
    ("FF6", true),
    ("FM", true),
    ("FX", false),
    ("HH24", true),
    ("HH12", true),
    ("HH", true),
    ("I", false),
    ("J", false),
    ("MI", true),
    ("MM", true),
    ("MONTH", true),
    ("MON", true),
    ("MS", true),
    ("OF", false),
    ("P.M.", true),
    ("PM", true),
    ("Q", false),
    ("RM", false),
    ("SSSSS", true),
    ("SSSS", true),
    ("SS", true),
    ("TM", false),
    ("TZH", true),
    ("TZM", true),
    ("TZ", false),
    ("US", true),
    ("W", false),
    ("Y,YYY", false),
    ("YYYY", true),
    ("YYY", true),
    ("YY", true),
    ("Y", true),
];

/// Whether all patterns of a template can be read.
fn check_instant(template: &str) -> Result<(), Problem> {
    let mut at = 0;
    while at < template.len() {
        let rest = &template[at..];
        let mut patterns = OF_INSTANTS.iter();
        let Some((pattern, is_read)) = patterns.find(|(pattern, _)| starts(rest, pattern)) else {
            at += literal(rest);
            continue;
        };
        let range = at..at + pattern.len();
        if !is_read {
            return Err(Problem {
                range,
                text: "this pattern cannot be read".to_owned(),
            });
        }
        at = range.end;
        // the ending of an ordinal number
        let ordinal = template[at..].starts_with("TH") || template[at..].starts_with("th");
        at += if ordinal { 2 } else { 0 };
    }
    Ok(())
}

fn starts(template: &str, pattern: &str) -> bool {
    let Some(start) = template.get(..pattern.len()) else {
        return false;
    };
    let is_name = matches!(pattern, "DAY" | "DY" | "MONTH" | "MON");
    let lower = pattern.to_lowercase();
    let is_capital = || start.strip_prefix(&pattern[..1]) == Some(&lower[1..]);
    start == pattern || start == lower || is_name && is_capital()
}

/// Whether the patterns of a number's template go together.
fn check_number(template: &str) -> Result<(), Problem> {
    let mut seen: Vec<Pattern> = Vec::new();
    let mut at = 0;
    while at < template.len() {
        let Some((written, pattern)) = pattern_at(&template[at..]) else {
            at += literal(&template[at..]);
            continue;
        };
        let has = |wanted| seen.contains(&wanted);
        let problem = match pattern {
            Pattern::Digit if has(Pattern::Brackets) => Some("no digit stands behind `PR`"),
            Pattern::Point if has(Pattern::Point) => Some("a second decimal point"),
            Pattern::Point if has(Pattern::Shift) => Some("`V` and a decimal point"),
            Pattern::Shift if has(Pattern::Point) => Some("`V` and a decimal point"),
            Pattern::LockedSign | Pattern::Brackets
                if has(Pattern::LockedSign) || has(Pattern::Brackets) || has(Pattern::Sign) =>
            {
                Some("a second sign")
            }
            Pattern::Sign if has(Pattern::LockedSign) => Some("a second sign"),
            Pattern::Unsupported => Some("this pattern is not supported"),
            Pattern::Digit
            | Pattern::Point
            | Pattern::Shift
            | Pattern::Sign
            | Pattern::LockedSign
            | Pattern::Brackets
            | Pattern::Other => None,
        };
        if let Some(text) = problem {
            return Err(Problem {
                range: at..at + written.len(),
                text: text.to_owned(),
            });
        }
        seen.push(pattern);
        at += written.len();
    }
    Ok(())
}

/// The pattern that the text begins with, as written.
fn pattern_at(text: &str) -> Option<(&str, Pattern)> {
    PATTERNS.iter().find_map(|(pattern, kind)| {
        let written = text.get(..pattern.len())?;
        let is_pattern = written == *pattern || written == pattern.to_lowercase();
        is_pattern.then_some((written, *kind))
    })
}

/// The length of what stands for itself: a text in quotes, or one character.
fn literal(text: &str) -> usize {
    let mut characters = text.char_indices();
    let (_, first) = characters.next().expect("the text is not empty");
    if first == '\\' && text[1..].starts_with('"') {
        return 2;
    }
    if first == '"' {
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => return at + 1,
                '\\' => drop(characters.next()),
                _ => {}
            }
        }
        return text.len();
    }
    first.len_utf8()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_go_together() {
        for good in [
            "",
            "999.99",
            "FM9G999D00",
            "S99",
            "99S",
            "MI99",
            "99PR",
            "SG9th",
            "9V99",
            "\"EEEE.\"9.9",
            "\\\"9.9\\\"",
            "PRMI",
        ] {
            assert_eq!(check_number(good), Ok(()), "{good}");
        }
        for (bad, range) in [
            ("9.9.9", 3..4),
            ("9.9d9", 3..4),
            ("9PR9", 3..4),
            ("S9S", 2..3),
            ("S9MI", 2..4),
            ("PL9S", 3..4),
            ("MI9pr", 3..5),
            ("9V9.9", 3..4),
            ("9.9V9", 3..4),
            ("9.9EEEE", 3..7),
            ("ä\"rn\"rn", 6..8),
        ] {
            assert_eq!(check_number(bad).expect_err(bad).range, range, "{bad}");
        }
    }

    #[test]
    fn patterns_can_be_read() {
        for good in [
            "",
            "YYYY-MM-DD HH24:MI:SS.US",
            "FMDay, DDth Month YY, HH12:MI a.m.",
            "YYYY-MM-DD\"T\"HH24TZH:TZM",
            "\"Week\"",
        ] {
            assert_eq!(check_instant(good), Ok(()), "{good}");
        }
        for (bad, range) in [
            ("IYYY-IW", 0..1),
            ("YYYY-WW", 5..6),
            ("YYYY Ddd", 5..6),
            ("HH24 TZ", 5..7),
            ("ä\"ii\"Y,YYY", 6..11),
            ("TMMonth", 0..2),
        ] {
            assert_eq!(check_instant(bad).expect_err(bad).range, range, "{bad}");
        }
    }
}
