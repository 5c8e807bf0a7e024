//! Functions over regular expressions. Their syntax is that of the `regex` crate; their flags, and
//! what `.`, `^` and `$` mean without one, are PostgreSQL's.

use super::building::joined_within;
use super::text::{length, split};
use crate::error::Reason;
use bumpalo::Bump;
use regex::{Captures, Regex, RegexBuilder};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::OnceLock;

/// A regular expression that is ready to be searched for.
#[derive(Clone, Debug)]
pub struct Compiled {
    regex: Regex,
    /// The flag `g`.
    global: bool,
}

impl Compiled {
    /// Of a pattern and PostgreSQL's flags.
    fn new(pattern: &str, flags: &str) -> Result<Self, Reason> {
        let mut global = false;
        let literal = flags.contains('q').then(|| regex::escape(pattern));
        let mut builder = RegexBuilder::new(literal.as_deref().unwrap_or(pattern));
        // without a flag a `.` takes line breaks, and `^` and `$` are the ends of the text
        builder.dot_matches_new_line(true);
        for flag in flags.chars() {
            match flag {
                'g' => global = true,
                'i' => {
                    builder.case_insensitive(true);
                }
                'c' => {
                    builder.case_insensitive(false);
                }
                'n' | 'm' => {
                    builder.dot_matches_new_line(false).multi_line(true);
                }
                'p' => {
                    builder.dot_matches_new_line(false).multi_line(false);
                }
                'w' => {
                    builder.dot_matches_new_line(true).multi_line(true);
                }
                's' => {
                    builder.dot_matches_new_line(true).multi_line(false);
                }
                'x' => {
                    builder.ignore_whitespace(true);
                }
                'q' => {}
                _ => return Err(Reason::Pattern),
            }
        }
        let regex = builder.build().map_err(|_| Reason::Pattern)?;
        Ok(Self { regex, global })
    }
}

/// A constant pattern of generated code.
#[derive(Debug)]
pub struct Pattern {
    text: &'static str,
    flags: &'static str,
    compiled: OnceLock<Compiled>,
}

impl Pattern {
    /// Not compiled yet.
    pub const fn new(text: &'static str, flags: &'static str) -> Self {
        Self {
            text,
            flags,
            compiled: OnceLock::new(),
        }
    }

    /// Compiled, at the latest now.
    pub fn get(&self) -> &Compiled {
        self.compiled.get_or_init(|| {
            Compiled::new(self.text, self.flags).expect("the compiler tried this pattern")
        })
    }
}

/// Patterns that are no constants, compiled before, by flags and pattern.
type Cache = BTreeMap<(&'static str, String), Rc<Compiled>>;

/// How many of them a thread keeps.
const MAX_CACHED: usize = 64;

thread_local! {
    static CACHE: RefCell<Cache> = const { RefCell::new(BTreeMap::new()) };
}

/// A pattern that is no constant, compiled unless it was among the last ones.
pub fn compiled(pattern: &str, flags: &'static str) -> Result<Rc<Compiled>, Reason> {
    CACHE.with_borrow_mut(|cache| {
        let key = (flags, pattern.to_owned());
        if let Some(compiled) = cache.get(&key) {
            return Ok(Rc::clone(compiled));
        }
        let compiled = Rc::new(Compiled::new(pattern, flags)?);
        if cache.len() >= MAX_CACHED {
            cache.clear();
        }
        cache.insert(key, Rc::clone(&compiled));
        Ok(compiled)
    })
}

/// `regexp_like(text, pattern)`
pub fn regexp_like(text: &str, pattern: &Compiled) -> bool {
    pattern.regex.is_match(text)
}

/// `regexp_count(text, pattern, start)`: from the `start`-th character on.
pub fn regexp_count(text: &str, pattern: &Compiled, start: i64) -> Result<i32, Reason> {
    let Some(start) = byte(text, start)? else {
        return Ok(0);
    };
    let count = matches(text, pattern, start).count();
    Ok(i32::try_from(count).unwrap_or(i32::MAX))
}

/// `regexp_substr(text, pattern, start, n, group)`: the n-th match, or a group of it.
pub fn regexp_substr<'m>(
    text: &'m str,
    pattern: &Compiled,
    start: i64,
    n: i64,
    group: i64,
) -> Result<Option<&'m str>, Reason> {
    let found = nth(text, pattern, start, n, group)?;
    Ok(found.map(|(start, end)| &text[start..end]))
}

/// `regexp_instr(text, pattern, start, n, end, group)`: where the n-th match begins, or what is
/// behind it where `end` is 1; 0 where there is none.
pub fn regexp_instr(
    text: &str,
    pattern: &Compiled,
    start: i64,
    n: i64,
    end: i64,
    group: i64,
) -> Result<i32, Reason> {
    if !(0..=1).contains(&end) {
        return Err(Reason::Argument);
    }
    let found = nth(text, pattern, start, n, group)?;
    Ok(found.map_or(0, |(first, behind)| {
        let at = if end == 1 { behind } else { first };
        length(&text[..at]) + 1
    }))
}

/// `substring(text FROM pattern)`: the first group of the first match, or all of it where there is
/// no group.
pub fn substring_matching<'m>(text: &'m str, pattern: &Compiled) -> Option<&'m str> {
    if pattern.regex.captures_len() > 1 {
        return Some(pattern.regex.captures(text)?.get(1)?.as_str());
    }
    Some(pattern.regex.find(text)?.as_str())
}

/// `regexp_replace(text, pattern, replacement)`: the first match, or all with the flag `g`.
pub fn regexp_replace<'m>(
    text: &'m str,
    pattern: &Compiled,
    replacement: &str,
    arena: &'m Bump,
) -> Result<&'m str, Reason> {
    let n = i64::from(!pattern.global);
    regexp_replace_from(text, pattern, replacement, 1, n, arena)
}

/// `regexp_replace(text, pattern, replacement, start, n)`: the n-th match from the `start`-th
/// character on; all of them where `n` is 0.
pub fn regexp_replace_from<'m>(
    text: &'m str,
    pattern: &Compiled,
    replacement: &str,
    start: i64,
    n: i64,
    arena: &'m Bump,
) -> Result<&'m str, Reason> {
    let n = usize::try_from(n).map_err(|_| Reason::Argument)?;
    let Some(start) = byte(text, start)? else {
        return Ok(text);
    };
    let all = matches(text, pattern, start);
    let found: Vec<_> = match n.checked_sub(1) {
        None => all.collect(),
        Some(before) => all.skip(before).take(1).collect(),
    };
    if found.is_empty() {
        return Ok(text);
    }
    let mut pieces = Vec::with_capacity(2 * found.len() + 1);
    let mut at = 0;
    for captures in &found {
        let whole = captures.get(0).expect("a match has a whole");
        pieces.push(&text[at..whole.start()]);
        expand(replacement, captures, &mut pieces);
        at = whole.end();
    }
    pieces.push(&text[at..]);
    joined_within(pieces.iter().copied(), arena)
}

/// `\1` to `\9` are groups, `\&` is the whole match, `\\` a backslash; all else is itself.
fn expand<'t>(replacement: &'t str, captures: &Captures<'t>, pieces: &mut Vec<&'t str>) {
    let mut rest = replacement;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        pieces.push(before);
        let group = |group| captures.get(group).map_or("", |found| found.as_str());
        let (piece, len) = match escape.as_bytes().get(1) {
            Some(b'&') => (group(0), 2),
            Some(digit @ b'1'..=b'9') => (group(usize::from(digit - b'0')), 2),
            Some(b'\\') => ("\\", 2),
            Some(_) | None => ("\\", 1),
        };
        pieces.push(piece);
        rest = &escape[len..];
    }
    pieces.push(rest);
}

/// The byte at which the `start`-th character begins; None behind the last one.
fn byte(text: &str, start: i64) -> Result<Option<usize>, Reason> {
    if start < 1 {
        return Err(Reason::Argument);
    }
    let at = split(text, start - 1);
    let is_behind = at == text.len() && i64::from(length(text)) < start - 1;
    Ok((!is_behind).then_some(at))
}

/// The place of the n-th match from the `start`-th character on, or of a group of it.
fn nth(
    text: &str,
    pattern: &Compiled,
    start: i64,
    n: i64,
    group: i64,
) -> Result<Option<(usize, usize)>, Reason> {
    let before = usize::try_from(n - 1).map_err(|_| Reason::Argument)?;
    let group = match usize::try_from(group).map_err(|_| Reason::Argument)? {
        // as in PostgreSQL, all of a pattern without groups is its first one
        1 if pattern.regex.captures_len() == 1 => 0,
        group => group,
    };
    let Some(start) = byte(text, start)? else {
        return Ok(None);
    };
    let found = matches(text, pattern, start).nth(before);
    let found = found.and_then(|captures| captures.get(group));
    Ok(found.map(|found| (found.start(), found.end())))
}

/// All matches from a byte on, which do not overlap. An empty one may stand right behind another.
fn matches<'t>(
    text: &'t str,
    pattern: &'t Compiled,
    start: usize,
) -> impl Iterator<Item = Captures<'t>> {
    let mut next = Some(start);
    std::iter::from_fn(move || {
        let captures = pattern.regex.captures_at(text, next?)?;
        let whole = captures.get(0)?;
        next = if whole.is_empty() {
            let step = text[whole.end()..].chars().next().map(char::len_utf8);
            step.map(|step| whole.end() + step)
        } else {
            Some(whole.end())
        };
        Some(captures)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(pattern: &str, flags: &str) -> Compiled {
        Compiled::new(pattern, flags).expect("a pattern")
    }

    /// As PostgreSQL has it.
    #[test]
    fn texts_are_replaced() {
        let arena = Bump::new();
        for (text, pattern, replacement, flags, expected) in [
            ("Thomas", ".[mN]a.", "M", "", "ThM"),
            ("foobarbaz", "b..", "X", "", "fooXbaz"),
            ("foobarbaz", "b..", "X", "g", "fooXX"),
            ("foobarbaz", "b(..)", "X\\1Y", "g", "fooXarYXazY"),
            ("abc", "B", "[\\&\\\\\\q]", "i", "a[b\\\\q]c"),
            ("abc", "x*", "-", "g", "-a-b-c-"),
            ("abc", "b*", "-", "g", "-a--c-"),
            ("abc  ", "\\s*$", "!", "g", "abc!!"),
            ("a12b", "[0-9]*", "_", "g", "_a__b_"),
            ("äbc", "(x)?", "<\\1>", "", "<>äbc"),
            ("a\nb", "^b", "X", "", "a\nb"),
            ("a\nb", "^b", "X", "n", "a\nX"),
            ("a.b", ".", "X", "q", "aXb"),
        ] {
            let got = regexp_replace(text, &new(pattern, flags), replacement, &arena);
            assert_eq!(got, Ok(expected), "{text} {pattern} {flags}");
        }
        let vowel = new("a|e|i|o|u", "i");
        for (start, n, expected) in [
            (1, 3, Ok("A PostgrXSQL function")),
            (3, 0, Ok("A PXstgrXSQL fXnctXXn")),
            (99, 1, Ok("A PostgreSQL function")),
            (0, 1, Err(Reason::Argument)),
            (1, -1, Err(Reason::Argument)),
        ] {
            let text = "A PostgreSQL function";
            let got = regexp_replace_from(text, &vowel, "X", start, n, &arena);
            assert_eq!(got, expected, "{start} {n}");
        }
    }

    #[test]
    fn matches_are_found() {
        assert!(regexp_like("Hello World", &new("world$", "i")));
        assert_eq!(regexp_count("ABCABCAXYaxy", &new("A.", ""), 1), Ok(3));
        assert_eq!(regexp_count("ABCABCAXYaxy", &new("A.", "i"), 1), Ok(4));
        assert_eq!(regexp_count("abc", &new("x*", ""), 1), Ok(4));
        assert_eq!(regexp_count("abc", &new("x*", ""), 4), Ok(1));
        assert_eq!(regexp_count("abc", &new("x*", ""), 5), Ok(0));
        assert_eq!(regexp_count("abc", &new("^b", ""), 2), Ok(0));
        let all = new("[^,]+", "");
        assert_eq!(regexp_substr("a,bb,c", &all, 1, 2, 0), Ok(Some("bb")));
        assert_eq!(regexp_substr("a,bb,c", &all, 1, 4, 0), Ok(None));
        assert_eq!(regexp_substr("a,bb,c", &all, 1, 2, 1), Ok(Some("bb")));
        assert_eq!(regexp_substr("a,bb,c", &all, 1, 2, 2), Ok(None));
        let groups = new("(c)(x)?", "");
        assert_eq!(regexp_substr("abc", &groups, 1, 1, 1), Ok(Some("c")));
        assert_eq!(regexp_substr("abc", &groups, 1, 1, 2), Ok(None));
        assert_eq!(
            regexp_substr("abc", &groups, 1, 0, 0),
            Err(Reason::Argument)
        );
        assert_eq!(regexp_instr("äbcb", &new("b", ""), 1, 2, 0, 0), Ok(4));
        assert_eq!(regexp_instr("äbcb", &new("b", ""), 1, 1, 1, 0), Ok(3));
        assert_eq!(regexp_instr("abc", &new("x", ""), 1, 1, 0, 0), Ok(0));
        assert_eq!(
            regexp_instr("abc", &new("x", ""), 1, 1, 2, 0),
            Err(Reason::Argument)
        );
        assert_eq!(substring_matching("foobar", &new("o.b", "")), Some("oob"));
        assert_eq!(substring_matching("foobar", &new("o(.)b", "")), Some("o"));
        assert_eq!(substring_matching("foobar", &new("x", "")), None);
    }

    #[test]
    fn patterns_that_are_none() {
        for (pattern, flags) in [("(", ""), ("a", "z"), ("\\1", ""), ("(?=a)", "")] {
            assert!(compiled(pattern, flags).is_err(), "{pattern} {flags}");
        }
        for number in 0..200 {
            let pattern = format!("^{number}$");
            let compiled = compiled(&pattern, "").expect("a pattern");
            assert!(regexp_like(&number.to_string(), &compiled));
        }
        CACHE.with_borrow(|cache| assert!(cache.len() <= MAX_CACHED));
        assert!(Pattern::new("a+", "").get().regex.is_match("caa"));
    }
}
