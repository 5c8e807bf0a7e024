//! JSON paths: `$.a."odd key"[0]`, each naming exactly one place (the part of RFC 9535 that does).

use super::json;
use super::literal::Problem;
use crate::ir::logical::PathStep;

/// A message that is nested more deeply is bad.
const MOST_STEPS: usize = 128;

/// The steps of `path`.
pub(super) fn parse(path: &str) -> Result<Vec<PathStep>, Problem> {
    if !path.starts_with('$') {
        return Err(problem(
            path,
            0,
            "a path starts with `$`, the whole message",
        ));
    }
    let (mut steps, mut at) = (Vec::new(), 1);
    while at < path.len() {
        if steps.len() == MOST_STEPS {
            return Err(problem(path, at, "no message is nested so deeply"));
        }
        let (step, end) = step(path, at)?;
        steps.push(step);
        at = end;
    }
    Ok(steps)
}

/// The path with its keys quoted where they must be, for suggestions.
pub(super) fn key_step(key: &str) -> String {
    if !key.is_empty() && key.chars().all(is_plain) {
        format!(".{key}")
    } else {
        format!(".\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// The path that `written`, which does not start with `$`, seems to mean in a column `name`.
pub(super) fn suggestion(written: &str, name: &str) -> String {
    let prefixed = format!("$.{written}");
    if parse(&prefixed).is_ok() {
        return prefixed;
    }
    let keys = written.split(['.', '/']).filter(|key| !key.is_empty());
    let steps: String = keys.map(key_step).collect();
    if steps.is_empty() {
        return format!("${}", key_step(name));
    }
    format!("${steps}")
}

/// The step that starts at byte `at`, and where it ends.
fn step(path: &str, at: usize) -> Result<(PathStep, usize), Problem> {
    match path.as_bytes()[at] {
        b'.' => key(path, at + 1),
        b'[' => bracket(path, at + 1),
        _ => Err(problem(path, at, "expected `.` or `[` here")),
    }
}

/// `key`, `"odd key"`
fn key(path: &str, at: usize) -> Result<(PathStep, usize), Problem> {
    let rest = &path[at..];
    if rest.starts_with('"') {
        let (key, end) = json::string_at(path, at)?;
        return Ok((PathStep::Key(key), end));
    }
    let length = rest.find(|c| !is_plain(c)).unwrap_or(rest.len());
    let end = at + length;
    match path[end..].chars().next() {
        _ if length > 0 && path[end..].starts_with(['.', '[']) => {}
        None if length > 0 => {}
        None => return Err(problem(path, at, "a key is missing here")),
        Some('.') => return Err(problem(path, at, "a path names one place: no `..`")),
        Some('*') => return Err(problem(path, end, "a path names one place: no `*`")),
        Some(_) => {
            let text = "keys with this character are written in double quotes";
            return Err(problem(path, end, text));
        }
    }
    Ok((PathStep::Key(path[at..end].to_owned()), end))
}

fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '@' | '$')
}

/// `0]`, `"key"]`, `'key']`
fn bracket(path: &str, at: usize) -> Result<(PathStep, usize), Problem> {
    let rest = &path[at..];
    let (step, end) = if rest.starts_with('"') {
        let (key, end) = json::string_at(path, at)?;
        (PathStep::Key(key), end)
    } else if let Some(inner) = rest.strip_prefix('\'') {
        let length = inner.find('\'');
        let length = length.ok_or_else(|| problem(path, at, "the key is not closed"))?;
        (PathStep::Key(inner[..length].to_owned()), at + length + 2)
    } else {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let index = rest[..digits].parse::<u32>();
        let text = "expected an index from 0, or a key in quotes";
        (
            PathStep::Index(index.map_err(|_| problem(path, at, text))?),
            at + digits,
        )
    };
    if !path[end..].starts_with(']') {
        return Err(problem(path, end, "expected `]` here"));
    }
    Ok((step, end + 1))
}

fn problem(path: &str, at: usize, text: &str) -> Problem {
    let width = path[at..].chars().next().map_or(0, char::len_utf8);
    Problem {
        range: at..at + width,
        text: text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read() {
        let key = |key: &str| PathStep::Key(key.to_owned());
        let cases = [
            ("$", vec![]),
            ("$.a.b_c", vec![key("a"), key("b_c")]),
            ("$.\"switch:0\".x", vec![key("switch:0"), key("x")]),
            (
                "$.a[0][12]",
                vec![key("a"), PathStep::Index(0), PathStep::Index(12)],
            ),
            ("$[\"a]\"]['b c']", vec![key("a]"), key("b c")]),
            ("$.größe.0x", vec![key("größe"), key("0x")]),
            ("$.\"a\\\"b\"", vec![key("a\"b")]),
        ];
        for (path, steps) in cases {
            assert_eq!(parse(path), Ok(steps), "{path}");
        }
    }

    #[test]
    fn a_path_is_as_long_as_messages_are_deep() {
        let path = |keys: usize| format!("${}", ".a".repeat(keys));
        assert_eq!(parse(&path(MOST_STEPS)).map(|steps| steps.len()), Ok(128));
        let range = parse(&path(MOST_STEPS + 1)).map_err(|problem| problem.range);
        assert_eq!(range, Err(257..258));
    }

    #[test]
    fn mistakes_are_placed() {
        let cases = [
            ("a.b", 0..1),
            ("", 0..0),
            ("$a", 1..2),
            ("$.", 2..2),
            ("$..a", 2..3),
            ("$.*", 2..3),
            ("$.a b", 3..4),
            ("$.a:b", 3..4),
            ("$[-1]", 2..3),
            ("$[99999999999]", 2..3),
            ("$[1", 3..3),
            ("$['a", 2..3),
            ("$.\"a", 4..4),
        ];
        for (path, range) in cases {
            assert_eq!(parse(path).expect_err(path).range, range, "{path}");
        }
    }

    #[test]
    fn keys_are_quoted_where_they_must() {
        assert_eq!(key_step("a_b"), ".a_b");
        assert_eq!(key_step("switch:0"), ".\"switch:0\"");
    }
}
