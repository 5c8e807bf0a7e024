//! Values that nothing needs, skipped unchecked: what `json.validation = 'lazy'` is for.
//!
//! Only strings and brackets are looked at, and only to find where the value ends:
//!
//! - A string ends at its next quote that is not escaped.
//! - An object or array ends where as many brackets have closed as have opened. Brackets within
//!   strings do not count, and square ones are not told from curly ones.
//! - Anything else ends before the next white space, bracket, quote, comma or colon.
//!
//! A byte is escaped by a backslash before it that is not escaped itself. A value that is valid
//! ends where a complete parse says.

use super::level::{BLOCK, Level};
use super::text::Text;

/// The end of the value that starts at `at`; as an error, the offset of a byte that no value
/// starts with, or the text's end where the value has none.
#[inline(always)]
pub(super) fn value<L: Level>(level: L, text: Text<'_>, at: usize) -> Result<usize, usize> {
    let end = match text.bytes().get(at) {
        Some(b'"') => level.vectorize(
            #[inline(always)]
            || string(level, text, at + 1),
        ),
        Some(b'{' | b'[') => level.vectorize(
            #[inline(always)]
            || container(level, text, at),
        ),
        _ => return word(text.bytes(), at),
    };
    end.ok_or(text.len())
}

/// The end of a string whose first byte behind the opening quote is at `at`.
#[inline(always)]
fn string<L: Level>(level: L, text: Text<'_>, mut at: usize) -> Option<usize> {
    let mut escape = false;
    while at < text.len() {
        let block = Block::load(level, text, at);
        let quotes = block.equal(level, b'"') & !block.escaped(level, &mut escape);
        if quotes != 0 {
            return Some(at + quotes.trailing_zeros() as usize + 1);
        }
        at += BLOCK;
    }
    None
}

/// The end of an object or array whose opening bracket is at `at`.
#[inline(always)]
fn container<L: Level>(level: L, text: Text<'_>, mut at: usize) -> Option<usize> {
    let mut escape = false;
    let mut in_string = 0;
    let mut depth = 0;
    while at < text.len() {
        let block = Block::load(level, text, at);
        let quotes = block.equal(level, b'"') & !block.escaped(level, &mut escape);
        let string = level.prefix_xor(quotes) ^ in_string;
        in_string = (string.cast_signed() >> 63).cast_unsigned();
        let opening = (block.equal(level, b'{') | block.equal(level, b'[')) & !string;
        let closing = (block.equal(level, b'}') | block.equal(level, b']')) & !string;
        // where fewer brackets close than are open, none of them is the last
        if closing.count_ones() >= depth
            && let Some(last) = last(opening, closing, depth)
        {
            return Some(at + last + 1);
        }
        depth = depth + opening.count_ones() - closing.count_ones();
        at += BLOCK;
    }
    None
}

/// Which of the brackets that close closes the last of those that are open.
#[inline(always)]
fn last(opening: u64, mut closing: u64, mut depth: u32) -> Option<usize> {
    let mut opening_left = opening;
    while closing != 0 {
        let at = closing.trailing_zeros();
        let before = (1_u64 << at) - 1;
        depth += (opening_left & before).count_ones();
        opening_left &= !before;
        depth -= 1;
        if depth == 0 {
            return Some(at as usize);
        }
        closing &= closing - 1;
    }
    None
}

/// The end of anything else.
fn word(bytes: &[u8], at: usize) -> Result<usize, usize> {
    let is_part = |byte: &&u8| !b" \t\n\r{}[]\",:".contains(byte);
    match bytes[at..].iter().take_while(is_part).count() {
        0 => Err(at),
        count => Ok(at + count),
    }
}

/// 64 bytes of a text.
struct Block<L: Level> {
    bytes: L::Block,
    /// Which of them are the text's.
    inside: u64,
}

impl<L: Level> Block<L> {
    /// The block from `at` on, which is in the text.
    #[inline(always)]
    fn load(level: L, text: Text<'_>, at: usize) -> Self {
        assert!(at < text.len(), "blocks begin in the text");
        Self {
            // SAFETY: the offset was just compared.
            bytes: level.load(unsafe { text.array(at) }),
            inside: u64::MAX >> (BLOCK - (text.len() - at).min(BLOCK)),
        }
    }

    #[inline(always)]
    fn equal(&self, level: L, byte: u8) -> u64 {
        level.equal(self.bytes, byte) & self.inside
    }

    /// The bytes that are escaped. `escape`: whether the first one is; then, whether the one
    /// behind the block is.
    #[inline(always)]
    fn escaped(&self, level: L, escape: &mut bool) -> u64 {
        let backslashes = self.equal(level, b'\\');
        if backslashes == 0 {
            return u64::from(std::mem::take(escape));
        }
        escaped(backslashes, escape)
    }
}

/// Backslashes are few: one step for each that escapes.
#[cold]
fn escaped(backslashes: u64, escape: &mut bool) -> u64 {
    let mut escaped = u64::from(*escape);
    let mut escaping = backslashes & !escaped;
    *escape = false;
    while escaping != 0 {
        let lowest = escaping & escaping.wrapping_neg();
        *escape = lowest >> 63 == 1;
        escaped |= lowest << 1;
        escaping &= !(lowest | lowest << 1);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::level::{Cpu, Job};
    use super::super::text::{PADDING, Text};
    use super::*;

    struct Skip<'t> {
        text: Text<'t>,
        at: usize,
    }

    impl Job<Result<usize, usize>> for Skip<'_> {
        #[inline(always)]
        fn run<L: Level>(self, level: L) -> Result<usize, usize> {
            value(level, self.text, self.at)
        }
    }

    /// The same, byte by byte.
    fn naive(text: &[u8], at: usize) -> Result<usize, usize> {
        let Some(b'"' | b'{' | b'[') = text.get(at) else {
            return word(text, at);
        };
        let (mut depth, mut in_string, mut escape) = (0, false, false);
        for (offset, &byte) in text.iter().enumerate().skip(at) {
            let escaped = std::mem::take(&mut escape);
            match byte {
                b'\\' => {
                    escape = !escaped;
                    continue;
                }
                b'"' if !escaped => in_string = !in_string,
                b'{' | b'[' if !in_string => depth += 1,
                b'}' | b']' if !in_string => depth -= 1,
                _ => continue,
            }
            if depth == 0 && !in_string {
                return Ok(offset + 1);
            }
        }
        Err(text.len())
    }

    #[track_caller]
    fn check(text: &[u8], at: usize) {
        let want = naive(text, at);
        for behind in [b'"', b'}', b'\\', 0] {
            let mut padded = text.to_vec();
            padded.resize(text.len() + PADDING, behind);
            let text = Text::new(&padded, text.len()).expect("padded");
            for cpu in Cpu::all() {
                let got = cpu.run(Skip { text, at });
                assert_eq!(got, want, "{text:?} from {at} at level {}", cpu.name());
            }
        }
    }

    #[test]
    fn values_end() {
        let end = |text: &str, want: Result<usize, usize>| {
            assert_eq!(naive(text.as_bytes(), 0), want, "{text}");
            check(text.as_bytes(), 0);
        };
        end(r#""a",1"#, Ok(3));
        end(r#""a\"b\\","#, Ok(8));
        end(r#"{"a":[1,"}]"]},2"#, Ok(14));
        end("[}x", Ok(2));
        end("[[]", Err(3));
        end("\"open", Err(5));
        end("-1.5e3}", Ok(6));
        end("tru,", Ok(3));
        end(",", Err(0));
        end("", Err(0));
        end("[", Err(1));
        end("{\"\\", Err(3));
    }

    #[test]
    fn every_level_skips_alike() {
        let mut state = 7_u64;
        let mut random = move |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as usize % below
        };
        for round in 0..40_000 {
            let alphabet: &[u8] = match round % 4 {
                0 => b"\\\"",
                1 => b"[]{}a",
                2 => b"[]{}\"\\a:, ",
                _ => b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"\"\\[]{}\xff",
            };
            let len = random(300);
            let mut text = vec![b"\"[{"[random(3)]];
            text.extend((0..len).map(|_| alphabet[random(alphabet.len())]));
            check(&text, 0);
            check(&text, random(text.len()));
        }
    }
}
