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
use crate::decode::json::grammar::{self, Runs, Span};
use crate::decode::json::index::{Commas, Index, MAX_SEGMENTS, Summary};
use crate::decode::json::level::{BLOCK, Beside, HALF, LANES, Level, halves};
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

/// Numbers in fours that a text may have.
const FOURS: usize = MAX_SEGMENTS / 4;

/// The templates of a table, the one used last in front.
#[derive(Debug)]
pub(super) struct Templates {
    #[expect(clippy::vec_box, reason = "their order changes often")]
    known: Vec<Box<Template>>,
    spans: Box<Spans>,
    pub(super) gate: Gate,
    misses: u32,
    /// The misses when one was learned last.
    learned_at: u32,
    /// How often the orders of members were met that no template has, by hash.
    orders: [u8; COUNTED as usize],
}

/// Where the scalars of a text start and how long they are, by segment.
#[derive(Debug)]
struct Spans {
    starts: [u16; MAX_SEGMENTS],
    lens: [u16; MAX_SEGMENTS],
    /// What was found of each four numbers.
    runs: [Runs; FOURS],
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
    /// What stands beside the scalars of the segments; numbers have their weights.
    beside: Vec<Beside>,
    /// Segments whose scalars are numbers, in fours; the last four are filled up.
    numbers: Vec<[u16; 4]>,
    /// Segments whose scalars are true, false or null.
    words: Vec<u16>,
    /// Segments without a scalar.
    nothings: Vec<u16>,
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
    /// All ones where a byte counts.
    mask: [u8; BLOCK],
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

/// A slot's value.
#[derive(Clone, Copy, Debug)]
struct Slot {
    kind: Kind,
    segment: u16,
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
            spans: Box::new(Spans {
                starts: [0; MAX_SEGMENTS],
                lens: [0; MAX_SEGMENTS],
                runs: [Runs::NONE; FOURS],
            }),
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
            let form = template.form(level, text, commas, &mut self.spans);
            if form != Form::Other {
                template.fill(text, commas, &self.spans, form, cells);
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
                    let form = template.form(level, text, commas, &mut self.spans);
                    if form != Form::Other {
                        template.fill(text, commas, &self.spans, form, cells);
                        self.known[..=at].rotate_right(1);
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
        // the last one was used longest ago
        self.known.truncate(TEMPLATES - 1);
        self.known.insert(0, Box::new(template));
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
    fn form<L: Level>(&self, level: L, text: Text<'_>, commas: &Commas, spans: &mut Spans) -> Form {
        if !self.literals_are_there(level, text, commas) {
            return Form::Other;
        }
        let mut form = self.numbers(level, text, commas, spans);
        for &segment in &self.words {
            let span = spans.get(segment);
            if !word::is_word(text.word(span.start()), span.len()) {
                if !grammar::is_number_or_word(text, span) {
                    return Form::Other;
                }
                form = form.and(Form::Mixed);
            }
        }
        let mut fine = true;
        for &segment in &self.nothings {
            fine &= spans.get(segment).len() == 0;
        }
        for other in &self.others {
            fine &= other.is_there(level, text, commas);
        }
        if fine { form } else { Form::Other }
    }

    #[inline(always)]
    fn literals_are_there<L: Level>(&self, level: L, text: Text<'_>, commas: &Commas) -> bool {
        let segments = self.summary.segments();
        let last = commas.get(segments) - commas.get(segments - 1);
        let (first, _) = halves(text.front());
        let mut sum = self.first.add_differing(level, level.zeros(), first);
        let mut bad = u64::from(last < u32::from(self.last));
        bad |= (text.last_word() ^ self.tail) & self.tail_mask;
        let commas = commas.behind_first(self.literals.len());
        let literals = &self.literals[..commas.len()];
        for number in 0..commas.len() {
            // SAFETY: the offset is that of a comma, or one less: the text starts with none.
            let bytes = unsafe { text.array(usize::from(commas[number]) - 1) };
            sum = if self.short {
                literals[number].add_differing_half(level, sum, bytes)
            } else {
                literals[number].add_differing(level, sum, bytes)
            };
        }
        (bad == 0) & level.is_zero(sum)
    }

    /// Measures the scalars, and looks at the numbers.
    #[inline(always)]
    fn numbers<L: Level>(
        &self,
        level: L,
        text: Text<'_>,
        commas: &Commas,
        spans: &mut Spans,
    ) -> Form {
        let mut len = 0;
        for (number, beside) in self.beside.iter().enumerate() {
            let (starts, lens) = spans.lanes(number);
            len += level.spans(commas.lanes(number), beside, starts, lens);
        }
        let mut runs = Runs::NONE;
        for (number, [a, b, c, d]) in self.numbers.iter().enumerate() {
            let at = |segment: u16| spans.starts[usize::from(segment) % MAX_SEGMENTS].into();
            // SAFETY: commas are in the text, and numbers at most a block behind theirs.
            let four = unsafe { grammar::runs(level, text, [at(*a), at(*b), at(*c), at(*d)]) };
            spans.runs[number % FOURS] = four;
            runs = runs.and(four);
        }
        // a length below zero is that of a scalar whose first byte is a bracket or white space
        if runs.are_all(len.cast_unsigned() as usize) {
            return Form::Same;
        }
        for (number, [a, b, c, d]) in self.numbers.iter().enumerate() {
            let four = [spans.get(*a), spans.get(*b), spans.get(*c), spans.get(*d)];
            let len = four[0].len() + four[1].len() + four[2].len() + four[3].len();
            if spans.runs[number % FOURS].are_all(len) {
                continue;
            }
            // SAFETY: as above.
            if !unsafe { grammar::are_numbers_or_words(level, text, four) } {
                return Form::Other;
            }
        }
        Form::Mixed
    }

    #[inline(always)]
    fn fill(&self, text: Text<'_>, commas: &Commas, spans: &Spans, form: Form, cells: &mut [Cell]) {
        let count = self.slots.len().min(cells.len());
        let (slots, cells) = (&self.slots[..count], &mut cells[..count]);
        for number in 0..count {
            cells[number] = spans.get(slots[number].segment).cell(slots[number].kind);
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

impl Form {
    fn and(self, other: Self) -> Self {
        match self {
            Self::Same => other,
            Self::Other | Self::Mixed => self,
        }
    }
}

impl Spans {
    #[inline(always)]
    fn get(&self, segment: u16) -> Span {
        let segment = usize::from(segment) % MAX_SEGMENTS;
        Span::new(self.starts[segment], self.lens[segment])
    }

    /// The places of [`LANES`] segments.
    #[inline(always)]
    fn lanes(&mut self, number: usize) -> (&mut [u16; LANES], &mut [u16; LANES]) {
        const ROOM: &str = "there is room behind";
        let first = number * LANES % MAX_SEGMENTS;
        let starts = self.starts[first..].first_chunk_mut().expect(ROOM);
        (starts, self.lens[first..].first_chunk_mut().expect(ROOM))
    }
}

impl Literal {
    /// The first bytes, without as many as `skip` of them.
    fn new(text: &[u8], skip: usize) -> Self {
        let (mut bytes, mut mask) = ([0; BLOCK], [0; BLOCK]);
        bytes[..text.len()].copy_from_slice(text);
        mask[skip.min(text.len())..text.len()].fill(u8::MAX);
        Self { bytes, mask }
    }

    /// Adds what differs in `text`.
    #[inline(always)]
    fn add_differing<L: Level>(&self, level: L, sum: L::Half, text: &[u8; BLOCK]) -> L::Half {
        let sum = self.add_differing_half(level, sum, text);
        let (_, text) = parts(text);
        level.add_differing(sum, text, parts(&self.bytes).1, parts(&self.mask).1)
    }

    /// The same of the first half, where the other one does not count.
    #[inline(always)]
    fn add_differing_half<L: Level>(&self, level: L, sum: L::Half, text: &[u8; BLOCK]) -> L::Half {
        let (text, _) = parts(text);
        level.add_differing(sum, text, parts(&self.bytes).0, parts(&self.mask).0)
    }
}

/// The halves of a block.
#[inline(always)]
fn parts(block: &[u8; BLOCK]) -> (&[u8; HALF], &[u8; HALF]) {
    let (halves, _) = block.as_chunks();
    (&halves[0], &halves[1])
}

impl Other {
    #[inline(always)]
    fn is_there<L: Level>(&self, level: L, text: Text<'_>, commas: &Commas) -> bool {
        let at = self.at.offset(commas) as usize;
        // SAFETY: an offset that is not the text's is replaced.
        let bytes = unsafe { text.array(at.min(text.len())) };
        let differing = self.literal.add_differing(level, level.zeros(), bytes);
        // behind the text anything may stand, the literal too
        level.is_zero(differing) & (at <= text.len())
    }
}

impl Relative {
    #[inline(always)]
    fn offset(self, commas: &Commas) -> u32 {
        let by = i32::from(self.by).cast_unsigned();
        commas.get(usize::from(self.comma)).wrapping_add(by)
    }
}
