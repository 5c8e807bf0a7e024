//! The difference between expected and actual lines, for a person.

use std::fmt::Write as _;
use std::path::Path;

use crate::cli::style::{BOLD, DIM, GREEN, RED};

/// Equal lines that are shown around a difference.
const CONTEXT: usize = 2;

/// Lines shown of one difference.
const MAX_SHOWN: usize = 60;

/// Beyond this product of line counts, lines are not aligned: all of them differ.
const MAX_ALIGNED: usize = 4_000_000;

/// A line of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line<'l> {
    Same(&'l str),
    Missing(&'l str),
    Unexpected(&'l str),
}

/// Nothing if the lines are the same, and otherwise what differs from the file.
pub(super) fn lines(expected: &[String], actual: &[String], file: &Path) -> String {
    if expected == actual {
        return String::new();
    }
    let compared = compare(expected, actual);
    let is_different = |line: &&Line<'_>| !matches!(line, Line::Same(_));
    let count = |kind: fn(&Line<'_>) -> bool| compared.iter().filter(|line| kind(line)).count();
    let missing = count(|line| matches!(line, Line::Missing(_)));
    let unexpected = count(|line| matches!(line, Line::Unexpected(_)));
    let mut text = format!(
        "{BOLD}{}{BOLD:#}: {RED}-{missing} expected{RED:#}, {GREEN}+{unexpected} came{GREEN:#}\n",
        file.display()
    );
    let mut shown = 0;
    let mut last = None;
    for (at, line) in compared.iter().enumerate() {
        let around = &compared[at.saturating_sub(CONTEXT)..(at + CONTEXT + 1).min(compared.len())];
        if !around.iter().any(|line| is_different(&line)) {
            continue;
        }
        if shown == MAX_SHOWN {
            let rest = compared[at..].iter().filter(is_different).count();
            put(
                &mut text,
                format_args!("{DIM}… and {rest} more lines that differ{DIM:#}\n"),
            );
            break;
        }
        // a gap is told by the number of the line behind it
        if last.map_or(at > 0, |last| last + 1 < at) {
            let number = 1 + compared[..at]
                .iter()
                .filter(|line| !matches!(line, Line::Unexpected(_)))
                .count();
            put(&mut text, format_args!("{DIM}  line {number}{DIM:#}\n"));
        }
        last = Some(at);
        shown += 1;
        match line {
            Line::Same(line) => put(&mut text, format_args!("    {line}\n")),
            Line::Missing(line) => put(&mut text, format_args!("{RED}  - {line}{RED:#}\n")),
            Line::Unexpected(line) => put(&mut text, format_args!("{GREEN}  + {line}{GREEN:#}\n")),
        }
    }
    text
}

fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    text.write_fmt(line).expect("a String takes it");
}

/// Aligns the lines: what both begin and end with, and between a longest common subsequence.
fn compare<'l>(expected: &'l [String], actual: &'l [String]) -> Vec<Line<'l>> {
    let pairs = expected.iter().zip(actual);
    let head = pairs.take_while(|(a, b)| a == b).count();
    let (expected_rest, actual_rest) = (&expected[head..], &actual[head..]);
    let pairs = expected_rest.iter().rev().zip(actual_rest.iter().rev());
    let tail = pairs.take_while(|(a, b)| a == b).count();
    let middle = (
        &expected_rest[..expected_rest.len() - tail],
        &actual_rest[..actual_rest.len() - tail],
    );
    let mut lines: Vec<Line<'l>> = expected[..head]
        .iter()
        .map(|line| Line::Same(line))
        .collect();
    align(middle.0, middle.1, &mut lines);
    let tail = &expected[expected.len() - tail..];
    lines.extend(tail.iter().map(|line| Line::Same(line)));
    lines
}

fn align<'l>(expected: &'l [String], actual: &'l [String], lines: &mut Vec<Line<'l>>) {
    let (mut i, mut j) = (0, 0);
    if expected.len().saturating_mul(actual.len()) <= MAX_ALIGNED {
        let common = common_lengths(expected, actual);
        while i < expected.len() && j < actual.len() {
            if expected[i] == actual[j] {
                lines.push(Line::Same(&expected[i]));
                (i, j) = (i + 1, j + 1);
            } else if common[i + 1][j] >= common[i][j + 1] {
                lines.push(Line::Missing(&expected[i]));
                i += 1;
            } else {
                lines.push(Line::Unexpected(&actual[j]));
                j += 1;
            }
        }
    }
    lines.extend(expected[i..].iter().map(|line| Line::Missing(line)));
    lines.extend(actual[j..].iter().map(|line| Line::Unexpected(line)));
}

/// For each pair of places the length of a longest common subsequence from there on.
fn common_lengths(expected: &[String], actual: &[String]) -> Vec<Vec<u32>> {
    let mut common = vec![vec![0; actual.len() + 1]; expected.len() + 1];
    for i in (0..expected.len()).rev() {
        for j in (0..actual.len()).rev() {
            common[i][j] = if expected[i] == actual[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(expected: &str, actual: &str) -> String {
        let cut =
            |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
        let text = lines(&cut(expected), &cut(actual), Path::new("f"));
        anstream::adapter::strip_str(&text).to_string()
    }

    #[test]
    fn what_differs_is_shown_with_what_is_around_it() {
        assert_eq!(shown("a b", "a b"), "");
        assert_eq!(
            shown("a b c d e f g", "a b c x e f g h"),
            "f: -1 expected, +2 came\n  line 2\n    b\n    c\n  - d\n  + x\n    e\n    f\n    g\n  \
             + h\n"
        );
        assert_eq!(
            shown("a 1 2 3 4 5 6 b", "1 2 3 4 5 6"),
            "f: -2 expected, +0 came\n  - a\n    1\n    2\n  line 6\n    5\n    6\n  - b\n"
        );
    }

    #[test]
    fn long_differences_are_cut() {
        let many: Vec<String> = (0..200).map(|number| number.to_string()).collect();
        let text = shown(&many.join(" "), "");
        assert!(
            text.ends_with("… and 140 more lines that differ\n"),
            "{text}"
        );
    }

    #[test]
    fn lines_that_moved_are_aligned() {
        let cut = |text: &str| -> Vec<String> { text.split(' ').map(str::to_owned).collect() };
        let (expected, actual) = (cut("a b c"), cut("b c a"));
        let lines = compare(&expected, &actual);
        let expected = [
            Line::Missing("a"),
            Line::Same("b"),
            Line::Same("c"),
            Line::Unexpected("a"),
        ];
        assert_eq!(lines, expected);
    }
}
