//! `${NAME}` and `${NAME:-default}` in option texts; `$$` is a dollar sign, and so is one before
//! anything else (`$share/group/filter` needs no escape). They are resolved when the binary starts;
//! here only their form is checked.

use super::literal::Problem;

/// Whether `text` holds a reference.
pub(super) fn is_template(text: &str) -> bool {
    references(text).any(|reference| reference.is_ok())
}

/// Checks the form of all references in `text`.
pub(super) fn check(text: &str) -> Result<(), Problem> {
    references(text).try_for_each(|reference| reference.map(drop))
}

/// Whether the file itself says something of the value: text beside the references, or a default
/// that is not empty.
pub(super) fn says_something(text: &str) -> bool {
    !replaced(text, default).is_empty()
}

/// What stands behind `:-` inside a reference.
fn default(inside: &str) -> &str {
    inside.split_once(":-").map_or("", |(_, default)| default)
}

/// The text with each reference replaced by `stand_in` and `$$` by `$`, to check the rest of it.
pub(super) fn with_stand_in(text: &str, stand_in: &str) -> String {
    replaced(text, |_| stand_in)
}

/// The text with each reference replaced by its variable, or its default where that is not set or
/// empty; the name of the first one that has neither.
pub fn resolved(text: &str, value: impl Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut missing = None;
    let found = replaced_by(text, |inside| {
        let (name, default) = match inside.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inside, None),
        };
        let set = value(name).filter(|value| !value.is_empty() || default.is_none());
        set.or_else(|| default.map(ToOwned::to_owned))
            .unwrap_or_else(|| {
                missing.get_or_insert_with(|| name.to_owned());
                String::new()
            })
    });
    missing.map_or(Ok(found), Err)
}

/// The text with each reference replaced by what `value` makes of its inside, and `$$` by `$`.
fn replaced<'t>(text: &'t str, value: impl Fn(&'t str) -> &'t str) -> String {
    replaced_by(text, |inside| value(inside).to_owned())
}

fn replaced_by<'t>(text: &'t str, mut value: impl FnMut(&'t str) -> String) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        result.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        rest = if let Some(behind) = behind.strip_prefix('$') {
            result.push('$');
            behind
        } else if let Some(end) = behind.find('}').filter(|_| behind.starts_with('{')) {
            result.push_str(&value(&behind[1..end]));
            &behind[end + 1..]
        } else {
            result.push('$');
            behind
        };
    }
    result + rest
}

/// The names of the references in `text`, or what is wrong with one.
fn references(text: &str) -> impl Iterator<Item = Result<&str, Problem>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while !text[at..].starts_with("${") {
            at += text[at..].find('$')?;
            match text[at + 1..].chars().next() {
                Some('$') => at += 2,
                Some('{') => {}
                Some(_) | None => at += 1,
            }
        }
        let start = at;
        let reference = reference(&text[start..]);
        at = match &reference {
            Ok((_, length)) => start + length,
            Err(_) => text.len(),
        };
        Some(reference.map(|(name, _)| name).map_err(|problem| Problem {
            range: problem.range.start + start..problem.range.end + start,
            ..problem
        }))
    })
}

/// The name and the length of the reference at the start of `text`.
fn reference(text: &str) -> Result<(&str, usize), Problem> {
    let problem = |end: usize, what: &str| Problem {
        range: 0..end,
        text: what.to_owned(),
    };
    let inner = &text["${".len()..];
    let length = inner
        .find('}')
        .ok_or_else(|| problem(text.len(), "no closing `}`"))?;
    let name = inner[..length].split(":-").next().unwrap_or_default();
    let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if name.is_empty() || !is_name {
        return Err(problem(length + 3, "a name is letters, digits and `_`"));
    }
    Ok((name, length + 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_checked() {
        for good in [
            "plain",
            "${A}",
            "x${A_1:-b c}y${B}",
            "$$",
            "$${A",
            "a$$b",
            "$A",
            "$share/g/a",
            "$",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        let cases = [
            ("a${", 1..3),
            ("${a b}", 0..6),
            ("${}", 0..3),
            ("$ ${A}${", 6..8),
        ];
        for (bad, range) in cases {
            assert_eq!(check(bad).expect_err(bad).range, range, "{bad}");
        }
        assert!(is_template("a${B}") && !is_template("$$") && !is_template("$${A}"));
    }

    #[test]
    fn defaults_and_text_say_something() {
        for nothing in ["", "${A}", "${A:-}", "${A}${B:-}"] {
            assert!(!says_something(nothing), "{nothing}");
        }
        for something in ["x", "$$", "x${A}", "${A:-x}", "${A}${B:- }"] {
            assert!(says_something(something), "{something}");
        }
    }

    #[test]
    fn variables_are_looked_up() {
        let value = |name: &str| match name {
            "A" => Some("a".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        assert_eq!(resolved("x${A}y${B:-b}$$", value), Ok("xayb$".to_owned()));
        assert_eq!(resolved("${EMPTY:-e}${EMPTY}", value), Ok("e".to_owned()));
        assert_eq!(resolved("${B}${C}", value), Err("B".to_owned()));
    }

    #[test]
    fn stand_ins_replace_references() {
        assert_eq!(with_stand_in("tcp://${H:-a}:${P}/$$", "1"), "tcp://1:1/$");
        assert_eq!(with_stand_in("$share/${G}/a", "x"), "$share/x/a");
    }
}
