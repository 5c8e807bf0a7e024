//! Templates: whole messages that were accepted before, with their scalars left open.
//!
//! A template cuts a message at its structural commas into literals and scalars, in turn:
//! `{"id":"` · string · `","t":` · number · `}`. A message has the template's form if the places
//! of its commas put every literal where it belongs, each literal is there byte for byte, numbers
//! and words are what they should be, and there are just as many quotes. That proves that it is
//! valid, with the same keys in the same order:
//!
//! - the literals are those of a valid message;
//! - no string holds a quote (the literals have all there are), a backslash or a control
//!   character (the index has seen to that), so each is one string;
//! - numbers and words are checked against their grammar, and may stand for each other: a value
//!   that is null now and then is no other form;
//! - no literal reaches beyond its segment: up to the next comma it has the learned message's
//!   bytes, so that this comma would be outside of strings there, too, and a literal has no such
//!   comma but its first byte. Behind the last comma the length is compared.
//!
//! What a slot holds follows from keys and order alone, so its place is known by literal.

mod learning;

use crate::decode::json::gate::Gate;
use crate::decode::json::grammar::{self, Span};
use crate::decode::json::index::{Commas, Index, Summary};
use crate::decode::json::level::{BLOCK, Level, halves};
use crate::decode::json::outline::Outline;
use crate::decode::json::shape::{Cell, Kind};
use crate::decode::json::text::Text;
use crate::decode::json::word;

/// Templates that are kept.
const TEMPLATES: usize = 8;

/// A new template replaces an old one only at every so many misses.
const REPLACE_EVERY: u32 = 512;

/// Orders of members are counted for so many messages, in as many places …
const COUNTED: u32 = 256;

/// … and one that was met so often in this time is worth a template.
const OFTEN: u8 = 8;

/// Misses in a hundred that are one too many.
const MOST_MISSES: u32 = 85;

/// The templates of a table, the one used last in front.
#[derive(Debug)]
pub(super) struct Templates {
    known: Vec<Template>,
    pub(super) gate: Gate,
    misses: u32,
    /// The misses when one was learned last.
    learned_at: u32,
    /// How often the orders of members were met that no template has, by hash.
    orders: [u8; COUNTED as usize],
}

/// A template.
#[derive(Debug)]
struct Template {
    summary: Summary,
    /// Where the text starts.
    first: Literal,
    /// From one byte before each comma on.
    literals: Vec<Literal>,
    /// All that does not fit into those.
    others: Vec<Other>,
    /// No literal is longer than half a block.
    short: bool,
    /// Bytes behind the last comma that are no scalar.
    last: u16,
    /// The text's last eight bytes as a word, as far as they are no scalar: `"}`.
    tail: u64,
    tail_mask: u64,
    /// Scalars that are numbers, in fours; the last four are filled up.
    numbers: Vec<[Place; 4]>,
    /// Scalars that are true, false or null.
    words: Vec<Place>,
    /// Strings with more than a quote behind them, which a short segment has no room for.
    strings: Vec<Place>,
    /// Segments without a scalar.
    nothings: Vec<Place>,
    /// Where each slot's value stands.
    slots: Vec<Slot>,
    /// Slots that are more than that.
    specials: Vec<(u16, Special)>,
}

/// Up to 64 bytes.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
struct Literal {
    bytes: [u8; BLOCK],
    /// Which of them count.
    mask: u64,
}

/// A literal anywhere.
#[derive(Debug)]
struct Other {
    at: Relative,
    literal: Literal,
}

/// An offset from a comma, or from the text's end.
#[derive(Clone, Copy, Debug)]
struct Relative {
    comma: u16,
    by: i16,
}

/// A scalar's place.
#[derive(Clone, Copy, Debug)]
struct Place {
    segment: u16,
    /// From its comma to the scalar.
    ahead: u16,
    /// What else is in its segment.
    others: u16,
}

/// A slot's value.
#[derive(Clone, Copy, Debug)]
struct Slot {
    kind: Kind,
    place: Place,
}

/// What there is more to say of a slot that holds no string or number.
#[derive(Clone, Copy, Debug)]
enum Special {
    /// true, false or null.
    Word,
    /// An object or array.
    Container { start: Relative, end: Relative },
    /// Nothing is there.
    Missing,
}

impl Templates {
    pub(super) fn new(enabled: bool) -> Self {
        Self {
            known: Vec::new(),
            gate: Gate::new(MOST_MISSES, enabled),
            misses: 0,
            learned_at: 0,
            orders: [0; COUNTED as usize],
        }
    }

    /// Fills `cells` from a text that has the form of a known template.
    #[inline(always)]
    pub(super) fn find<L: Level>(
        &mut self,
        level: L,
        text: Text<'_>,
        index: &Index,
        summary: Summary,
        cells: &mut [Cell],
    ) -> bool {
        let commas = index.commas();
        let Some(template) = self.known.first() else {
            return false;
        };
        if template.summary == summary {
            let form = template.form(level, text, commas);
            if form != Form::Other {
                template.fill(text, commas, form, cells);
                return true;
            }
        }
        self.find_other(level, text, commas, summary, cells)
    }

    /// The same of all but the first template; the one that is found is the first from then on.
    #[inline(never)]
    fn find_other<L: Level>(
        &mut self,
        level: L,
        text: Text<'_>,
        commas: &Commas,
        summary: Summary,
        cells: &mut [Cell],
    ) -> bool {
        level.vectorize(
            #[inline(always)]
            || {
                for at in 1..self.known.len() {
                    let template = &self.known[at];
                    if template.summary != summary {
                        continue;
                    }
                    let form = template.form(level, text, commas);
                    if form != Form::Other {
                        template.fill(text, commas, form, cells);
                        self.known.swap(at, 0);
                        return true;
                    }
                }
                false
            },
        )
    }

    /// Whether a message that no tier knew is worth a template.
    pub(super) fn wants(&mut self) -> bool {
        self.misses = self.misses.wrapping_add(1);
        self.known.len() < TEMPLATES / 2
    }

    /// Whether a message is worth a template that has its members in this order.
    #[inline(always)]
    pub(super) fn wants_again(&mut self, order: u64) -> bool {
        self.misses = self.misses.wrapping_add(1);
        if self.misses.is_multiple_of(COUNTED) {
            self.orders = [0; COUNTED as usize];
        }
        let count = &mut self.orders[(order >> 56) as usize];
        *count = count.saturating_add(1);
        let free = self.known.len() < TEMPLATES;
        let long_ago = self.misses.wrapping_sub(self.learned_at) >= REPLACE_EVERY;
        *count == OFTEN && (free || long_ago)
    }

    /// Makes a template of an accepted message.
    pub(super) fn learn(
        &mut self,
        text: &[u8],
        outline: &Outline,
        summary: Summary,
        cells: &[Cell],
    ) {
        let Some(template) = Template::new(text, outline, summary, cells) else {
            return;
        };
        self.learned_at = self.misses;
        // the last one was used longest ago, more or less
        self.known.truncate(TEMPLATES - 1);
        self.known.insert(0, template);
    }
}

/// How a message has the form of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Not at all.
    Other,
    /// With numbers and words where the template has them.
    Same,
    /// With a word for a number, or a number for a word.
    Mixed,
}

impl Template {
    /// Whether the literals are there and the scalars are what they should be.
    #[inline(always)]
    fn form<L: Level>(&self, level: L, text: Text<'_>, commas: &Commas) -> Form {
        if !self.literals_are_there(level, text, commas) {
            return Form::Other;
        }
        let mut form = Form::Same;
        for four in &self.numbers {
            match numbers(level, text, commas, four) {
                Form::Other => return Form::Other,
                Form::Same => {}
                Form::Mixed => form = Form::Mixed,
            }
        }
        for place in &self.words {
            let span = place.span(commas);
            if !word::is_word(text.word(span.start()), span.len()) {
                if !grammar::is_number_or_word(text, span) {
                    return Form::Other;
                }
                form = Form::Mixed;
            }
        }
        let mut fine = true;
        for place in &self.strings {
            fine &= place.is_long_enough(commas);
        }
        for place in &self.nothings {
            fine &= place.span(commas).len() == 0;
        }
        for other in &self.others {
            fine &= other.is_there(level, text, commas);
        }
        if fine { form } else { Form::Other }
    }

    #[inline(always)]
    fn literals_are_there<L: Level>(&self, level: L, text: Text<'_>, commas: &Commas) -> bool {
        let segments = self.summary.segments;
        let last = commas.get(segments) - commas.get(segments - 1);
        let (first, _) = halves(text.front());
        let mut differing = level.differing(first, &self.first.bytes, self.first.mask);
        differing |= u64::from(last < u32::from(self.last));
        differing |= (text.last_word() ^ self.tail) & self.tail_mask;
        if self.short {
            for (number, literal) in self.literals.iter().enumerate() {
                // SAFETY: the offset is that of a comma, or one less: the text starts with none.
                let bytes = unsafe { text.array(commas.get(number + 1) as usize - 1) };
                differing |= u64::from(level.differing_short(bytes, literal.half(), literal.low()));
            }
        } else {
            for (number, literal) in self.literals.iter().enumerate() {
                // SAFETY: as above.
                let bytes = unsafe { text.array(commas.get(number + 1) as usize - 1) };
                differing |= level.differing(bytes, &literal.bytes, literal.mask);
            }
        }
        differing == 0
    }

    #[inline(always)]
    fn fill(&self, text: Text<'_>, commas: &Commas, form: Form, cells: &mut [Cell]) {
        let count = self.slots.len().min(cells.len());
        let (slots, cells) = (&self.slots[..count], &mut cells[..count]);
        for number in 0..count {
            cells[number] = slots[number].place.span(commas).cell(slots[number].kind);
        }
        if form == Form::Mixed {
            for cell in &mut *cells {
                if cell.kind == Kind::Number {
                    cell.kind = word::bare_kind(text.word(cell.start as usize));
                }
            }
        }
        for special in &self.specials {
            let (number, special) = special;
            let cell = &mut cells[usize::from(*number)];
            match special {
                Special::Word => cell.kind = word::bare_kind(text.word(cell.start as usize)),
                Special::Container { start, end } => {
                    cell.start = start.offset(commas);
                    cell.len = end.offset(commas) - cell.start;
                }
                Special::Missing => *cell = Cell::default(),
            }
        }
    }
}

#[inline(always)]
fn numbers<L: Level>(level: L, text: Text<'_>, commas: &Commas, four: &[Place; 4]) -> Form {
    let [a, b, c, d] = four;
    let spans = [
        a.span(commas),
        b.span(commas),
        c.span(commas),
        d.span(commas),
    ];
    // SAFETY: commas are in the text, and numbers at most a block behind theirs.
    if unsafe { grammar::are_short_numbers(level, text, spans) } {
        return Form::Same;
    }
    // SAFETY: as above.
    if unsafe { grammar::are_numbers_or_words(level, text, spans) } {
        Form::Mixed
    } else {
        Form::Other
    }
}

impl Literal {
    fn new(text: &[u8], mask: u64) -> Self {
        let mut bytes = [0; BLOCK];
        bytes[..text.len()].copy_from_slice(text);
        Self { bytes, mask }
    }

    #[inline(always)]
    fn half(&self) -> &[u8; BLOCK / 2] {
        let (halves, _) = self.bytes.as_chunks();
        &halves[0]
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "the upper half is not set")]
    fn low(&self) -> u32 {
        self.mask as u32
    }
}

impl Other {
    #[inline(always)]
    fn is_there<L: Level>(&self, level: L, text: Text<'_>, commas: &Commas) -> bool {
        let at = self.at.offset(commas) as usize;
        // SAFETY: an offset that is not the text's is replaced.
        let bytes = unsafe { text.array(at.min(text.len())) };
        let differing = level.differing(bytes, &self.literal.bytes, self.literal.mask);
        // behind the text anything may stand, the literal too
        (differing == 0) & (at <= text.len())
    }
}

impl Relative {
    #[inline(always)]
    fn offset(self, commas: &Commas) -> u32 {
        let by = i32::from(self.by).cast_unsigned();
        commas.get(usize::from(self.comma)).wrapping_add(by)
    }
}

impl Place {
    /// Whether what is beside the scalar fits into the segment.
    #[inline(always)]
    fn is_long_enough(self, commas: &Commas) -> bool {
        let (comma, next) = commas.pair(self.segment);
        next.wrapping_sub(comma) >= u32::from(self.others)
    }

    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the index takes short texts only"
    )]
    fn span(self, commas: &Commas) -> Span {
        let (comma, next) = commas.pair(self.segment);
        let len = next
            .wrapping_sub(comma)
            .wrapping_sub(u32::from(self.others));
        Span::new((comma + u32::from(self.ahead)) as u16, len as u16)
    }
}
