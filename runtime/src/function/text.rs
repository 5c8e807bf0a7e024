//! Functions over TEXT. Positions and lengths count characters, the first is 1.

use super::building::{collected, joined, joined_within};
use crate::encode::Encode;
use crate::error::Reason;
use crate::row::Nested;
use bumpalo::Bump;

/// `lower(text)`: each character by Unicode's own mapping, whatever its neighbours and the locale.
pub fn lower<'m>(text: &'m str, arena: &'m Bump) -> &'m str {
    map(text, arena, char::to_lowercase)
}

/// `upper(text)`: each character by Unicode's own mapping, whatever the locale (`ß` is `SS`).
pub fn upper<'m>(text: &'m str, arena: &'m Bump) -> &'m str {
    map(text, arena, char::to_uppercase)
}

/// Maps each character; a text that stays as it is is not copied.
fn map<'m, Mapped>(text: &'m str, arena: &'m Bump, to: impl Fn(char) -> Mapped) -> &'m str
where
    Mapped: Iterator<Item = char> + Clone,
{
    let same = |character: char| to(character).eq(std::iter::once(character));
    let Some(changed) = text.find(|character| !same(character)) else {
        return text;
    };
    let (unchanged, rest) = text.split_at(changed);
    collected(unchanged.chars().chain(rest.chars().flat_map(&to)), arena)
}

/// `initcap(text)`: the first letter or digit of each word in upper case, the others in lower
/// case. What is neither letter nor digit parts words.
pub fn initcap<'m>(text: &'m str, arena: &'m Bump) -> &'m str {
    let starts = std::iter::once(true).chain(text.chars().map(|c| !c.is_alphanumeric()));
    let cased = text.chars().zip(starts).flat_map(|(c, is_start)| {
        let (upper, lower) = (c.to_uppercase(), c.to_lowercase());
        let upper = is_start.then_some(upper).into_iter().flatten();
        upper.chain((!is_start).then_some(lower).into_iter().flatten())
    });
    collected(cased, arena)
}

/// `length(text)`: the number of characters (Unicode scalar values).
pub fn length(text: &str) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(i32::MAX)
}

/// `trim(BOTH set FROM text)`: without the characters of `set` at both ends.
pub fn trim<'m>(text: &'m str, set: &str) -> &'m str {
    text.trim_matches(|c| set.contains(c))
}

/// `ltrim(text, set)`
pub fn trim_start<'m>(text: &'m str, set: &str) -> &'m str {
    text.trim_start_matches(|c| set.contains(c))
}

/// `rtrim(text, set)`
pub fn trim_end<'m>(text: &'m str, set: &str) -> &'m str {
    text.trim_end_matches(|c| set.contains(c))
}

/// `starts_with(text, start)`
pub fn starts_with(text: &str, start: &str) -> bool {
    text.starts_with(start)
}

/// `ends_with(text, end)`
pub fn ends_with(text: &str, end: &str) -> bool {
    text.ends_with(end)
}

/// `contains(text, part)`
pub fn contains(text: &str, part: &str) -> bool {
    text.contains(part)
}

/// `strpos(text, part)`: where `part` stands first, 0 where it does not.
pub fn strpos(text: &str, part: &str) -> i32 {
    text.find(part).map_or(0, |at| length(&text[..at]) + 1)
}

/// `left(text, count)`: the first characters; all but the last ones where `count` is below zero.
pub fn left(text: &str, count: i64) -> &str {
    &text[..split(text, count)]
}

/// `right(text, count)`: the last characters; all but the first ones where `count` is below zero.
pub fn right(text: &str, count: i64) -> &str {
    if count == 0 {
        return "";
    }
    &text[split(text, count.saturating_neg())..]
}

/// The byte behind the first `count` characters, or before the last `-count` ones.
pub(super) fn split(text: &str, count: i64) -> usize {
    let steps = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    let mut characters = text.char_indices();
    if count >= 0 {
        characters.nth(steps).map_or(text.len(), |(at, _)| at)
    } else {
        characters.nth_back(steps - 1).map_or(0, |(at, _)| at)
    }
}

/// `substring(text FROM start)`
pub fn substring_from(text: &str, start: i64) -> &str {
    let skipped = start.saturating_sub(1).max(0);
    &text[split(text, skipped)..]
}

/// `substring(text FROM start FOR count)`: what of those places lies within the text. The first
/// may be 0 or less.
pub fn substring(text: &str, start: i64, count: i64) -> Result<&str, Reason> {
    if count < 0 {
        return Err(Reason::Argument);
    }
    let end = start.saturating_add(count);
    let first = start.max(1);
    Ok(left(
        substring_from(text, first),
        end.saturating_sub(first).max(0),
    ))
}

/// `overlay(text PLACING other FROM start FOR count)`
pub fn overlay<'m>(
    text: &'m str,
    other: &str,
    start: i64,
    count: i64,
    arena: &'m Bump,
) -> Result<&'m str, Reason> {
    if start <= 0 {
        return Err(Reason::Argument);
    }
    let behind = start.checked_add(count).ok_or(Reason::Overflow)?;
    let pieces = [left(text, start - 1), other, substring_from(text, behind)];
    joined_within(pieces.into_iter(), arena)
}

/// `overlay(text PLACING other FROM start)`: as many characters as `other` has.
pub fn overlay_all<'m>(
    text: &'m str,
    other: &str,
    start: i64,
    arena: &'m Bump,
) -> Result<&'m str, Reason> {
    overlay(text, other, start, length(other).into(), arena)
}

/// `replace(text, from, to)`
pub fn replace<'m>(
    text: &'m str,
    from: &str,
    to: &str,
    arena: &'m Bump,
) -> Result<&'m str, Reason> {
    if from.is_empty() || !text.contains(from) {
        return Ok(text);
    }
    let parts = text.split(from).enumerate();
    let pieces = parts.flat_map(|(at, part)| [if at == 0 { "" } else { to }, part]);
    joined_within(pieces, arena)
}

/// `translate(text, from, to)`: each character that is in `from` becomes the one at its place in
/// `to`, or nothing where `to` is shorter.
pub fn translate<'m>(text: &'m str, from: &str, to: &str, arena: &'m Bump) -> &'m str {
    let mapped = text
        .chars()
        .filter_map(|c| match from.chars().position(|other| other == c) {
            Some(at) => to.chars().nth(at),
            None => Some(c),
        });
    collected(mapped, arena)
}

/// `reverse(text)`
pub fn reverse<'m>(text: &'m str, arena: &'m Bump) -> &'m str {
    collected(text.chars().rev(), arena)
}

/// `string_to_array(text, separator)`: the parts between separators. An empty text has none;
/// without a separator the text is the one part.
pub fn string_to_array<'m>(text: &str, separator: &str, arena: &'m Bump) -> Nested<'m> {
    parts(text, separator, None, arena)
}

/// `string_to_array(text, separator, null)`: parts like `null` are NULL.
pub fn string_to_array_with_null<'m>(
    text: &str,
    separator: &str,
    null: &str,
    arena: &'m Bump,
) -> Nested<'m> {
    parts(text, separator, Some(null), arena)
}

fn parts<'m>(text: &str, separator: &str, null: Option<&str>, arena: &'m Bump) -> Nested<'m> {
    let mut array = vec![b'['];
    let mut add = |part: &str| {
        if array.len() > 1 {
            array.push(b',');
        }
        let part = (null != Some(part)).then_some(part);
        part.encode(&mut array);
    };
    match (text, separator) {
        ("", _) => {}
        (whole, "") => add(whole),
        _ => text.split(separator).for_each(add),
    }
    array.push(b']');
    Nested::made(&array, 0, arena)
}

/// `split_part(text, separator, n)`: the n-th part, counted from the end below zero; an empty text
/// where there is none.
pub fn split_part<'m>(text: &'m str, separator: &str, n: i64) -> Result<&'m str, Reason> {
    let steps = usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX);
    let Some(skipped) = steps.checked_sub(1) else {
        return Err(Reason::Argument);
    };
    if separator.is_empty() {
        return Ok(if skipped == 0 { text } else { "" });
    }
    let part = if n > 0 {
        text.split(separator).nth(skipped)
    } else {
        from_end(text, separator, skipped)
    };
    Ok(part.unwrap_or(""))
}

/// The part that has `skipped` others behind it. Parts are what separators leave, found from the
/// start: of `aaa` between `aa` the last is `a`.
fn from_end<'m>(text: &'m str, separator: &str, skipped: usize) -> Option<&'m str> {
    let count = text.split(separator).count();
    let before = count.checked_sub(1)?.checked_sub(skipped)?;
    text.split(separator).nth(before)
}

/// `concat(…)`: all that is not NULL.
pub fn concat<'m, const N: usize>(values: [Option<&str>; N], arena: &'m Bump) -> &'m str {
    joined(values.iter().flatten().copied(), arena)
}

/// `concat_ws(separator, …)`: all that is not NULL, with the separator between two.
pub fn concat_ws<'m, const N: usize>(
    separator: &str,
    values: [Option<&str>; N],
    arena: &'m Bump,
) -> &'m str {
    let present = values.iter().flatten().enumerate();
    let pieces = present.flat_map(|(at, value)| [if at == 0 { "" } else { separator }, value]);
    joined(pieces, arena)
}

/// `ascii(text)`: the code point of the first character, 0 of an empty text.
pub fn ascii(text: &str) -> i32 {
    let first = text.chars().next().map_or(0, u32::from);
    i32::try_from(first).expect("code points end at 0x10FFFF")
}

/// `chr(code point)`: never the character 0, which texts do not have in PostgreSQL.
pub fn chr(code_point: i64, arena: &Bump) -> Result<&str, Reason> {
    let code_point = u32::try_from(code_point).ok().filter(|point| *point != 0);
    let character = code_point
        .and_then(char::from_u32)
        .ok_or(Reason::Argument)?;
    Ok(collected(std::iter::once(character), arena))
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
