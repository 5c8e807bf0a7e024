//! What was seen at a place becomes a column, with the evidence as a comment.

use super::observed::{Arrays, Numbers, Observed};
use super::time::{Unit, day, is_about_time, words};
use crate::diagnostics::counted;

/// A column's type, format and what speaks for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) data_type: String,
    pub(super) format: Option<&'static str>,
    /// Why, in the order of importance.
    pub(super) evidence: Vec<String>,
}

/// What becomes of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// A column.
    Column(Kind),
    /// Columns for what is in it.
    Members,
    /// Nothing was there to tell a type by.
    Nothing(&'static str),
}

/// Objects with this many keys that look like numbers or addresses are maps.
const MIN_MAP_KEYS: usize = 3;

/// Keys of this length that look like numbers or addresses name a thing, and no property.
const MIN_ADDRESS: usize = 8;

/// Decides about the place that `keys` lead to. What looks like a secret is not shown.
pub(super) fn decide(keys: &[String], observed: &Observed) -> Decision {
    let key = keys.last().map_or("", String::as_str);
    let mut decision = decide_openly(key, observed);
    if let Decision::Column(kind) = &mut decision
        && keys.iter().any(|key| is_secret(key))
    {
        kind.evidence.clear();
    }
    decision
}

/// Words in the names of what nobody should read in a pipeline file.
const SECRETS: &[&str] = &[
    "auth",
    "key",
    "keys",
    "legacy",
    "passphrase",
    "passwd",
    "password",
    "pin",
    "psk",
    "pwd",
    "secret",
    "ssid",
    "token",
];

fn is_secret(key: &str) -> bool {
    words(key)
        .iter()
        .any(|word| SECRETS.contains(&word.as_str()))
}

fn decide_openly(key: &str, observed: &Observed) -> Decision {
    let kinds = [
        observed.booleans,
        observed.numbers.count,
        observed.texts.count,
        observed.arrays.count,
        observed.objects,
    ];
    match kinds.iter().filter(|&&count| count > 0).count() {
        0 => return Decision::Nothing("always null"),
        1 => {}
        _ => return Decision::Column(mixed(key, observed)),
    }
    if observed.objects > 0 {
        return object(key, observed);
    }
    Decision::Column(if observed.booleans > 0 {
        kind("BOOLEAN", constant(observed))
    } else if observed.numbers.count > 0 {
        number(key, observed)
    } else if observed.texts.count > 0 {
        text(key, observed)
    } else {
        array(observed)
    })
}

fn kind(data_type: &str, evidence: Vec<String>) -> Kind {
    Kind {
        data_type: data_type.to_owned(),
        format: None,
        evidence,
    }
}

/// Values of several types: numbers that stand in strings now and then, switches, or JSON.
fn mixed(key: &str, observed: &Observed) -> Kind {
    if observed.booleans + observed.arrays.count + observed.objects == 0
        && let Some(kind) = number_or_text(key, observed)
    {
        return kind;
    }
    if observed.numbers.count + observed.arrays.count + observed.objects == 0
        && observed.texts.forms.are_switches()
        && observed.texts.broken == 0
    {
        return switch(vec!["booleans and a switch in texts".to_owned()]);
    }
    let kinds = [
        (observed.numbers.count, "number"),
        (observed.texts.count, "text"),
        (observed.booleans, "boolean"),
        (observed.arrays.count, "array"),
        (observed.objects, "object"),
    ];
    let found: Vec<String> = kinds
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| counted(*count, name))
        .collect();
    let mut evidence = vec![format!("mixed: {}", found.join(", "))];
    evidence.extend(listed(observed));
    kind("JSON", evidence)
}

/// ON and OFF in texts.
fn switch(evidence: Vec<String>) -> Kind {
    Kind {
        format: Some("on_off"),
        ..kind("BOOLEAN", evidence)
    }
}

/// Numbers, some or all of them in texts; None where they are no quantities.
fn number_or_text(key: &str, observed: &Observed) -> Option<Kind> {
    let texts = &observed.texts;
    let all = observed.all_numbers();
    if texts.broken > 0 || !texts.forms.are_numbers() || all.infinite > 0 {
        return None;
    }
    if let Some(unit) = Unit::of(&all).filter(|_| is_about_time(key)) {
        let told = format!("as {}: {}", unit.name(), days(&all, unit));
        return Some(timestamp(unit, &all, told));
    }
    if is_identifying(key)
        || all
            .range
            .is_some_and(|(_, greatest)| greatest >= MIN_IDENTIFIER)
    {
        return None;
    }
    let what = if observed.numbers.count == 0 {
        "numbers in texts"
    } else {
        "numbers, some in texts"
    };
    let mut evidence = vec![what.to_owned()];
    let constant = constant(observed);
    if constant.is_empty() {
        evidence.extend(range(&all));
    }
    evidence.extend(constant);
    Some(Kind {
        format: Some("number_or_string"),
        ..kind(number_type(&all), evidence)
    })
}

/// Whole numbers in texts from this one on are names of things rather than quantities.
const MIN_IDENTIFIER: f64 = 1e9;

/// Words in the names of what is written with digits and is no quantity.
const IDENTIFYING: &[&str] = &[
    "code", "firmware", "fw", "hw", "iccid", "id", "ids", "imei", "imsi", "mac", "number", "pan",
    "phone", "serial", "sku", "sn", "sw", "uid", "uuid", "ver", "version", "zip",
];

fn is_identifying(key: &str) -> bool {
    words(key)
        .iter()
        .any(|word| IDENTIFYING.contains(&word.as_str()))
}

fn object(key: &str, observed: &Observed) -> Decision {
    if observed.members.len() == 0 {
        return Decision::Nothing("always an empty object");
    }
    let keys: Vec<&str> = observed.members.iter().map(|(key, _)| key).collect();
    if keys.len() >= MIN_MAP_KEYS && keys.iter().all(|key| is_identifier(key)) {
        let some = keys.iter().take(3).map(|key| format!("{key:?}"));
        let some: Vec<String> = some.collect();
        let evidence = format!("an object with keys like {}", some.join(", "));
        return Decision::Column(kind("JSON", vec![evidence]));
    }
    if key.len() >= MIN_ADDRESS && is_identifier(key) {
        let evidence = "an object with a key that will change".to_owned();
        return Decision::Column(kind("JSON", vec![evidence]));
    }
    Decision::Members
}

/// Whether a key looks like a number or an address: digits and what stands between them.
fn is_identifier(key: &str) -> bool {
    let is_hex = |c: char| c.is_ascii_hexdigit() || ":-._".contains(c);
    let digits = key.chars().filter(char::is_ascii_digit).count();
    !key.is_empty() && digits * 3 >= key.len() && key.chars().all(is_hex)
}

fn number(key: &str, observed: &Observed) -> Kind {
    let numbers = &observed.numbers;
    if numbers.infinite > 0 {
        let evidence = "a number that no type holds".to_owned();
        return kind("JSON", vec![evidence]);
    }
    if let Some(unit) = Unit::of(numbers) {
        let told = format!("as {}: {}", unit.name(), days(numbers, unit));
        if is_about_time(key) {
            return timestamp(unit, numbers, told);
        }
        let mut kind = kind(number_type(numbers), constant(observed));
        kind.evidence.push(format!("a time? {told}"));
        return kind;
    }
    let mut evidence = constant(observed);
    if evidence.is_empty() {
        evidence.extend(range(numbers));
    }
    kind(number_type(numbers), evidence)
}

fn timestamp(unit: Unit, numbers: &Numbers, told: String) -> Kind {
    let whole = numbers.fraction_digits == 0;
    let data_type = match unit {
        Unit::Seconds if whole => "TIMESTAMP(0)",
        Unit::Seconds if numbers.fraction_digits <= 3 => "TIMESTAMP(3)",
        Unit::Milliseconds if whole => "TIMESTAMP(3)",
        Unit::Seconds | Unit::Milliseconds | Unit::Microseconds => "TIMESTAMP",
        Unit::Nanoseconds => "TIMESTAMP(9)",
    };
    Kind {
        data_type: data_type.to_owned(),
        format: Some(unit.format()),
        evidence: vec![told],
    }
}

fn number_type(numbers: &Numbers) -> &'static str {
    let integers = numbers
        .integer_range
        .filter(|_| numbers.integers == numbers.count);
    match integers {
        Some((least, greatest)) => {
            if i64::try_from(least).is_ok() && i64::try_from(greatest).is_ok() {
                "BIGINT"
            } else if u64::try_from(least).is_ok() && u64::try_from(greatest).is_ok() {
                "BIGINT UNSIGNED"
            } else {
                "DOUBLE"
            }
        }
        None => "DOUBLE",
    }
}

fn range(numbers: &Numbers) -> Option<String> {
    if numbers.integers == numbers.count {
        let (least, greatest) = numbers.integer_range?;
        return Some(from_to(&least.to_string(), &greatest.to_string()));
    }
    let (least, greatest) = numbers.range?;
    Some(from_to(&least.to_string(), &greatest.to_string()))
}

fn from_to(first: &str, last: &str) -> String {
    if first == last {
        return first.to_owned();
    }
    format!("{first} to {last}")
}

fn days(numbers: &Numbers, unit: Unit) -> String {
    let (least, greatest) = numbers.nonzero.unwrap_or_default();
    from_to(&day(least, unit), &day(greatest, unit))
}

fn text(key: &str, observed: &Observed) -> Kind {
    let (texts, forms) = (&observed.texts, observed.texts.forms);
    if texts.broken > 0 {
        let evidence = format!("{} with half of a surrogate pair", texts.broken);
        return kind("JSON", vec![evidence]);
    }
    if forms.are_rfc3339() {
        return kind("TIMESTAMP", constant(observed));
    }
    if forms.are_dates() {
        return kind("DATE", constant(observed));
    }
    if forms.are_times() {
        return kind("TIME", constant(observed));
    }
    match forms.patterns()[..] {
        _ if !is_about_time(key) && forms.are_numbers() => {}
        [pattern] => {
            return Kind {
                data_type: "TIMESTAMP".to_owned(),
                format: Some(pattern),
                evidence: vec![if pattern.contains("%z") {
                    listed(observed).unwrap_or_default()
                } else {
                    "without a zone, which means UTC".to_owned()
                }],
            };
        }
        [first, second] => {
            return kind("TEXT", vec![format!("a time: '{first}' or '{second}'?")]);
        }
        [] | [_, ..] => {}
    }
    if forms.are_numbers() {
        return number_in_text(key, observed);
    }
    let mut evidence = constant(observed);
    if forms.are_switches() && observed.values.known.len() > 1 {
        evidence.insert(0, "a switch".to_owned());
        return switch(evidence);
    }
    if evidence.is_empty() {
        evidence.extend(example(observed));
    }
    kind("TEXT", evidence)
}

fn number_in_text(key: &str, observed: &Observed) -> Kind {
    if let Some(kind) = number_or_text(key, observed) {
        return kind;
    }
    let mut evidence = vec!["numbers in texts".to_owned()];
    let constant = constant(observed);
    if constant.is_empty() {
        evidence.extend(range(&observed.texts.numbers));
    }
    evidence.extend(constant);
    kind("TEXT", evidence)
}

fn array(observed: &Observed) -> Kind {
    let arrays = &observed.arrays;
    let (least, most) = arrays.lengths.unwrap_or_default();
    let plural = if most == 1 { "" } else { "s" };
    let elements: Vec<String> = arrays
        .elements
        .iter()
        .map(|element| format!("{element}{plural}"))
        .collect();
    let elements = elements.join(" and ");
    let mut told = match least {
        _ if elements.is_empty() => "an empty array".to_owned(),
        least if least == most => format!("an array of {most} {elements}"),
        least => format!("an array of {least} to {most} {elements}"),
    };
    if !arrays.keys.is_empty() {
        let keys: Vec<String> = arrays.keys.iter().map(|key| format!("{key:?}")).collect();
        told = format!("{told} with {}", keys.join(", "));
    }
    kind(&array_type(arrays), vec![told])
}

/// An array of a type that all elements have, but for `null`; JSON where there is none.
fn array_type(arrays: &Arrays) -> String {
    let mut kinds = arrays.elements.iter().filter(|kind| **kind != "null");
    let element = match (kinds.next(), kinds.next()) {
        (Some(&"boolean"), None) => "BOOLEAN",
        (Some(&"text"), None) if arrays.broken == 0 => "TEXT",
        (Some(&"number"), None) if arrays.numbers.infinite == 0 => number_type(&arrays.numbers),
        (Some(_) | None, _) => return "JSON".to_owned(),
    };
    format!("{element}[]")
}

/// That a place holds one value or few, where it was seen often enough to tell.
fn constant(observed: &Observed) -> Vec<String> {
    let values = &observed.values;
    if values.more || observed.present() < 3 {
        return Vec::new();
    }
    match values.known.len() {
        1 => vec![format!(
            "always {}",
            values.known.first().expect("there is one")
        )],
        few if observed.present() >= 3 * few => listed(observed).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn listed(observed: &Observed) -> Option<String> {
    let known: Vec<&str> = observed.values.known.iter().map(String::as_str).collect();
    if known.is_empty() {
        return None;
    }
    let more = if observed.values.more { " …" } else { "" };
    Some(known.join(", ") + more)
}

fn example(observed: &Observed) -> Option<String> {
    let value = observed.values.known.iter().find(|value| *value != "''");
    value.map(|value| format!("such as {value}"))
}

#[cfg(test)]
#[path = "column_tests.rs"]
mod tests;
