//! `to_char` of numbers: a template with a place for each digit. The steps are PostgreSQL's, so
//! that signs, spaces and points stand where it has them.

use super::building::MAX_BYTES;
use crate::error::Reason;
use crate::value::Decimal;
use bumpalo::Bump;

/// A number that a template can be filled with.
pub trait Digits {
    /// Whether it is below zero, and its digits without sign, with so many behind the point.
    fn digits(self, fraction: usize) -> (bool, String);
}

macro_rules! integer_digits {
    ($($integer:ty)*) => { $(
        impl Digits for $integer {
            fn digits(self, fraction: usize) -> (bool, String) {
                scaled_digits(i128::from(self), 0, fraction)
            }
        }
    )* };
}
integer_digits!(i8 i16 i32 i64 u8 u16 u32 u64);

impl<const SCALE: u8> Digits for Decimal<SCALE> {
    fn digits(self, fraction: usize) -> (bool, String) {
        scaled_digits(self.0, usize::from(SCALE), fraction)
    }
}

impl Digits for f64 {
    fn digits(self, fraction: usize) -> (bool, String) {
        float_digits(self, 15, fraction)
    }
}

impl Digits for f32 {
    fn digits(self, fraction: usize) -> (bool, String) {
        float_digits(self.into(), 6, fraction)
    }
}

/// `value` without its last `scale` digits behind the point, halves away from zero.
fn scaled_digits(value: i128, scale: usize, fraction: usize) -> (bool, String) {
    let mut magnitude = value.unsigned_abs();
    let dropped = scale.saturating_sub(fraction);
    if dropped > 0 {
        let unit = 10_u128.pow(u32::try_from(dropped).expect("a DECIMAL has 38 digits"));
        let half_or_more = magnitude % unit * 2 >= unit;
        magnitude = magnitude / unit + u128::from(half_or_more);
    }
    let kept = scale.min(fraction);
    let mut digits = format!("{magnitude:0width$}", width = kept + 1);
    if fraction > 0 {
        digits.insert(digits.len() - kept, '.');
        digits.extend(std::iter::repeat_n('0', fraction - kept));
    }
    (value < 0 && magnitude > 0, digits)
}

/// No more digits than a float is sure to keep: those before the point, and what is left for
/// those behind it.
fn float_digits(value: f64, most: usize, fraction: usize) -> (bool, String) {
    let whole = format!("{:.0}", value.abs()).len();
    let fraction = fraction.min(most.saturating_sub(whole));
    (
        value.is_sign_negative(),
        format!("{:.fraction$}", value.abs()),
    )
}

/// A piece of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    /// `9`
    Digit,
    /// `0`
    Zero,
    /// `.`, `D`
    Point,
    /// `,`, `G`
    Group,
    /// `L`: no currency has a sign
    Currency,
    /// `MI`
    Minus,
    /// `PL`
    Plus,
    /// `SG`
    Sign,
    /// `th`, `TH`
    Ordinal { upper: bool },
    /// `S`
    LockedSign,
    /// `PR`
    Brackets,
    /// `V`
    Shift,
    /// `FM`
    Fill,
    /// `B`, `C`, `SP`: read and passed over
    Nothing,
    /// Anything else.
    Literal(char),
}

/// The patterns; lower case does as well.
const PATTERNS: &[(&str, Item)] = &[
    (",", Item::Group),
    (".", Item::Point),
    ("0", Item::Zero),
    ("9", Item::Digit),
    ("B", Item::Nothing),
    ("C", Item::Nothing),
    ("D", Item::Point),
    ("FM", Item::Fill),
    ("G", Item::Group),
    ("L", Item::Currency),
    ("MI", Item::Minus),
    ("PL", Item::Plus),
    ("PR", Item::Brackets),
    ("SG", Item::Sign),
    ("SP", Item::Nothing),
    ("S", Item::LockedSign),
    ("TH", Item::Ordinal { upper: true }),
    ("V", Item::Shift),
];

fn items(template: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut rest = template;
    while let Some(first) = rest.chars().next() {
        let start = |pattern: &str| {
            let start = rest.get(..pattern.len());
            start.filter(|start| start == &pattern || *start == pattern.to_lowercase())
        };
        let mut found = PATTERNS.iter();
        if let Some((start, item)) = found.find_map(|(p, item)| Some((start(p)?, *item))) {
            items.push(match item {
                Item::Ordinal { .. } => Item::Ordinal {
                    upper: start == "TH",
                },
                other => other,
            });
            rest = &rest[start.len()..];
        } else if first == '"' {
            rest = quoted(&rest[1..], &mut items);
        } else {
            let escaped = rest.strip_prefix('\\').filter(|rest| rest.starts_with('"'));
            rest = escaped.unwrap_or(rest);
            let literal = rest.chars().next().expect("it is not empty");
            items.push(Item::Literal(literal));
            rest = &rest[literal.len_utf8()..];
        }
    }
    items
}

/// What stands in quotes. Gives what is behind it.
fn quoted<'t>(text: &'t str, items: &mut Vec<Item>) -> &'t str {
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        items.push(Item::Literal(match character {
            '"' => break,
            '\\' => characters.next().unwrap_or('\\'),
            other => other,
        }));
    }
    characters.as_str()
}

/// Where the sign of `S` is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Locked {
    Before,
    Behind,
}

/// What a template says as a whole.
#[expect(
    clippy::struct_excessive_bools,
    reason = "patterns that are there or not, in any combination"
)]
#[derive(Clone, Debug, Default)]
struct Layout {
    /// Digits before the point, and behind it.
    before: usize,
    behind: usize,
    /// Digits behind `V`.
    shifted: usize,
    has_point: bool,
    has_shift: bool,
    fills: bool,
    brackets: bool,
    minus: bool,
    plus: bool,
    locked: Option<Locked>,
    /// Digits before `S`.
    digits_before_locked: usize,
    /// The place of the first `0` before the point, and what is behind the last one.
    first_zero: Option<usize>,
    behind_last_zero: usize,
}

impl Layout {
    fn of(items: &[Item]) -> Self {
        let mut layout = Self::default();
        for item in items {
            layout.add(*item);
        }
        layout
    }

    fn add(&mut self, item: Item) {
        match item {
            Item::Digit if self.has_shift => self.shifted += 1,
            Item::Digit | Item::Zero => {
                if item == Item::Zero && self.first_zero.is_none() && !self.has_point {
                    self.first_zero = Some(self.before);
                }
                if self.has_point {
                    self.behind += 1;
                } else {
                    self.before += 1;
                }
                if item == Item::Zero {
                    self.behind_last_zero = self.before + self.behind;
                }
            }
            Item::Point => self.has_point = true,
            Item::LockedSign if !self.has_point => {
                self.locked = Some(Locked::Before);
                self.digits_before_locked = self.before;
            }
            Item::LockedSign => {
                self.locked.get_or_insert(Locked::Behind);
            }
            Item::Brackets => self.brackets = true,
            Item::Minus => self.minus = true,
            Item::Plus => self.plus = true,
            Item::Sign => (self.minus, self.plus) = (true, true),
            Item::Shift => self.has_shift = true,
            Item::Fill => self.fills = true,
            Item::Group
            | Item::Currency
            | Item::Ordinal { .. }
            | Item::Nothing
            | Item::Literal(_) => {}
        }
    }
}

/// `to_char(number, template)`
pub fn to_char_number<'m>(
    number: impl Digits,
    template: &str,
    arena: &'m Bump,
) -> Result<&'m str, Reason> {
    let items = items(template);
    if items.len() > MAX_BYTES {
        return Err(Reason::TooLong);
    }
    let layout = Layout::of(&items);
    let mut writer = Writer::new(number, layout);
    for item in items {
        writer.item(item);
    }
    Ok(arena.alloc_str(&writer.out))
}

/// Fills a template from left to right.
struct Writer {
    layout: Layout,
    /// The digits, with a point where some are behind it.
    number: Vec<u8>,
    /// The next of them.
    next: usize,
    negative: bool,
    /// Places of the template before the first digit.
    blanks: usize,
    /// The place of the template that comes next.
    place: usize,
    /// How many places there are, and what stands among them.
    places: usize,
    sign_written: bool,
    /// The last digit that is not a zero behind the point, or the point, where zeros are left out.
    last_relevant: Option<usize>,
    /// Whether a digit has been written.
    in_number: bool,
    out: String,
}

impl Writer {
    fn new(number: impl Digits, mut layout: Layout) -> Self {
        let (negative, mut digits) = if layout.has_shift {
            let (negative, digits) = number.digits(layout.shifted);
            let digits = digits.replace('.', "");
            let kept = digits.trim_start_matches('0');
            let digits = if kept.is_empty() { "0" } else { kept };
            layout.before += layout.shifted;
            (negative, digits.to_owned())
        } else {
            number.digits(layout.behind)
        };
        let whole = digits.find('.').unwrap_or(digits.len());
        layout.behind = digits.len().saturating_sub(whole + 1);
        if whole > layout.before {
            let hashes = |count| "#".repeat(count);
            digits = format!("{}.{}", hashes(layout.before), hashes(layout.behind));
        }
        let mut writer = Self {
            number: digits.into_bytes(),
            next: 0,
            negative,
            blanks: layout.before.saturating_sub(whole),
            place: 0,
            places: 0,
            sign_written: false,
            last_relevant: None,
            in_number: false,
            out: String::new(),
            layout,
        };
        writer.prepare_sign();
        writer.last_relevant = writer.last_relevant();
        writer.places = writer.layout.before + writer.layout.behind;
        if !writer.sign_written && writer.blanks == 0 {
            writer.places += 1;
        }
        writer
    }

    fn prepare_sign(&mut self) {
        let layout = &mut self.layout;
        if layout.plus || layout.minus {
            // the sign has a place of its own; `PL` is none of a negative one
            self.sign_written = layout.minus;
            return;
        }
        if !self.negative && layout.fills {
            layout.brackets = false;
            self.sign_written = layout.locked.is_none();
        }
        if layout.locked == Some(Locked::Before) && layout.digits_before_locked == layout.before {
            layout.locked = Some(Locked::Behind);
        }
    }

    /// Under `FM`: zeros behind it are left out, unless a `0` asks for them.
    fn last_relevant(&self) -> Option<usize> {
        if !self.layout.fills || !self.layout.has_point {
            return None;
        }
        let point = self.number.iter().position(|&digit| digit == b'.')?;
        let last = self.number[point + 1..]
            .iter()
            .rposition(|&digit| digit != b'0');
        let last = last.map_or(point, |last| point + 1 + last);
        let wanted = self.layout.behind_last_zero;
        if wanted <= self.blanks {
            return Some(last);
        }
        Some(last.max((self.number.len() - 1).min(wanted - self.blanks)))
    }

    fn item(&mut self, item: Item) {
        let fills = self.layout.fills;
        let sign = if self.negative { '-' } else { '+' };
        match item {
            Item::Digit | Item::Zero | Item::Point => self.digit(item == Item::Zero),
            Item::Group if self.in_number => self.out.push(','),
            Item::Minus if self.negative => self.out.push('-'),
            Item::Plus if !self.negative => self.out.push('+'),
            Item::Group | Item::Minus | Item::Plus if fills => {}
            Item::Group | Item::Minus | Item::Plus | Item::Currency => self.out.push(' '),
            Item::Sign => self.out.push(sign),
            Item::Ordinal { upper } => self.ordinal(upper),
            Item::LockedSign | Item::Brackets | Item::Shift | Item::Fill | Item::Nothing => {}
            Item::Literal(character) => self.out.push(character),
        }
    }

    fn ordinal(&mut self, upper: bool) {
        if self.number[0] == b'#' || self.negative || self.layout.has_point {
            return;
        }
        let ending = super::to_char::ordinal_ending(&self.number);
        if upper {
            self.out.push_str(&ending.to_uppercase());
        } else {
            self.out.push_str(ending);
        }
    }

    /// Whether a zero is next that nobody asked for: `0.5` as `.5`.
    fn is_leading_zero(&self) -> bool {
        self.layout.first_zero.is_none()
            && self.next == 0
            && self.number[0] == b'0'
            && self.layout.behind != 0
    }

    fn ends_with_point(&self) -> bool {
        self.last_relevant
            .is_some_and(|last| self.number[last] == b'.')
    }

    /// A place for a digit or the point.
    fn digit(&mut self, is_zero: bool) {
        self.in_number = false;
        let starts = self.place >= self.blanks || self.layout.first_zero == Some(self.place);
        if !self.sign_written && starts && (!self.is_leading_zero() || self.ends_with_point()) {
            self.sign();
        }
        if self.place < self.blanks {
            if self
                .layout
                .first_zero
                .is_some_and(|first| first <= self.place)
            {
                self.out.push('0');
                self.in_number = true;
            } else if !self.layout.fills {
                self.out.push(' ');
            }
        } else {
            self.next_digit(is_zero);
        }
        self.end_of_number();
        self.place += 1;
    }

    fn next_digit(&mut self, is_zero: bool) {
        let Some(&digit) = self.number.get(self.next) else {
            return;
        };
        if digit == b'.' {
            self.out.push('.');
        } else if self.last_relevant.is_some_and(|last| self.next > last) && !is_zero {
            // a zero behind all that count
        } else if self.is_leading_zero() {
            if !self.layout.fills {
                self.out.push(' ');
            } else if self.ends_with_point() {
                self.out.push('0');
            }
        } else {
            self.out.push(char::from(digit));
            self.in_number = true;
        }
        self.next += 1;
    }

    fn sign(&mut self) {
        if let Some(locked) = self.layout.locked {
            if locked == Locked::Behind {
                return;
            }
            self.out.push(if self.negative { '-' } else { '+' });
        } else if self.layout.brackets {
            self.out.push(if self.negative { '<' } else { ' ' });
        } else if self.negative {
            self.out.push('-');
        } else if !self.layout.fills {
            self.out.push(' ');
        }
        self.sign_written = true;
    }

    /// Behind the last place: a bracket, or the sign of `S`.
    fn end_of_number(&mut self) {
        let mut end = self.places + usize::from(self.layout.has_point);
        end = end + usize::from(self.blanks > 0) - 1;
        if self.last_relevant.is_some() && self.last_relevant == Some(self.next) {
            end = self.place;
        }
        if self.place + 1 != end {
            return;
        }
        if self.sign_written && self.layout.brackets {
            self.out.push(if self.negative { '>' } else { ' ' });
        } else if self.layout.locked == Some(Locked::Behind) {
            self.out.push(if self.negative { '-' } else { '+' });
        }
    }
}

#[cfg(test)]
#[path = "number_template_tests.rs"]
mod tests;
