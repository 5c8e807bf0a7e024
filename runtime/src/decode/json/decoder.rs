//! A table's decoder: the tiers in their order.
//!
//! 0. [`Layouts`]: short messages whose every byte is in the class that it had before.
//! 1. [`Line`](super::Line): messages written as their table declares them; generated, for flat
//!    tables.
//! 2. [`Templates`]: messages with the keys and punctuation of one of the last.
//! 3. [`Members`]: messages of known members in any order.
//! 4. [`Reference`]: all others, and the definition of what each message means.
//!
//! A tier either proves that the reference path would give the same, or passes the message on.
//! All but the line know only what they learned from messages that were accepted before. Each is
//! switched off for a while when it misses too much.

use super::gate::Gate;
use super::index::{Index, Summary};
use super::layout::Layouts;
use super::layout::Miss;
use super::level::Level;
use super::line::{Indexed, Lined, MAX_SCANNED, Scanned, Unlined};
use super::members::Members;
use super::outline::{Outline, outline};
use super::reference::{Reference, Validation};
use super::shape::{Cell, Shape};
use super::template::Templates;
use super::text::Text;
use crate::error::{Reason, RowError};

/// Messages in a hundred that are not on the line, and are one too many.
const MOST_LINE_MISSES: u32 = 60;

/// Which tiers may be used: all of them, but in tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each tier is there or not on its own"
)]
pub struct Tiers {
    /// The layout cache.
    pub layouts: bool,
    /// The line of the table.
    pub line: bool,
    /// Templates.
    pub templates: bool,
    /// Members in any order.
    pub members: bool,
}

impl Tiers {
    /// All of them.
    pub const ALL: Self = Self {
        layouts: true,
        line: true,
        templates: true,
        members: true,
    };

    /// The reference path alone.
    pub const NONE: Self = Self {
        layouts: false,
        line: false,
        templates: false,
        members: false,
    };
}

/// How many messages took which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    /// Known to a template.
    pub templates: u64,
    /// Known by their members.
    pub members: u64,
    /// Decoded by the reference path.
    pub reference: u64,
}

/// A table's decoder.
#[derive(Debug)]
pub struct Decoder {
    shape: &'static Shape,
    validation: Validation,
    layouts: Layouts,
    line: Gate,
    templates: Templates,
    members: Members,
    reference: Reference,
    index: Index,
    cells: Vec<Cell>,
    /// Why the last message was rejected that was.
    error: RowError,
    ways: Ways,
}

impl Decoder {
    /// A decoder for `shape`.
    pub fn new(shape: &'static Shape, validation: Validation) -> Self {
        Self::with_tiers(shape, validation, Tiers::ALL)
    }

    /// A decoder that uses no other than these tiers.
    pub fn with_tiers(shape: &'static Shape, validation: Validation, tiers: Tiers) -> Self {
        Self {
            shape,
            validation,
            layouts: Layouts::new(shape.slots, tiers.layouts),
            line: Gate::new(MOST_LINE_MISSES, tiers.line),
            templates: Templates::new(tiers.templates),
            members: Members::new(shape.nodes.len(), tiers.members),
            reference: Reference::new(shape),
            index: Index::new(),
            cells: vec![Cell::default(); shape.slots],
            error: RowError::payload(Reason::Syntax, 0),
            ways: Ways::default(),
        }
    }

    /// So many messages are decoded next: what the tiers miss is measured against that.
    #[inline(always)]
    pub fn expect(&mut self, messages: usize) {
        let messages = u32::try_from(messages).unwrap_or(u32::MAX);
        self.layouts.expect(messages);
        self.line.expect(messages);
        self.templates.gate.expect(messages);
        self.members.gate.expect(messages);
    }

    /// Finds what the shape asks for: a cell for each of its slots.
    #[inline(always)]
    pub fn decode<L: Level>(&mut self, level: L, text: Text<'_>) -> Result<&[Cell], RowError> {
        self.decode_line::<L, Unlined>(level, text)
    }

    /// The same, called: where a loop over messages is to be small.
    #[inline(never)]
    pub fn decode_apart<L: Level>(
        &mut self,
        level: L,
        text: Text<'_>,
    ) -> Result<&[Cell], RowError> {
        level.vectorize(
            #[inline(always)]
            || self.decode(level, text),
        )
    }

    /// The same with the table's line, if it has one.
    #[inline(always)]
    pub fn decode_line<L: Level, T: Lined>(
        &mut self,
        level: L,
        text: Text<'_>,
    ) -> Result<&[Cell], RowError> {
        let miss = match self.layouts.find(level, text) {
            Ok(slot) => return Ok(self.layouts.cells(slot)),
            Err(miss) => miss,
        };
        let mut indexed = Indexing::Due;
        if T::KEYS > 0 && self.line.is_open() {
            if T::KEYS > MAX_SCANNED {
                indexed = Indexing::Done(level.index(&mut self.index, text));
            }
            if self.walk::<L, T>(level, text, indexed) {
                if self.layouts.wants(miss) {
                    self.learn_layout(text, miss);
                }
                return Ok(&self.cells);
            }
            self.line.miss();
        }
        if level.decode_further(self, text, miss, indexed) {
            Ok(&self.cells)
        } else {
            Err(self.error)
        }
    }

    /// Walks along the line.
    #[inline(always)]
    fn walk<L: Level, T: Lined>(&mut self, level: L, text: Text<'_>, indexed: Indexing) -> bool {
        match indexed {
            Indexing::Due => T::walk(&mut Scanned::new(level, text, &mut self.cells)),
            Indexing::Done(Some(summary)) if summary.segments() == T::KEYS => {
                let (commas, cells) = (self.index.commas().offsets(), &mut self.cells);
                T::walk(&mut Indexed::new(
                    level,
                    text,
                    commas,
                    summary,
                    T::KEYS,
                    cells,
                ))
            }
            Indexing::Done(_) => false,
        }
    }

    /// How many messages took which way behind the layout cache.
    pub fn ways(&self) -> Ways {
        self.ways
    }

    #[cold]
    #[inline(never)]
    fn learn_layout(&mut self, text: Text<'_>, miss: Miss) {
        if let Some(outline) = self.outline(text) {
            self.layouts.learn(miss, text, &outline, &self.cells);
        }
    }

    /// What an accepted message looks like, if that can be learned. When too many nestings were
    /// met, the members begin anew.
    fn outline(&mut self, text: Text<'_>) -> Option<Outline> {
        if self.members.contexts.is_full() {
            self.members.forget();
        }
        outline(text.bytes(), self.shape, &mut self.members.contexts)
    }

    /// Lets the tiers before the members learn from a message that those knew.
    #[cold]
    #[inline(never)]
    fn learn_known(&mut self, text: Text<'_>, miss: Miss, summary: Summary) {
        if let Some(outline) = self.outline(text) {
            self.layouts.learn(miss, text, &outline, &self.cells);
            self.templates
                .learn(text.bytes(), &outline, summary, &self.cells);
        }
    }

    /// Lets all tiers learn from a message that the reference path has accepted.
    #[cold]
    #[inline(never)]
    fn learn(&mut self, text: Text<'_>, miss: Miss, summary: Summary) {
        let wants_layout = self.layouts.wants(miss);
        let wants_template = self.templates.wants();
        let wants_members = self.members.wants();
        if !wants_layout && !wants_template && !wants_members {
            return;
        }
        // what was skipped unchecked may be anything, and what is learned must be valid
        if self.validation == Validation::Lazy && !is_valid(text) {
            return;
        }
        let Some(outline) = self.outline(text) else {
            return;
        };
        if wants_layout {
            self.layouts.learn(miss, text, &outline, &self.cells);
        }
        if wants_template {
            self.templates
                .learn(text.bytes(), &outline, summary, &self.cells);
        }
        if wants_members {
            self.members.learn(text, &outline);
        }
    }
}

fn is_valid(text: Text<'_>) -> bool {
    std::str::from_utf8(text.bytes()).is_ok_and(super::is_valid)
}

/// Whether a message's commas are known.
#[derive(Clone, Copy, Debug)]
pub enum Indexing {
    /// Not yet.
    Due,
    /// As far as it can be indexed.
    Done(Option<Summary>),
}

/// What [`Decoder::decode`] does behind the layout cache and the line: fills its cells, or sets its
/// error and gives false. Compiled once for each level.
#[inline(always)]
pub(super) fn further<L: Level>(
    level: L,
    decoder: &mut Decoder,
    text: Text<'_>,
    miss: Miss,
    indexed: Indexing,
) -> bool {
    let templates = decoder.templates.gate.is_open();
    let members = decoder.members.gate.is_open();
    let summary = match indexed {
        Indexing::Done(summary) => summary,
        Indexing::Due if templates || members => level.index(&mut decoder.index, text),
        Indexing::Due => None,
    };
    if let Some(summary) = summary {
        let (index, cells) = (&decoder.index, &mut decoder.cells);
        if templates && decoder.templates.find(level, text, index, summary, cells) {
            decoder.ways.templates += 1;
            if decoder.layouts.wants(miss) {
                decoder.learn_layout(text, miss);
            }
            return true;
        }
        if members && let Some(walked) = decoder.members.find(level, text, index, summary, cells) {
            decoder.templates.gate.miss();
            decoder.ways.members += 1;
            // both are asked: each counts, and the layouts get their memory
            let wants_template = decoder.templates.wants_again(walked.order);
            let wants_layout = decoder.layouts.wants(miss);
            if wants_template || wants_layout {
                decoder.learn_known(text, miss, summary);
            }
            return true;
        }
    }
    decoder.templates.gate.miss();
    decoder.members.gate.miss();
    decoder.ways.reference += 1;
    let cells = &mut decoder.cells;
    let outcome = match decoder.validation {
        Validation::Strict => decoder.reference.decode(text.bytes(), cells),
        Validation::Lazy => decoder.reference.decode_lazily(level, text, cells),
    };
    if let Err(error) = outcome {
        decoder.error = error;
        return false;
    }
    if let Some(summary) = summary {
        decoder.learn(text, miss, summary);
    }
    true
}
