//! Making a template of an accepted message.

use super::{Literal, Other, Relative, Slot, Special, Template};
use crate::decode::json::index::Summary;
use crate::decode::json::level::{BLOCK, Beside, HALF, LANES};
use crate::decode::json::outline::{Leaf, Outline, Segment};
use crate::decode::json::shape::{Cell, Kind};

/// A template under construction.
struct Learning<'t> {
    text: &'t [u8],
    template: Template,
    /// The offsets of the commas and the text's end.
    commas: Vec<usize>,
}

impl Template {
    pub(super) fn new(
        text: &[u8],
        outline: &Outline,
        summary: Summary,
        cells: &[Cell],
    ) -> Option<Self> {
        let segments = &outline.segments;
        if segments.len() != summary.segments() {
            return None;
        }
        let template = Self {
            summary,
            first: Literal::new(&[], 0),
            literals: Vec::new(),
            others: Vec::new(),
            short: true,
            last: 0,
            tail: 0,
            tail_mask: 0,
            beside: Vec::new(),
            numbers: Vec::new(),
            words: Vec::new(),
            nothings: Vec::new(),
            slots: Vec::new(),
            specials: Vec::new(),
        };
        let begins = segments.iter().map(|segment| segment.begin);
        let mut learning = Learning {
            text,
            template,
            commas: begins.chain([text.len()]).collect(),
        };
        learning.add_literals(outline)?;
        learning.add_scalars(outline)?;
        for cell in cells {
            learning.add_slot(*cell, outline)?;
        }
        Some(learning.template)
    }
}

impl Learning<'_> {
    fn add_literals(&mut self, outline: &Outline) -> Option<()> {
        let mut behind = None;
        for (number, segment) in outline.segments.iter().enumerate() {
            if number == 0 {
                self.add_first(segment.start)?;
            } else {
                let quote = behind == Some(Leaf::String);
                self.add_literal(number, segment.start, quote)?;
            }
            let end = self.commas[number + 1];
            // a string's closing quote right before a comma is part of the comma's literal
            let is_string = segment.leaf == Leaf::String;
            let is_last = end == self.text.len();
            let covered = usize::from(is_string && segment.end + 1 == end && !is_last);
            if is_last {
                self.add_tail(segment.end)?;
            } else {
                self.add_rest(number + 1, segment.end, end - covered)?;
            }
            behind = (covered == 1).then_some(Leaf::String);
            let others = segment.start - segment.begin + end - segment.end;
            self.template.last = u16::try_from(others).ok()?;
        }
        Some(())
    }

    fn add_first(&mut self, end: usize) -> Option<()> {
        let block = end.min(BLOCK);
        self.template.first = Literal::new(&self.text[..block], 0);
        self.add_rest(0, block, end)
    }

    /// The literal of comma `number`, up to `end`. `quote`: with the byte before it.
    fn add_literal(&mut self, number: usize, end: usize, quote: bool) -> Option<()> {
        let comma = self.commas[number];
        let start = comma.checked_sub(1)?;
        let block = end.min(start + BLOCK);
        self.template.short &= block - start <= HALF;
        let literal = Literal::new(&self.text[start..block], usize::from(!quote));
        self.template.literals.push(literal);
        self.add_rest(number, block, end)
    }

    /// The text from `start` on.
    fn add_tail(&mut self, start: usize) -> Option<()> {
        let word = self.text.len().checked_sub(8)?;
        let from = start.max(word);
        self.template.tail = u64::from_le_bytes(*self.text.last_chunk()?);
        self.template.tail_mask = match from - word {
            8 => 0,
            bytes => u64::MAX << (8 * bytes),
        };
        self.add_rest(self.commas.len() - 1, start, from)
    }

    /// Blocks of the text from `start` to `end`, with their places relative to comma `number`.
    fn add_rest(&mut self, number: usize, start: usize, end: usize) -> Option<()> {
        let mut at = start;
        while at < end {
            let block = end.min(at + BLOCK);
            let other = Other {
                at: self.relative(number, at)?,
                literal: Literal::new(&self.text[at..block], 0),
            };
            self.template.others.push(other);
            at = block;
        }
        Some(())
    }

    fn relative(&self, number: usize, at: usize) -> Option<Relative> {
        let by = i64::try_from(at).ok()? - i64::try_from(self.commas[number]).ok()?;
        Some(Relative {
            comma: u16::try_from(number).ok()?,
            by: i16::try_from(by).ok()?,
        })
    }

    fn add_scalars(&mut self, outline: &Outline) -> Option<()> {
        let mut numbers = Vec::new();
        let none = Beside {
            ahead: [0; LANES],
            both: [0; LANES],
            weight: [0; LANES],
        };
        let template = &mut self.template;
        template.beside = vec![none; outline.segments.len().div_ceil(LANES)];
        for (number, segment) in outline.segments.iter().enumerate() {
            let (start, end) = (self.commas[number], self.commas[number + 1]);
            let ahead = segment.start - start;
            let beside = &mut template.beside[number / LANES];
            beside.ahead[number % LANES] = u16::try_from(ahead).ok()?;
            beside.both[number % LANES] = u16::try_from(ahead + end - segment.end).ok()?;
            let number = u16::try_from(number).ok()?;
            match segment.leaf {
                Leaf::String => {}
                Leaf::Number if ahead > BLOCK => return None,
                Leaf::Number => numbers.push(number),
                Leaf::Word => template.words.push(number),
                Leaf::Nothing => template.nothings.push(number),
            }
        }
        for four in numbers.chunks(4) {
            let four = std::array::from_fn(|index| four[index.min(four.len() - 1)]);
            template.numbers.push(four);
            for number in four.map(usize::from) {
                template.beside[number / LANES].weight[number % LANES] += 1;
            }
        }
        Some(())
    }

    /// The slot that `cell` was found for.
    fn add_slot(&mut self, cell: Cell, outline: &Outline) -> Option<()> {
        let start = cell.start as usize;
        let special = match cell.kind {
            Kind::Number | Kind::String => None,
            Kind::Null | Kind::False | Kind::True => Some(Special::Word),
            Kind::Object | Kind::Array => Some(Special::Container {
                start: self.bracket(start, outline)?,
                end: self.bracket(start + cell.len as usize, outline)?,
            }),
            Kind::Missing => Some(Special::Missing),
            Kind::EscapedString | Kind::Blocked => return None,
        };
        let starts_here =
            |segment: &Segment| segment.start == start && segment.leaf != Leaf::Nothing;
        let segment = match special {
            None | Some(Special::Word) => outline.segments.iter().position(starts_here)?,
            Some(Special::Container { .. } | Special::Missing) => 0,
        };
        let number = u16::try_from(self.template.slots.len()).ok()?;
        let special = special.map(|special| (number, special));
        self.template.specials.extend(special);
        self.template.slots.push(Slot {
            kind: cell.kind,
            segment: u16::try_from(segment).ok()?,
        });
        Some(())
    }

    /// The place of a bracket: relative to its segment's comma, or to the next one behind its
    /// scalar.
    fn bracket(&self, at: usize, outline: &Outline) -> Option<Relative> {
        let number = self.commas.iter().rposition(|&comma| comma <= at)?;
        let segment = outline.segments.get(number);
        let behind = segment.is_some_and(|segment| segment.end <= at);
        self.relative(number + usize::from(behind), at)
    }
}
