//! `format`: a text with arguments put into it, as PostgreSQL has it.

use super::building::MAX_BYTES;
use crate::error::Reason;
use bumpalo::Bump;

/// `format(text)`, without arguments: each `%%` is a `%`.
pub fn format_alone<'m>(text: &str, arena: &'m Bump) -> Result<&'m str, Reason> {
    format(text, [], arena)
}

/// `format(text, …)`: `%[position$][flag][width]type`, where the type is `s` for the argument
/// itself, `I` for it as a name and `L` for it as a literal of SQL.
pub fn format<'m, const N: usize>(
    text: &str,
    values: [Option<&str>; N],
    arena: &'m Bump,
) -> Result<&'m str, Reason> {
    let mut out = String::new();
    let mut rest = text;
    let mut next = 0;
    while let Some((before, behind)) = rest.split_once('%') {
        push(&mut out, before)?;
        if let Some(behind) = behind.strip_prefix('%') {
            push(&mut out, "%")?;
            rest = behind;
            continue;
        }
        let (place, behind) = Place::read(behind, &values, &mut next)?;
        let at = place.position.unwrap_or(next);
        next = at + 1;
        let value = *values.get(at).ok_or(Reason::Argument)?;
        let mut kinds = behind.chars();
        let kind = kinds.next().ok_or(Reason::Argument)?;
        let value = match (kind, value) {
            ('s', value) => value.unwrap_or("").to_owned(),
            ('I', Some(name)) => identifier(name),
            ('L', Some(text)) => literal(text),
            ('L', None) => "NULL".to_owned(),
            _ => return Err(Reason::Argument),
        };
        padded(&mut out, &value, &place)?;
        rest = kinds.as_str();
    }
    push(&mut out, rest)?;
    Ok(arena.alloc_str(&out))
}

/// What stands between `%` and the type.
struct Place {
    /// From 0; the next argument where it is not given.
    position: Option<usize>,
    left: bool,
    width: usize,
}

impl Place {
    /// The place at the start of `text`, and what is behind it.
    fn read<'t>(
        text: &'t str,
        values: &[Option<&str>],
        next: &mut usize,
    ) -> Result<(Self, &'t str), Reason> {
        let mut place = Self {
            position: None,
            left: false,
            width: 0,
        };
        let (number, behind) = number(text)?;
        let mut rest = text;
        if let (Some(number), Some(behind)) = (number, behind.strip_prefix('$')) {
            place.position = Some(number.checked_sub(1).ok_or(Reason::Argument)?);
            rest = behind;
        }
        while let Some(behind) = rest.strip_prefix('-') {
            place.left = true;
            rest = behind;
        }
        let Some(behind) = rest.strip_prefix('*') else {
            let (width, behind) = self::number(rest)?;
            place.width = width.unwrap_or(0);
            return Ok((place, behind));
        };
        // the width is an argument: the next one, or that at a position
        let (number, behind) = self::number(behind)?;
        let (at, rest) = match (number, behind.strip_prefix('$')) {
            (Some(number), Some(rest)) => (number.checked_sub(1).ok_or(Reason::Argument)?, rest),
            (None, None) => (*next, behind),
            (Some(_), None) | (None, Some(_)) => return Err(Reason::Argument),
        };
        *next = at + 1;
        let width = values.get(at).ok_or(Reason::Argument)?;
        let width = match width {
            Some(width) => width.parse::<i64>().map_err(|_| Reason::Argument)?,
            None => 0,
        };
        place.left |= width < 0;
        place.width = usize::try_from(width.unsigned_abs()).map_err(|_| Reason::TooLong)?;
        Ok((place, rest))
    }
}

/// The digits at the start of `text` as a number, if there are some, and what is behind them.
fn number(text: &str) -> Result<(Option<usize>, &str), Reason> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, behind) = text.split_at(digits);
    if digits.is_empty() {
        return Ok((None, behind));
    }
    let number = digits.parse().map_err(|_| Reason::Argument)?;
    Ok((Some(number), behind))
}

fn padded(out: &mut String, value: &str, place: &Place) -> Result<(), Reason> {
    let missing = place.width.saturating_sub(value.chars().count());
    if missing > MAX_BYTES {
        return Err(Reason::TooLong);
    }
    let spaces = std::iter::repeat_n(' ', missing);
    if place.left {
        push(out, value)?;
        out.extend(spaces);
        Ok(())
    } else {
        out.extend(spaces);
        push(out, value)
    }
}

fn push(out: &mut String, text: &str) -> Result<(), Reason> {
    if out.len() + text.len() > MAX_BYTES {
        return Err(Reason::TooLong);
    }
    out.push_str(text);
    Ok(())
}

/// In double quotes, unless it is a plain name in lower case. PostgreSQL has them around its
/// keywords, too.
fn identifier(name: &str) -> String {
    let is_plain =
        |at: usize, c: char| matches!(c, 'a'..='z' | '_') || at > 0 && c.is_ascii_digit();
    let plain = !name.is_empty() && name.chars().enumerate().all(|(at, c)| is_plain(at, c));
    if plain {
        return name.to_owned();
    }
    quoted(name, '"')
}

/// In single quotes; with an `E` in front where a backslash is in it.
fn literal(text: &str) -> String {
    if !text.contains('\\') {
        return quoted(text, '\'');
    }
    let mut out = String::from("E'");
    for character in text.chars() {
        if matches!(character, '\'' | '\\') {
            out.push(character);
        }
        out.push(character);
    }
    out.push('\'');
    out
}

fn quoted(text: &str, quote: char) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for character in text.chars() {
        if character == quote {
            out.push(quote);
        }
        out.push(character);
    }
    out.push(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As PostgreSQL has it.
    #[test]
    fn texts_with_arguments() {
        let arena = Bump::new();
        let values = [Some("foo"), Some("b\"ar"), None, Some("it's"), Some("-7")];
        for (text, expected) in [
            ("plain", Ok("plain")),
            ("%s and %s, 100%%", Ok("foo and b\"ar, 100%")),
            ("%2$s %1$s %s", Ok("b\"ar foo b\"ar")),
            ("[%5s] [%-5s] [%1$2s]", Ok("[  foo] [b\"ar ] [foo]")),
            ("%I %I", Ok("foo \"b\"\"ar\"")),
            ("%L %4$L %3$L", Ok("'foo' 'it''s' NULL")),
            ("[%3$s]", Ok("[]")),
            ("[%5$*5$s] [%1$*5$s]", Ok("[-7     ] [foo    ]")),
            ("%", Err(Reason::Argument)),
            ("%d", Err(Reason::Argument)),
            ("%6$s", Err(Reason::Argument)),
            ("%0$s", Err(Reason::Argument)),
            ("%3$I", Err(Reason::Argument)),
            ("%s%s%s%s%s%s", Err(Reason::Argument)),
            ("%99999999s", Err(Reason::TooLong)),
        ] {
            assert_eq!(format(text, values, &arena), expected, "{text}");
        }
        assert_eq!(format("%L", [Some("a\\'")], &arena), Ok("E'a\\\\'''"));
        assert_eq!(format_alone("50%%", &arena), Ok("50%"));
    }
}
