//! What was seen at one place of many payloads. It is gathered for each topic and added up for
//! each table, so adding must lose nothing that a decision needs.

use std::collections::{BTreeMap, BTreeSet};

use super::json::{Member, Value};
use super::text::Forms;

/// What was seen at a place.
#[derive(Clone, Debug, Default)]
pub(super) struct Observed {
    /// How many messages have it, `null` included.
    pub(super) count: usize,
    pub(super) nulls: usize,
    pub(super) booleans: usize,
    pub(super) numbers: Numbers,
    pub(super) texts: Texts,
    pub(super) arrays: Arrays,
    pub(super) objects: usize,
    /// What the objects hold.
    pub(super) members: Members,
    /// The scalars, if they are few and short.
    pub(super) values: Values,
}

/// Numbers, which may have stood in strings.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers {
    pub(super) count: usize,
    /// Those without fraction and exponent that fit 128 bits.
    pub(super) integers: usize,
    /// Those with an exponent.
    pub(super) exponents: usize,
    /// Those that no float holds.
    pub(super) infinite: usize,
    /// The most digits behind a point.
    pub(super) fraction_digits: usize,
    /// The least and the greatest of the integers.
    pub(super) integer_range: Option<(i128, i128)>,
    /// The least and the greatest of all.
    pub(super) range: Option<(f64, f64)>,
    /// The same of those that are not zero.
    pub(super) nonzero: Option<(f64, f64)>,
}

/// Strings.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    pub(super) count: usize,
    /// Those with half of a surrogate pair.
    pub(super) broken: usize,
    pub(super) empty: usize,
    /// Which forms all of them have.
    pub(super) forms: Forms,
    /// Those that hold a number.
    pub(super) numbers: Numbers,
}

/// Arrays.
#[derive(Clone, Debug, Default)]
pub(super) struct Arrays {
    pub(super) count: usize,
    /// The least and the greatest number of elements.
    pub(super) lengths: Option<(usize, usize)>,
    /// What the elements are.
    pub(super) elements: BTreeSet<&'static str>,
    /// Keys of elements that are objects.
    pub(super) keys: BTreeSet<String>,
    /// Elements that are numbers.
    pub(super) numbers: Numbers,
    /// Elements with half of a surrogate pair.
    pub(super) broken: usize,
}

/// Members of objects, in the order of their first appearance.
#[derive(Clone, Debug, Default)]
pub(super) struct Members {
    order: Vec<String>,
    by_key: BTreeMap<String, Observed>,
}

/// Distinct scalars as SQL writes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Values {
    pub(super) known: BTreeSet<String>,
    /// There are more, or some are long.
    pub(super) more: bool,
}

/// Distinct scalars that are kept.
const MAX_VALUES: usize = 6;

/// The longest scalar that is kept, in bytes.
const MAX_VALUE_BYTES: usize = 40;

/// Keys of array elements that are kept.
const MAX_KEYS: usize = 6;

impl Observed {
    /// Takes note of a value.
    pub(super) fn add(&mut self, value: &Value<'_>) {
        self.count += 1;
        match value {
            Value::Null => self.nulls += 1,
            Value::Boolean(boolean) => {
                self.booleans += 1;
                self.values.add(boolean.to_string());
            }
            Value::Number(number) => {
                self.numbers.add(number);
                self.values.add((*number).to_owned());
            }
            Value::Text(text) => {
                self.texts.add(text.as_deref());
                match text {
                    Some(text) => self.values.add(format!("'{}'", text.replace('\'', "''"))),
                    None => self.values.more = true,
                }
            }
            Value::Array(elements) => self.arrays.add(elements),
            Value::Object(members) => self.add_object(members),
        }
    }

    /// Takes note of an object.
    pub(super) fn add_object(&mut self, members: &[Member<'_>]) {
        self.objects += 1;
        for member in members {
            self.members.entry(&member.key).add(&member.value);
        }
    }

    /// Adds what was seen elsewhere.
    pub(super) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.nulls += other.nulls;
        self.booleans += other.booleans;
        self.numbers.merge(&other.numbers);
        self.texts.merge(&other.texts);
        self.arrays.merge(&other.arrays);
        self.objects += other.objects;
        for (key, observed) in other.members.iter() {
            self.members.entry(key).merge(observed);
        }
        for value in &other.values.known {
            self.values.add(value.clone());
        }
        self.values.more |= other.values.more;
    }

    /// The numbers, in texts or not.
    pub(super) fn all_numbers(&self) -> Numbers {
        let mut all = self.numbers.clone();
        all.merge(&self.texts.numbers);
        all
    }

    /// How many values there were that are not `null`.
    pub(super) fn present(&self) -> usize {
        self.count - self.nulls
    }
}

impl Numbers {
    /// Takes note of a number in JSON's notation.
    pub(super) fn add(&mut self, number: &str) {
        self.count += 1;
        let float: f64 = number.parse().expect("JSON's numbers are Rust's");
        if float.is_infinite() {
            self.infinite += 1;
            return;
        }
        self.exponents += usize::from(number.contains(['e', 'E']));
        let fraction = number.split_once('.').map_or(0, |(_, digits)| digits.len());
        self.fraction_digits = self.fraction_digits.max(fraction);
        // `-0` is a float: an integer would lose its sign
        if let Ok(integer) = number.parse::<i128>()
            && number != "-0"
        {
            self.integers += 1;
            self.integer_range = Some(wider(self.integer_range, integer, integer));
        }
        self.range = Some(wider(self.range, float, float));
        if float != 0.0 {
            self.nonzero = Some(wider(self.nonzero, float, float));
        }
    }

    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.integers += other.integers;
        self.exponents += other.exponents;
        self.infinite += other.infinite;
        self.fraction_digits = self.fraction_digits.max(other.fraction_digits);
        self.integer_range = widest(self.integer_range, other.integer_range);
        self.range = widest(self.range, other.range);
        self.nonzero = widest(self.nonzero, other.nonzero);
    }
}

impl Texts {
    fn add(&mut self, text: Option<&str>) {
        self.count += 1;
        let Some(text) = text else {
            self.broken += 1;
            return;
        };
        self.empty += usize::from(text.is_empty());
        self.forms.keep_those_of(text);
        if super::json::is_number(text) {
            self.numbers.add(text);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.broken += other.broken;
        self.empty += other.empty;
        self.forms.keep_common(other.forms);
        self.numbers.merge(&other.numbers);
    }
}

impl Arrays {
    fn add(&mut self, elements: &[Value<'_>]) {
        self.count += 1;
        self.lengths = Some(wider(self.lengths, elements.len(), elements.len()));
        for element in elements {
            self.elements.insert(match element {
                Value::Null => "null",
                Value::Boolean(_) => "boolean",
                Value::Number(number) => {
                    self.numbers.add(number);
                    "number"
                }
                Value::Text(text) => {
                    self.broken += usize::from(text.is_none());
                    "text"
                }
                Value::Array(_) => "array",
                Value::Object(members) => {
                    self.keys.extend(members.iter().map(|m| m.key.clone()));
                    "object"
                }
            });
        }
        self.limit_keys();
    }

    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.lengths = widest(self.lengths, other.lengths);
        self.elements.extend(&other.elements);
        self.numbers.merge(&other.numbers);
        self.broken += other.broken;
        self.keys.extend(other.keys.iter().cloned());
        self.limit_keys();
    }

    /// Keeps the first keys by the alphabet, whatever the order in which they came.
    fn limit_keys(&mut self) {
        while self.keys.len() > MAX_KEYS {
            self.keys.pop_last();
        }
    }
}

impl Members {
    fn entry(&mut self, key: &str) -> &mut Observed {
        if !self.by_key.contains_key(key) {
            self.order.push(key.to_owned());
        }
        self.by_key.entry(key.to_owned()).or_default()
    }

    /// Key and observations of each.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Observed)> {
        self.order
            .iter()
            .map(|key| (key.as_str(), &self.by_key[key]))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.order.len()
    }
}

impl Values {
    fn add(&mut self, value: String) {
        if value.len() > MAX_VALUE_BYTES {
            self.more = true;
            return;
        }
        self.known.insert(value);
        if self.known.len() > MAX_VALUES {
            self.known.pop_last();
            self.more = true;
        }
    }
}

fn wider<T: PartialOrd>(range: Option<(T, T)>, low: T, high: T) -> (T, T) {
    match range {
        None => (low, high),
        Some((least, greatest)) => (
            if low < least { low } else { least },
            if high > greatest { high } else { greatest },
        ),
    }
}

fn widest<T: PartialOrd>(range: Option<(T, T)>, other: Option<(T, T)>) -> Option<(T, T)> {
    match other {
        None => range,
        Some((low, high)) => Some(wider(range, low, high)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::json::parse;
    use super::*;

    fn observed(values: &[&str]) -> Observed {
        let mut observed = Observed::default();
        for value in values {
            observed.add(&parse(value).expect("it is JSON"));
        }
        observed
    }

    #[test]
    fn what_is_added_up_is_as_if_seen_in_one_place() {
        let values = [
            "1",
            "-0",
            "2.50",
            "1e400",
            "null",
            "true",
            r#""ON""#,
            r#""7""#,
            r#""""#,
            "[1,{}]",
            r#"{"a":1}"#,
            r#"{"b":null,"a":"x"}"#,
            r#""\ud800""#,
            "[]",
            "99999999999999999999",
        ];
        let whole = format!("{:?}", observed(&values));
        for cut in 0..=values.len() {
            let (first, second) = values.split_at(cut);
            let mut sum = observed(first);
            sum.merge(&observed(second));
            assert_eq!(format!("{sum:?}"), whole, "cut at {cut}");
        }
    }

    #[test]
    fn numbers_are_told_apart() {
        let numbers = observed(&["1", "-3", "2.50", "1e2", "-0", "1e999"]).numbers;
        assert_eq!((numbers.count, numbers.integers), (6, 2));
        assert_eq!((numbers.exponents, numbers.infinite), (1, 1));
        assert_eq!(numbers.fraction_digits, 2);
        assert_eq!(numbers.integer_range, Some((-3, 1)));
        assert_eq!(numbers.range, Some((-3.0, 100.0)));
    }

    #[test]
    fn few_values_are_kept() {
        assert!(!observed(&["1", "2", "1"]).values.more);
        let many: Vec<String> = (10..20).map(|number| number.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let values = observed(&many).values;
        assert_eq!((values.known.len(), values.more), (MAX_VALUES, true));
    }
}
