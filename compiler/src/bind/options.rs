//! Reads the options of one statement against their tables: each known, given once, of the right
//! type and range. What is valid but not built yet is gathered into one diagnostic.

use super::{Binder, json, variable};
use crate::connectors::{
    CONNECTION, CONNECTORS, OptionKind, OptionSpec, QOS_NAMES, Support, TIMESTAMP_FORMATS,
};
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::ir::ast::{OptionEntry, OptionValue, Text};
use crate::source::Span;
use std::collections::BTreeMap;
use std::ops::Range;

/// The options of a statement that were given and are valid.
#[derive(Debug, Default)]
pub(super) struct Options<'a> {
    given: BTreeMap<&'static str, Given<'a>>,
    /// What the statement uses that is not built yet: where, and what to say there.
    later: Vec<(Span, String)>,
}

/// An option that was given.
#[derive(Debug)]
pub(super) struct Given<'a> {
    /// Its key and value as written.
    pub(super) entry: &'a OptionEntry,
    /// Its value; None if it is wrong (and was reported).
    pub(super) value: Option<Value>,
}

/// An option's value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Boolean(bool),
    Integer(u64),
    Number(f64),
    Choice(&'static str),
    List(Vec<Element>),
}

/// An element of a list option.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Element {
    /// Its value.
    pub(super) value: String,
    /// Where it stands.
    pub(super) place: Place,
}

/// Where a text stands, precisely enough to point at a part of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Place {
    /// The whole literal.
    Literal(Text),
    /// A string of a JSON array in a literal.
    Json(Text, json::JsonString),
}

impl Given<'_> {
    /// Where the value stands.
    pub(super) fn span(&self) -> Span {
        self.entry.value.span()
    }
}

impl<'a> Options<'a> {
    /// An option that was given, valid or not.
    pub(super) fn given(&self, name: &str) -> Option<&Given<'a>> {
        self.given.get(name)
    }

    /// Where the key and value of an option stand.
    pub(super) fn span(&self, name: &str) -> Option<Span> {
        let given = self.given(name)?;
        Some(given.entry.key.span.to(given.span()))
    }

    /// Remembers a part of the statement that is not built yet.
    pub(super) fn later(&mut self, span: Span, what: impl Into<String>) {
        self.later.push((span, what.into()));
    }

    /// The one diagnostic about what is not built yet.
    pub(super) fn unsupported(&mut self, statement: &str) -> Option<Diagnostic> {
        self.later.sort_by_key(|(span, _)| *span);
        let mut later = std::mem::take(&mut self.later).into_iter();
        let (span, text) = later.next()?;
        let several = later.len() > 0;
        let what = if several {
            "options that are"
        } else {
            "an option that is"
        };
        let message = format!("{statement} uses {what} not supported yet");
        let first = Diagnostic::new(code::UNSUPPORTED_OPTION, message, span).at(text);
        let pronoun = if several { "them" } else { "it" };
        let diagnostic = later
            .fold(first, |diagnostic, (span, text)| {
                diagnostic.also(span, text)
            })
            .note("an option is never ignored: what has no effect yet is an error")
            .help(format!("remove {pronoun}, if the pipeline can do without"));
        Some(diagnostic)
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.given(name)?.value.as_ref()
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.value(name)? {
            Value::Text(text) => Some(text.clone()),
            other => unreachable!("option {name} is text, not {other:?}"),
        }
    }

    pub(super) fn boolean(&self, name: &str) -> Option<bool> {
        match self.value(name)? {
            Value::Boolean(value) => Some(*value),
            other => unreachable!("option {name} is a boolean, not {other:?}"),
        }
    }

    /// An integer; its table row's bounds are within those of `T`.
    pub(super) fn integer<T: TryFrom<u64>>(&self, name: &str) -> Option<T> {
        match self.value(name)? {
            Value::Integer(value) => {
                let fits = T::try_from(*value).ok();
                assert!(
                    fits.is_some(),
                    "the bounds of option {name} exceed its type"
                );
                fits
            }
            other => unreachable!("option {name} is an integer, not {other:?}"),
        }
    }

    pub(super) fn number(&self, name: &str) -> Option<f64> {
        match self.value(name)? {
            Value::Number(value) => Some(*value),
            other => unreachable!("option {name} is a number, not {other:?}"),
        }
    }

    pub(super) fn choice(&self, name: &str) -> Option<&'static str> {
        match self.value(name)? {
            Value::Choice(value) => Some(value),
            other => unreachable!("option {name} is a choice, not {other:?}"),
        }
    }

    pub(super) fn list(&self, name: &str) -> Option<&[Element]> {
        match self.value(name)? {
            Value::List(elements) => Some(elements),
            other => unreachable!("option {name} is a list, not {other:?}"),
        }
    }
}

impl Binder<'_> {
    /// Reads `entries` against `specs`; `owner` names what takes them, "connector `stdout`".
    pub(super) fn options<'a>(
        &mut self,
        owner: &str,
        specs: &[&'static OptionSpec],
        entries: &'a [OptionEntry],
    ) -> Options<'a> {
        let mut options = Options::default();
        for entry in entries {
            let key = &entry.key.text;
            let spec = specs
                .iter()
                .find(|spec| spec.name.eq_ignore_ascii_case(key));
            let Some(spec) = spec else {
                self.report(unknown_option(owner, specs, entry));
                continue;
            };
            if let Some(earlier) = options.given.get(spec.name) {
                let earlier = earlier.entry.key.span;
                self.report(repeated_option(spec.name, entry, earlier));
                continue;
            }
            let value = self.option_value(spec, entry, &mut options);
            options.given.insert(spec.name, Given { entry, value });
        }
        options
    }

    fn option_value(
        &mut self,
        spec: &OptionSpec,
        entry: &OptionEntry,
        options: &mut Options<'_>,
    ) -> Option<Value> {
        let reported = self.diagnostics.error_count();
        self.variables(spec, &entry.value);
        if matches!(spec.kind, OptionKind::TimestampFormat) && is_pattern(&entry.value) {
            options.later(
                entry.value.span(),
                "timestamp patterns are not supported yet",
            );
            return None;
        }
        let value = if self.diagnostics.error_count() == reported {
            self.typed_value(spec, entry)
        } else {
            None
        };
        let span = entry.key.span.to(entry.value.span());
        match (spec.support, value.as_ref()) {
            (Support::Later, _) => options.later(span, "not supported yet"),
            (Support::Only(values), Some(value)) if !values.contains(&as_text(value).as_str()) => {
                let built = if matches!(value, Value::Integer(_)) {
                    format!("`{}`", values.join(", "))
                } else {
                    list(values)
                };
                options.later(span, format!("only {built} is supported yet"));
            }
            (Support::Full | Support::Only(_), _) => {}
        }
        value
    }

    /// Checks the `${…}` references in a value.
    fn variables(&mut self, spec: &OptionSpec, value: &OptionValue) {
        let texts = match value {
            OptionValue::Text(text) => std::slice::from_ref(text),
            OptionValue::Array { items, .. } => items,
            OptionValue::Number { .. } | OptionValue::Boolean { .. } => &[],
        };
        for text in texts {
            if !spec.template && variable::is_template(&text.value) {
                self.report(no_variable(spec, text.span));
            } else if spec.template
                && let Err(problem) = variable::check(&text.value)
            {
                let span = text.span_within(self.source, problem.range);
                self.report(malformed_variable(spec, span, problem.text));
            }
        }
    }

    fn typed_value(&mut self, spec: &OptionSpec, entry: &OptionEntry) -> Option<Value> {
        let value = &entry.value;
        let wanted = |this: &mut Self, wanted: String| {
            this.report(wrong_value(spec.name, value.span(), &wanted));
            None
        };
        let written = scalar(value);
        match spec.kind {
            OptionKind::Any => Some(Value::Text(written.unwrap_or_default())),
            OptionKind::Text | OptionKind::AnyText => match value {
                OptionValue::Text(text) => {
                    if text.value.is_empty() && matches!(spec.kind, OptionKind::Text) {
                        return wanted(self, "a text that is not empty".to_owned());
                    }
                    Some(Value::Text(text.value.clone()))
                }
                OptionValue::Number { .. }
                | OptionValue::Boolean { .. }
                | OptionValue::Array { .. } => wanted(self, "a text in single quotes".to_owned()),
            },
            OptionKind::Boolean => match written.map(|text| text.to_ascii_lowercase()).as_deref() {
                Some("true") => Some(Value::Boolean(true)),
                Some("false") => Some(Value::Boolean(false)),
                Some(_) | None => wanted(self, "`true` or `false`".to_owned()),
            },
            OptionKind::Integer { least, greatest } => {
                let number = written.and_then(|text| text.trim().parse::<u64>().ok());
                match number.filter(|number| (least..=greatest).contains(number)) {
                    Some(number) => Some(Value::Integer(number)),
                    None => wanted(self, format!("a whole number from {least} to {greatest}")),
                }
            }
            OptionKind::Number { least, greatest } => {
                let number = written.and_then(|text| text.trim().parse::<f64>().ok());
                match number.filter(|number| (least..=greatest).contains(number)) {
                    Some(number) => Some(Value::Number(number)),
                    None => wanted(self, format!("a number from {least} to {greatest}")),
                }
            }
            OptionKind::Qos => {
                let qos = written.and_then(|text| qos(&text)).map(Value::Integer);
                if qos.is_none() {
                    let names = list(&QOS_NAMES);
                    return wanted(self, format!("0, 1 or 2, or by name {names}"));
                }
                qos
            }
            OptionKind::Choice(choices) => self.choice(spec.name, choices, value),
            OptionKind::TimestampFormat => self.choice(spec.name, TIMESTAMP_FORMATS, value),
            OptionKind::List => self.string_list(spec.name, value).map(Value::List),
        }
    }

    fn choice(
        &mut self,
        name: &str,
        choices: &'static [&'static str],
        value: &OptionValue,
    ) -> Option<Value> {
        let written = scalar(value).unwrap_or_default();
        let found = choices
            .iter()
            .find(|choice| choice.eq_ignore_ascii_case(&written));
        if let Some(choice) = found {
            return Some(Value::Choice(choice));
        }
        let mut diagnostic = wrong_value(name, value.span(), &list(choices));
        if let Some(near) = nearest(&written, choices.iter().copied()) {
            diagnostic = diagnostic.help(format!("did you mean `'{near}'`?"));
        }
        self.report(diagnostic);
        None
    }

    fn string_list(&mut self, name: &str, value: &OptionValue) -> Option<Vec<Element>> {
        let elements = match value {
            OptionValue::Array { items, .. } => items.iter().map(literal_element).collect(),
            OptionValue::Text(text) => self.json_list(name, text)?,
            OptionValue::Number { .. } | OptionValue::Boolean { .. } => {
                let wanted = "a JSON array of texts";
                let diagnostic = wrong_value(name, value.span(), wanted);
                self.report(diagnostic.help(format!("write `{name} = '[\"a/b\", \"c/#\"]'`")));
                return None;
            }
        };
        if elements.is_empty() {
            self.report(wrong_value(name, value.span(), "at least one element"));
            return None;
        }
        Some(elements)
    }

    fn json_list(&mut self, name: &str, text: &Text) -> Option<Vec<Element>> {
        match json::string_array(&text.value) {
            Ok(strings) => {
                let element = |string: json::JsonString| Element {
                    value: string.value.clone(),
                    place: Place::Json(text.clone(), string),
                };
                Some(strings.into_iter().map(element).collect())
            }
            Err(problem) => {
                let span = text.span_within(self.source, problem.range);
                let message = format!("option `{name}` is not a JSON array of texts");
                let example = format!("write `{name} = '[\"a/b\", \"c/#\"]'`");
                let diagnostic = Diagnostic::new(code::OPTION_VALUE, message, span);
                let mut diagnostic = diagnostic.at(problem.text).help(example);
                if name == "topics" && !text.value.trim_start().starts_with('[') {
                    diagnostic = diagnostic.help("for a single filter, write `topic = 'a/b'`");
                }
                self.report(diagnostic);
                None
            }
        }
    }

    /// The source behind `range` (bytes of the text's value) of a text at `place`.
    pub(super) fn place_span(&self, place: &Place, range: Range<usize>) -> Span {
        match place {
            Place::Literal(text) => text.span_within(self.source, range),
            Place::Json(text, string) => text.span_within(self.source, string.places(range)),
        }
    }
}

/// An element that is a literal of its own.
pub(super) fn literal_element(text: &Text) -> Element {
    Element {
        value: text.value.clone(),
        place: Place::Literal(text.clone()),
    }
}

/// A value as written, without quotes; None for a list.
fn scalar(value: &OptionValue) -> Option<String> {
    match value {
        OptionValue::Text(text) => Some(text.value.clone()),
        OptionValue::Number { text, .. } => Some(text.clone()),
        OptionValue::Boolean { value, .. } => Some(value.to_string()),
        OptionValue::Array { .. } => None,
    }
}

/// A strftime pattern, which is valid for a timestamp format, but not built yet.
fn is_pattern(value: &OptionValue) -> bool {
    scalar(value).is_some_and(|text| text.contains('%'))
}

fn qos(text: &str) -> Option<u64> {
    let by_name = QOS_NAMES
        .iter()
        .position(|name| name.eq_ignore_ascii_case(text));
    let by_number = text.parse().ok().filter(|&number| number <= 2);
    by_name.or(by_number).map(|qos| qos as u64)
}

/// A value in the form that [`Support::Only`] lists it.
fn as_text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Boolean(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::Choice(value) => (*value).to_owned(),
        Value::List(elements) => {
            let values: Vec<&str> = elements.iter().map(|e| e.value.as_str()).collect();
            values.join(", ")
        }
    }
}

/// `'a'`, `'b'` or `'c'`
pub(super) fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`'{word}'`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

fn unknown_option(owner: &str, specs: &[&'static OptionSpec], entry: &OptionEntry) -> Diagnostic {
    let key = &entry.key.text;
    let message = format!("no option `{key}` for {owner}");
    let diagnostic = Diagnostic::new(code::UNKNOWN_OPTION, message, entry.key.span);
    let diagnostic = diagnostic.at("unknown option");
    if let Some(near) = nearest(key, specs.iter().map(|spec| spec.name)) {
        return diagnostic.help(format!("an option with a similar name exists: `{near}`"));
    }
    let is_it = |spec: &OptionSpec| spec.name.eq_ignore_ascii_case(key);
    let mut owners = Vec::new();
    if CONNECTION.iter().any(is_it) {
        owners.push("connections".to_owned());
    }
    for spec in CONNECTORS {
        let uses = [
            ("sources", spec.source_options),
            ("sinks", spec.sink_options),
        ];
        for (what, _) in uses.iter().filter(|(_, options)| options.iter().any(is_it)) {
            owners.push(format!("{what} with connector `{}`", spec.name()));
        }
    }
    if owners.is_empty() {
        let mut names: Vec<&str> = specs.iter().map(|spec| spec.name).collect();
        names.sort_unstable();
        return diagnostic.note(format!("the options are {}", names.join(", ")));
    }
    diagnostic.note(format!("`{key}` is an option of {}", owners.join(", ")))
}

fn repeated_option(name: &str, entry: &OptionEntry, earlier: Span) -> Diagnostic {
    let message = format!("option `{name}` is given twice");
    Diagnostic::new(code::REPEATED_OPTION, message, entry.key.span)
        .at("given again")
        .context(earlier, "first given here")
        .help("keep the one that you mean")
}

fn wrong_value(name: &str, span: Span, wanted: &str) -> Diagnostic {
    let message = format!("wrong value for option `{name}`");
    Diagnostic::new(code::OPTION_VALUE, message, span).at(format!("expected {wanted}"))
}

fn no_variable(spec: &OptionSpec, span: Span) -> Diagnostic {
    let message = format!("option `{}` takes no `${{…}}`", spec.name);
    Diagnostic::new(code::VARIABLE, message, span)
        .at("must be known when the pipeline is built")
        .note("the generated code is made for this value; `${…}` is read when the binary starts")
        .help("write the value itself")
}

fn malformed_variable(spec: &OptionSpec, span: Span, problem: String) -> Diagnostic {
    let message = format!("malformed `${{…}}` in option `{}`", spec.name);
    Diagnostic::new(code::VARIABLE, message, span)
        .at(problem)
        .help("write `${NAME}` or `${NAME:-default}`; `$$` is a dollar sign")
}
