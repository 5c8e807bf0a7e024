//! SQL names as Rust identifiers: unique within their scope, stable, at most [`MAX_CHARS`]
//! characters of plain ASCII, and never one that means something in the generated code.

use proc_macro2::{Ident, Span};
use std::collections::BTreeSet;

/// Longest identifier made from a name; what makes it unique comes on top.
const MAX_CHARS: usize = 40;

/// How an identifier is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `sensor_data`: modules, functions, variables
    Snake,
    /// `SensorData`: types
    Camel,
    /// `SENSOR_DATA`: constants
    Upper,
}

/// The identifiers in use in one scope.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    taken: BTreeSet<String>,
}

impl Scope {
    /// An identifier for the SQL name `name`, unlike any given before. `fallback` is used where
    /// the name has nothing that an identifier could keep; it must be lower-case ASCII.
    pub(super) fn declare(&mut self, name: &str, fallback: &str, style: Style) -> Ident {
        let base = styled(&words(name, fallback), style);
        let base = if is_reserved(&base) {
            format!("{base}_")
        } else {
            base
        };
        self.unique(&base)
    }

    /// The same for a field or method, which only Rust's own words are in the way of.
    pub(super) fn declare_member(&mut self, name: &str, fallback: &str) -> Ident {
        let base = styled(&words(name, fallback), Style::Snake);
        let base = if KEYWORDS.binary_search(&base.as_str()).is_ok() {
            format!("{base}_")
        } else {
            base
        };
        self.unique(&base)
    }

    fn unique(&mut self, base: &str) -> Ident {
        let (mut unique, mut number) = (base.to_owned(), 1);
        while !self.taken.insert(unique.clone()) {
            number += 1;
            unique = format!("{}_{number}", base.trim_end_matches('_'));
        }
        Ident::new(&unique, Span::call_site())
    }
}

/// The words of a name: runs of ASCII letters and digits, split where lower case turns to upper,
/// in lower case, together at most [`MAX_CHARS`] with an underscore between two.
fn words(name: &str, fallback: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut in_word, mut after_lower, mut length) = (false, false, 0);
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() {
            in_word = false;
            continue;
        }
        if !in_word || (after_lower && c.is_ascii_uppercase()) {
            words.push(String::new());
            length += 1;
        }
        in_word = true;
        after_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        length += 1;
        if length > MAX_CHARS {
            break;
        }
        if let Some(word) = words.last_mut() {
            word.push(c.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    if !words
        .first()
        .is_some_and(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()))
    {
        words.insert(0, fallback.to_owned());
    }
    words
}

fn styled(words: &[String], style: Style) -> String {
    match style {
        Style::Snake => words.join("_"),
        Style::Upper => words.join("_").to_ascii_uppercase(),
        Style::Camel => words
            .iter()
            .map(|word| word[..1].to_ascii_uppercase() + &word[1..])
            .collect(),
    }
}

/// Rust's keywords, used or reserved, and `_`'s relatives that can't be names.
const KEYWORDS: &[&str] = &[
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "union", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// What `use laminar_runtime::generated::*` brings in.
const PRELUDE: &[&str] = &[
    "At",
    "Column",
    "Date",
    "Decimal",
    "Encode",
    "Interval",
    "Json",
    "Nested",
    "Out",
    "Outcome",
    "Place",
    "Reason",
    "Required",
    "Row",
    "RowError",
    "RowWriter",
    "Table",
    "Time",
    "TimeFormat",
    "TimeItem",
    "Timestamp",
    "TimestampNanos",
    "TimestampText",
    "Type",
    "TypedTable",
    "Verbatim",
    "add",
    "add_decimals",
    "add_times",
    "avro",
    "cast",
    "cast_bytes",
    "cast_decimal",
    "cast_json",
    "cast_text",
    "cast_timestamp",
    "cast_timestamp_nanos",
    "concat_bytes",
    "concat_text",
    "divide",
    "divide_decimals",
    "divide_interval",
    "function",
    "ilike",
    "json",
    "json_at",
    "json_text_at",
    "like",
    "matched",
    "modulo",
    "modulo_decimals",
    "multiply",
    "multiply_decimals",
    "multiply_interval",
    "negate",
    "negate_interval",
    "segment",
    "shift_left",
    "shift_right",
    "subtract",
    "subtract_decimals",
    "subtract_times",
    "topic_part",
];

/// Other names that the emitter itself writes: what the standard prelude and the language give,
/// and its own constants and variables.
const WRITTEN: &[&str] = &[
    "Box",
    "Err",
    "FLOWS",
    "NODES",
    "None",
    "Ok",
    "Option",
    "PIPELINE",
    "Result",
    "SHAPE",
    "Some",
    "String",
    "Vec",
    "alloc",
    "bool",
    "boxed",
    "char",
    "check",
    "core",
    "f32",
    "f64",
    "flow",
    "i128",
    "i16",
    "i32",
    "i64",
    "i8",
    "include_str",
    "inner",
    "isize",
    "laminar_runtime",
    "left",
    "matches",
    "out",
    "passes",
    "pattern",
    "right",
    "row",
    "spec",
    "std",
    "str",
    "u128",
    "u16",
    "u32",
    "u64",
    "u8",
    "unreachable",
    "usize",
    "value",
    "values",
];

fn is_reserved(identifier: &str) -> bool {
    let lists = [KEYWORDS, PRELUDE, WRITTEN];
    lists
        .iter()
        .any(|list| list.binary_search(&identifier).is_ok())
}

/// Longest piece of SQL text shown in a comment, in characters.
const MAX_SHOWN: usize = 60;

/// A SQL name for a comment: one line, cut to a bearable length, and with everything but plain
/// letters, digits and harmless punctuation escaped.
pub(super) fn shown(name: &str) -> String {
    let mut shown: String = name.chars().take(MAX_SHOWN).map(escaped).collect();
    if name.chars().nth(MAX_SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

fn escaped(c: char) -> String {
    let plain = c.is_alphanumeric() || (c.is_ascii_graphic() && c != '`') || c == ' ';
    if plain {
        c.to_string()
    } else {
        c.escape_unicode().to_string()
    }
}

/// A name as part of a package name: `[a-z0-9-]`, at most 40 characters.
pub(super) fn slug(name: &str) -> String {
    words(name, "pipeline").join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(names: &[&str], style: Style, want: &[&str]) {
        let mut scope = Scope::default();
        let got: Vec<_> = names
            .iter()
            .map(|name| scope.declare(name, "column", style).to_string())
            .collect();
        assert_eq!(got, want);
    }

    #[test]
    fn names_become_identifiers() {
        check(
            &[
                "sensor_id",
                "deviceId",
                "HTTPStatus",
                "switch:0",
                "0",
                "größe",
                "",
            ],
            Style::Snake,
            &[
                "sensor_id",
                "device_id",
                "httpstatus",
                "switch_0",
                "column_0",
                "gr_e",
                "column",
            ],
        );
        check(
            &["sensor data", "x1y2"],
            Style::Camel,
            &["SensorData", "X1y2"],
        );
        check(
            &["sensorData", "type"],
            Style::Upper,
            &["SENSOR_DATA", "TYPE"],
        );
    }

    #[test]
    fn collisions_and_reserved_words_step_aside() {
        check(
            &[
                "a", "A", "a_2", "a", "type", "Type", "_", "self", "add", "row",
            ],
            Style::Snake,
            &[
                "a", "a_2", "a_2_2", "a_3", "type_", "type_2", "column", "self_", "add_", "row_",
            ],
        );
        check(
            &["self", "timestamp"],
            Style::Camel,
            &["Self_", "Timestamp_"],
        );
    }

    #[test]
    fn long_names_are_cut() {
        let long = "x".repeat(10_000);
        let mut scope = Scope::default();
        for _ in 0..3 {
            let name = scope.declare(&long, "column", Style::Snake).to_string();
            assert!(name.len() <= MAX_CHARS + 2, "{name}");
        }
        assert!(slug(&long).len() <= 40);
        assert!(slug("9 Lives!").starts_with("pipeline-9"));
    }

    #[test]
    fn reserved_words_are_sorted() {
        for list in [KEYWORDS, PRELUDE, WRITTEN] {
            assert!(list.is_sorted());
        }
    }

    /// The names that generated code gets by its one `use`, from the text of the runtime's list.
    fn exported() -> Vec<&'static str> {
        let text = include_str!("../../../runtime/src/generated.rs");
        let uses = text.split("pub use ").skip(1);
        let mut names: Vec<_> = uses
            .flat_map(|rest| {
                let path = rest.split_once(';').expect("a `use` ends").0;
                let (_, names) = path.rsplit_once("::").expect("a `use` names a module");
                names.split(['{', ',', '}']).map(str::trim)
            })
            .filter(|name| !name.is_empty())
            .collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn the_prelude_is_what_the_runtime_exports() {
        assert_eq!(PRELUDE, exported());
    }

    #[test]
    fn comments_show_nothing_harmful() {
        assert_eq!(shown("a\n*/\u{202e}`b"), "a\\u{a}*/\\u{202e}\\u{60}b");
        assert_eq!(shown(&"ä".repeat(99)).chars().count(), MAX_SHOWN + 1);
    }
}
