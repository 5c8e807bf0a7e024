//! A file sink that finishes one file after another: where they go, and when.

use super::literal::Problem;
use super::options::Options;
use super::{Binder, Bound, interval};
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::ir::ast::Text;
use crate::ir::logical::{
    Compression, FilesSink, OutputColumn, PathValue, RowFormat, SinkKind, Value,
};
use crate::types::DataType;

/// When a file is finished, where the table does not say: at 128 MB or after an hour.
const ROTATE_SIZE: u64 = 128 << 20;
const ROTATE_INTERVAL_S: u64 = 3_600;

/// The longest text of one component of a path, and how many values may stand in it: with the
/// longest values (64 bytes) and the number of the file it stays below the 255 bytes of a name.
const MAX_COMPONENT: usize = 80;
const MAX_VALUES: usize = 2;

/// How the pattern behind the literal folder of a path reads.
#[derive(Default)]
struct Pattern {
    text: String,
    values: Vec<PathValue>,
}

impl Binder<'_> {
    /// Files that are finished; None where the options and the path say nothing of that.
    pub(super) fn files_sink(
        &mut self,
        options: &Options<'_>,
        text: &Text,
        (format, compression): (RowFormat, Compression),
        sync: bool,
    ) -> Bound<Option<SinkKind>> {
        let path = text.value.as_str();
        let rotates =
            options.given("rotate_size").is_some() || options.given("rotate_interval").is_some();
        let (prefix, pattern) = split(path);
        let is_made = format.is_columnar() || compression != Compression::None;
        if pattern.is_empty() && !rotates && !is_made {
            return Ok(None);
        }
        let size = self.rotate_size(options);
        let interval = self.rotate_interval(options);
        // a plain path that is rotated has none
        let read = match pattern {
            "" => Ok(Pattern::default()),
            pattern => read(pattern, prefix.len()),
        };
        let pattern = match read {
            Ok(pattern) => pattern,
            Err(problem) => {
                let span = text.span_within(self.source, problem.range);
                let message = format!("`{path}` is no path for files");
                let diagnostic = Diagnostic::new(code::OPTION_VALUE, message, span);
                let help = "behind the folder that is there, a path takes `{column}` and `%Y`, \
                            `%m`, `%d`, `%H`, `%M` of the time of writing in UTC";
                return Err(self.report(diagnostic.at(problem.text).help(help)));
            }
        };
        let (rotate_size, rotate_interval_s) = if rotates {
            (size, interval)
        } else {
            (Some(ROTATE_SIZE), Some(ROTATE_INTERVAL_S))
        };
        Ok(Some(SinkKind::Files(FilesSink {
            prefix: prefix.to_owned(),
            pattern: pattern.text,
            values: pattern.values,
            path: text.clone(),
            format,
            compression,
            rotate_size,
            rotate_interval_s,
            sync,
        })))
    }

    /// Whether a plain path ends with the name of a file, as far as can be said: variables are read
    /// at start.
    pub(super) fn check_file_name(&mut self, text: &Text) -> Bound<()> {
        let path = text.value.as_str();
        let start = path.rfind('/').map_or(0, |slash| slash + 1);
        if !split(path).1.is_empty() || !matches!(&path[start..], "" | "." | "..") {
            return Ok(());
        }
        let span = text.span_within(self.source, start..path.len());
        let message = format!("`{path}` names no file");
        Err(self.report(
            Diagnostic::new(code::OPTION_VALUE, message, span)
                .at("the name of a file is missing")
                .help("write a path that ends with one, such as `rows.jsonl`"),
        ))
    }

    /// Bytes: a number, or one with a unit of 1024, 1024² … bytes, as PostgreSQL has them.
    fn rotate_size(&mut self, options: &Options<'_>) -> Option<u64> {
        let given = options.given("rotate_size")?;
        let size = options.text("rotate_size")?;
        let bytes = bytes(&size).filter(|bytes| *bytes > 0);
        if bytes.is_none() {
            let message = "wrong value for option `rotate_size`";
            self.report(
                Diagnostic::new(code::OPTION_VALUE, message, given.span())
                    .at("expected a number of bytes, or one with `kB`, `MB`, `GB` or `TB`")
                    .help("write `rotate_size = '64MB'`"),
            );
        }
        bytes
    }

    /// An interval of whole seconds.
    fn rotate_interval(&mut self, options: &Options<'_>) -> Option<u64> {
        let given = options.given("rotate_interval")?;
        let text = options.text("rotate_interval")?;
        let seconds = match interval::parse(&text) {
            Ok(Value::Interval {
                months: 0,
                days,
                micros,
            }) => u64::try_from(interval::size(0, days, micros) / 1_000_000).ok(),
            Ok(_) | Err(_) => None,
        };
        let seconds = seconds.filter(|seconds| *seconds > 0);
        if seconds.is_none() {
            let message = "wrong value for option `rotate_interval`";
            self.report(
                Diagnostic::new(code::OPTION_VALUE, message, given.span())
                    .at("expected an interval of at least a second, without months or years")
                    .help("write `rotate_interval = '10 minutes'`"),
            );
        }
        seconds
    }

    /// Finds the columns that are named in the path of a sink with these columns.
    pub(super) fn path_values(&mut self, files: &mut FilesSink, columns: &[OutputColumn]) {
        for value in &mut files.values {
            match find(columns, &value.name) {
                Some(at) if is_short(columns[at].data_type) => value.column = at,
                Some(at) => {
                    let (name, data_type) = (&value.name, columns[at].data_type);
                    let message = format!("column `{name}` of type `{data_type}` in a path");
                    let span = files.path.span_within(self.source, value.range.clone());
                    self.report(
                        Diagnostic::new(code::TYPE_MISMATCH, message, span)
                            .at("not TEXT, a whole number, BOOLEAN or DATE")
                            .help("add a column of such a type to the query, for the path"),
                    );
                }
                None => {
                    let names = columns.iter().map(|column| column.name.as_str());
                    let near = nearest(&value.name, names.clone());
                    let message = format!("no column `{}` for the path", value.name);
                    let span = files.path.span_within(self.source, value.range.clone());
                    let diagnostic = Diagnostic::new(code::UNKNOWN_COLUMN, message, span);
                    let diagnostic = diagnostic.at("unknown column");
                    let known: Vec<_> = names.collect();
                    let known = format!("the sink's columns are {}", known.join(", "));
                    self.report(match near {
                        Some(near) => diagnostic
                            .help(format!("a column with a similar name exists: `{near}`")),
                        None => diagnostic.note(known),
                    });
                }
            }
        }
    }
}

/// The folder that is there, or a path without pattern; and what follows it.
fn split(path: &str) -> (&str, &str) {
    let mut from = 0;
    // variables are no patterns
    while let Some(at) = path[from..].find(['{', '%', '$']) {
        let at = from + at;
        let rest = &path[at..];
        if !rest.starts_with('$') {
            return path.split_at(path[..at].rfind('/').map_or(0, |slash| slash + 1));
        }
        from = at
            + match rest.strip_prefix("${") {
                Some(inside) => inside.find('}').map_or(rest.len(), |end| end + 3),
                None if rest.starts_with("$$") => 2,
                None => 1,
            };
    }
    (path, "")
}

/// Reads a pattern that stands `offset` bytes behind the start of its path.
fn read(pattern: &str, offset: usize) -> Result<Pattern, Problem> {
    let mut read = Pattern::default();
    let mut start = 0;
    for component in pattern.split('/') {
        let place = offset + start;
        if component.is_empty() {
            let at = (start.max(1) - 1).min(pattern.len() - 1);
            return Err(problem(offset + at, 1, "a name is missing here"));
        }
        if matches!(component, "." | "..") {
            let text = "`.` and `..` are for the folder that is there";
            return Err(problem(place, component.len(), text));
        }
        if start > 0 {
            read.text.push('/');
        }
        let values = read.values.len();
        let mut at = 0;
        while at < component.len() {
            at += read.piece(&component[at..], place + at)?;
        }
        if at > MAX_COMPONENT || read.values.len() - values > MAX_VALUES {
            let text = "at most 80 bytes and two columns between two `/`";
            return Err(problem(place, at, text));
        }
        start += component.len() + 1;
    }
    Ok(read)
}

fn problem(start: usize, length: usize, text: &str) -> Problem {
    Problem {
        range: start..start + length,
        text: text.to_owned(),
    }
}

impl Pattern {
    /// Reads what stands at the start of `rest`, `at` bytes behind the start of the path; how long
    /// it is.
    fn piece(&mut self, rest: &str, at: usize) -> Result<usize, Problem> {
        if rest.starts_with("${") {
            return Err(problem(
                at,
                2,
                "a variable stands before the first `%` or `{`",
            ));
        }
        if rest.starts_with("$$") {
            self.text.push('$');
            return Ok(2);
        }
        let mut letters = rest.chars();
        let first = letters.next().unwrap_or_default();
        let second = letters.next();
        match first {
            '%' => {
                let length = 1 + second.map_or(0, char::len_utf8);
                if !matches!(second, Some('Y' | 'm' | 'd' | 'H' | 'M' | '%')) {
                    return Err(problem(
                        at,
                        length,
                        "not a part of a time that a path takes",
                    ));
                }
                self.text.push_str(&rest[..length]);
                Ok(length)
            }
            '{' => {
                let Some(end) = rest.find('}') else {
                    return Err(problem(at, rest.len(), "no closing `}`"));
                };
                if end == 1 {
                    return Err(problem(at, 2, "which column?"));
                }
                self.values.push(PathValue {
                    name: rest[1..end].to_owned(),
                    column: 0,
                    range: at..at + end + 1,
                });
                self.text.push_str("{}");
                Ok(end + 1)
            }
            other => {
                self.text.push(other);
                Ok(other.len_utf8())
            }
        }
    }
}

/// The column that `name` means, as everywhere: exactly, or else in any case of its letters.
fn find(columns: &[OutputColumn], name: &str) -> Option<usize> {
    let exact = columns.iter().position(|column| column.name == name);
    let like = |column: &OutputColumn| column.name.eq_ignore_ascii_case(name);
    exact.or_else(|| columns.iter().position(like))
}

/// Whether the values of a type may be a part of a path.
fn is_short(data_type: DataType) -> bool {
    matches!(
        data_type,
        DataType::Text | DataType::Integer(_) | DataType::Boolean | DataType::Date
    )
}

/// `64MB`
pub(super) fn bytes(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let digits = text.find(|letter: char| !letter.is_ascii_digit());
    let (number, unit) = text.split_at(digits.unwrap_or(text.len()));
    let shift = match unit.trim() {
        "" | "b" => 0,
        "kb" | "kib" => 10,
        "mb" | "mib" => 20,
        "gb" | "gib" => 30,
        "tb" | "tib" => 40,
        _ => return None,
    };
    let number: u64 = number.parse().ok()?;
    number.checked_mul(1 << shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!(bytes("64MB"), Some(64 << 20));
        assert_eq!(bytes(" 3 kB "), Some(3 << 10));
        assert_eq!(bytes("17"), Some(17));
        for wrong in ["", "MB", "1.5MB", "-1", "64Mb/s", "99999999999TB"] {
            assert_eq!(bytes(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn patterns_stand_behind_a_folder() {
        assert_eq!(split("a/b.csv"), ("a/b.csv", ""));
        assert_eq!(split("a/b-%Y/c.csv"), ("a/", "b-%Y/c.csv"));
        assert_eq!(split("${A:-x%y}/{b}/c"), ("${A:-x%y}/", "{b}/c"));
        assert_eq!(split("{b}.csv"), ("", "{b}.csv"));
        assert_eq!(split("/%Y"), ("/", "%Y"));
        assert_eq!(split("a$$/${B}{c}"), ("a$$/", "${B}{c}"));
    }

    #[test]
    fn a_pattern_is_read_or_refused() {
        let pattern = read("{a}/%Y-%%/x{B c}.csv", 4).map(|read| (read.text, read.values));
        let Ok((text, values)) = pattern else {
            panic!("it is one");
        };
        assert_eq!(text, "{}/%Y-%%/x{}.csv");
        let values: Vec<_> = values.into_iter().map(|v| (v.name, v.range)).collect();
        assert_eq!(values, [("a".into(), 4..7), ("B c".into(), 15..20)]);
        for (wrong, range) in [
            ("{a", 0..2),
            ("{}", 0..2),
            ("x/%S", 2..4),
            ("%", 0..1),
            ("{a}//b", 3..4),
            ("{a}/", 3..4),
            ("{a}{b}{c}", 0..9),
            ("%Y/${X}", 3..5),
            ("%Y/../x", 3..5),
            ("{a}/.", 4..5),
        ] {
            let found = read(wrong, 0).map(|_| ()).map_err(|problem| problem.range);
            assert_eq!(found, Err(range), "{wrong}");
        }
    }
}
