//! Reads the options of one statement against their tables: each known, given once, of the right
//! type and range. What is valid but not built yet is gathered into one diagnostic.

mod report;
#[cfg(test)]
mod tests;
mod time_format;
mod written;

use super::{Binder, json, variable};
use crate::connectors::{OptionKind, OptionSpec, QOS_NAMES, Support};
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::ir::ast::{OptionEntry, OptionValue, Text};
use crate::ir::logical::TimeFormat;
use crate::source::Span;
use report::{
    example_of_list, malformed_variable, no_variable, repeated_option, unknown_option, wrong_value,
};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use written::{as_text, qos, scalar};

/// The options of a statement that were given and are valid.
#[derive(Debug)]
pub(super) struct Options<'a> {
    /// All that the statement takes.
    specs: Vec<&'static OptionSpec>,
    given: BTreeMap<&'static str, Given<'a>>,
    /// Those that the binder has asked for.
    asked: RefCell<BTreeSet<&'static str>>,
    /// What the statement uses that is not built yet.
    later: Vec<Later>,
}

/// An option that was given.
#[derive(Debug)]
pub(super) struct Given<'a> {
    /// Its key and value as written.
    pub(super) entry: &'a OptionEntry,
    /// Its value; None if it is wrong (and was reported).
    pub(super) value: Option<Value>,
}

/// A part of a statement that is not built yet.
#[derive(Debug)]
struct Later {
    span: Span,
    /// What to say there.
    what: String,
    /// What to write instead; None where it can be left out.
    instead: Option<String>,
}

/// An option's value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Boolean(bool),
    Integer(u64),
    Number(f64),
    Choice(&'static str),
    TimeFormat(TimeFormat),
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
    fn new(specs: &[&'static OptionSpec]) -> Self {
        Self {
            specs: specs.to_vec(),
            given: BTreeMap::new(),
            asked: RefCell::default(),
            later: Vec::new(),
        }
    }

    /// An option that was given, valid or not.
    ///
    /// # Panics
    /// If the statement takes no option `name`: it would never be given.
    pub(super) fn given(&self, name: &str) -> Option<&Given<'a>> {
        let spec = self.specs.iter().find(|spec| spec.name == name);
        let spec = spec.unwrap_or_else(|| panic!("option {name} is in no table of the statement"));
        self.asked.borrow_mut().insert(spec.name);
        self.given.get(name)
    }

    /// Nothing that was given may be without effect: to be called where the statement is bound
    /// without an error.
    ///
    /// # Panics
    /// If the binder has not asked for an option that was given, of which it can carry out more
    /// than one value.
    fn assert_all_asked(&self) {
        let asked = self.asked.borrow();
        for spec in &self.specs {
            let decides = match spec.support {
                Support::Full => true,
                Support::Only(values) => values.len() > 1,
            };
            assert!(
                !decides || !self.given.contains_key(spec.name) || asked.contains(spec.name),
                "option {} was given, but nothing depends on it",
                spec.name
            );
        }
    }

    /// Where the key and value of an option stand.
    pub(super) fn span(&self, name: &str) -> Option<Span> {
        let given = self.given(name)?;
        Some(given.entry.key.span.to(given.span()))
    }

    /// Remembers a part of the statement that is not built yet; `instead` says what to write.
    pub(super) fn later_instead(&mut self, span: Span, what: String, instead: String) {
        self.later.push(Later {
            span,
            what,
            instead: Some(instead),
        });
    }

    /// The one diagnostic about what is not built yet.
    fn unsupported(&mut self, statement: &str) -> Option<Diagnostic> {
        self.later.sort_by_key(|later| later.span);
        let later = std::mem::take(&mut self.later);
        let (first, rest) = later.split_first()?;
        let what = if rest.is_empty() {
            "an option that is"
        } else {
            "options that are"
        };
        let message = format!("{statement} uses {what} not supported yet");
        let diagnostic = Diagnostic::new(code::UNSUPPORTED_OPTION, message, first.span);
        let diagnostic = rest
            .iter()
            .fold(diagnostic.at(&first.what), |diagnostic, later| {
                diagnostic.also(later.span, &later.what)
            })
            .note("an option is never ignored: what has no effect yet is an error");
        let instead = later.iter().filter_map(|later| later.instead.as_ref());
        let diagnostic = instead.fold(diagnostic, Diagnostic::help);
        let removable = later.iter().filter(|l| l.instead.is_none()).count();
        let pronoun = match removable {
            0 => return Some(diagnostic),
            _ if removable < later.len() => "the rest",
            1 => "it",
            _ => "them",
        };
        Some(diagnostic.help(format!("remove {pronoun}, if the pipeline can do without")))
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

    pub(super) fn time_format(&self, name: &str) -> Option<TimeFormat> {
        match self.value(name)? {
            Value::TimeFormat(format) => Some(format.clone()),
            other => unreachable!("option {name} is a format of timestamps, not {other:?}"),
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
    /// Ends the binding of a statement's options: reports what is not built yet.
    pub(super) fn finish_options(&mut self, mut options: Options<'_>, statement: &str) {
        if let Some(unsupported) = options.unsupported(statement) {
            self.report(unsupported);
        }
        // behind an error, in the statement or in what it depends on, some are not looked at
        if !self.diagnostics.has_errors() {
            options.assert_all_asked();
        }
    }

    /// Reads `entries` against `specs`; `owner` names what takes them, "connector `stdout`".
    pub(super) fn options<'a>(
        &mut self,
        owner: &str,
        specs: &[&'static OptionSpec],
        entries: &'a [OptionEntry],
    ) -> Options<'a> {
        let mut options = Options::new(specs);
        // which connector it is, was decided before: it is what chose the table
        options.asked.get_mut().insert("connector");
        let mut misspelt = Vec::new();
        for entry in entries {
            let key = &entry.key.text;
            let spec = specs
                .iter()
                .find(|spec| spec.name.eq_ignore_ascii_case(key));
            let Some(spec) = spec else {
                let near = nearest(key, specs.iter().map(|spec| spec.name));
                misspelt.extend(near.map(|near| (near, entry)));
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
        // what was probably meant counts as given, or it would be reported as missing, too
        for (name, entry) in misspelt {
            let given = Given { entry, value: None };
            options.given.entry(name).or_insert(given);
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
        let value = if self.diagnostics.error_count() == reported {
            self.typed_value(spec, entry)
        } else {
            None
        };
        let span = entry.key.span.to(entry.value.span());
        match (spec.support, value.as_ref()) {
            (Support::Only(values), Some(value)) if !values.contains(&as_text(value).as_str()) => {
                let built = if matches!(value, Value::Integer(_)) {
                    format!("`{}`", values.join(", "))
                } else {
                    list(values)
                };
                let what = format!("only {built} is supported yet");
                let instead = format!("set `{}` to {built} for now", spec.name);
                options.later_instead(span, what, instead);
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
            OptionKind::Choice(choices) => self.choice(spec, choices, value),
            OptionKind::TimestampFormat => self.time_format(spec, value),
            OptionKind::List => self.string_list(spec.name, value).map(Value::List),
        }
    }

    fn choice(
        &mut self,
        spec: &OptionSpec,
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
        let offered = match spec.support {
            Support::Only(values) => values,
            Support::Full => choices,
        };
        let mut diagnostic = wrong_value(spec.name, value.span(), &list(offered));
        if let Some(near) = nearest(&written, choices.iter().copied()) {
            diagnostic = diagnostic.help(format!("did you mean `'{near}'`?"));
        } else if written.eq_ignore_ascii_case("csv") && offered.contains(&"raw_string") {
            diagnostic = diagnostic.help(
                "for lines of CSV write `format = 'raw_string'` and `split_part(line, ',', 1)`",
            );
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
                self.report(diagnostic.help(example_of_list(name)));
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
                let diagnostic = Diagnostic::new(code::OPTION_VALUE, message, span);
                let mut diagnostic = diagnostic.at(problem.text).help(example_of_list(name));
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

/// `'a'`, `'b'` or `'c'`
pub(super) fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`'{word}'`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}
