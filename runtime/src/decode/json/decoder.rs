//! A table's decoder: the tiers in their order.
//!
//! 0. [`Layouts`]: short messages whose every byte is in the class that it had before.
//! 1. [`Templates`]: messages with the keys and punctuation of one of the last.
//! 2. [`Members`]: messages of known members in any order.
//! 3. [`Reference`]: all others, and the definition of what each message means.
//!
//! A tier either proves that the reference path would give the same, or passes the message on.
//! The first three know only what they learned from messages that were accepted before; each is
//! switched off for a while when it misses too much.

use super::index::{Index, Summary};
use super::layout::Layouts;
use super::layout::Miss;
use super::level::Level;
use super::members::Members;
use super::outline;
use super::reference::Reference;
use super::shape::{Cell, Shape};
use super::template::Templates;
use super::text::Text;
use crate::error::{Reason, RowError};

/// Which tiers may be used: all of them, but in tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tiers {
    /// The layout cache.
    pub layouts: bool,
    /// Templates.
    pub templates: bool,
    /// Members in any order.
    pub members: bool,
}

impl Tiers {
    /// All of them.
    pub const ALL: Self = Self {
        layouts: true,
        templates: true,
        members: true,
    };

    /// The reference path alone.
    pub const NONE: Self = Self {
        layouts: false,
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
    layouts: Layouts,
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
    pub fn new(shape: &'static Shape) -> Self {
        Self::with_tiers(shape, Tiers::ALL)
    }

    /// A decoder that uses no other than these tiers.
    pub fn with_tiers(shape: &'static Shape, tiers: Tiers) -> Self {
        Self {
            shape,
            layouts: Layouts::new(shape.slots, tiers.layouts),
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
        self.templates.gate.expect(messages);
        self.members.gate.expect(messages);
    }

    /// Finds what the shape asks for: a cell for each of its slots.
    #[inline(always)]
    pub fn decode<L: Level>(&mut self, level: L, text: Text<'_>) -> Result<&[Cell], RowError> {
        match self.layouts.find(level, text) {
            Ok(slot) => Ok(self.layouts.cells(slot)),
            Err(miss) if level.decode_further(self, text, miss) => Ok(&self.cells),
            Err(_) => Err(self.error),
        }
    }

    /// How many messages took which way behind the layout cache.
    pub fn ways(&self) -> Ways {
        self.ways
    }

    #[cold]
    #[inline(never)]
    fn learn_layout(&mut self, text: Text<'_>, miss: Miss) {
        let contexts = &mut self.members.contexts;
        if let Some(outline) = outline::outline(text.bytes(), self.shape, contexts) {
            self.layouts.learn(miss, text, &outline, &self.cells);
        }
    }

    /// Lets the tiers before the members learn from a message that those knew.
    #[cold]
    #[inline(never)]
    fn learn_known(&mut self, text: Text<'_>, miss: Miss, summary: Summary) {
        let contexts = &mut self.members.contexts;
        if let Some(outline) = outline::outline(text.bytes(), self.shape, contexts) {
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
        let contexts = &mut self.members.contexts;
        let Some(outline) = outline::outline(text.bytes(), self.shape, contexts) else {
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

/// What [`Decoder::decode`] does behind the layout cache: fills its cells, or sets its error and
/// gives false. Compiled once for each level.
#[inline(always)]
pub(super) fn further<L: Level>(
    level: L,
    decoder: &mut Decoder,
    text: Text<'_>,
    miss: Miss,
) -> bool {
    let templates = decoder.templates.gate.is_open();
    let members = decoder.members.gate.is_open();
    let summary = if templates || members {
        decoder.index.build(level, text)
    } else {
        None
    };
    if let Some(summary) = summary {
        let (index, cells) = (&decoder.index, &mut decoder.cells);
        if templates {
            if decoder.templates.find(level, text, index, summary, cells) {
                decoder.ways.templates += 1;
                if decoder.layouts.wants(miss) {
                    decoder.learn_layout(text, miss);
                }
                return true;
            }
        }
        if members {
            if let Some(walked) = decoder.members.find(level, text, index, summary, cells) {
                decoder.templates.gate.miss();
                decoder.ways.members += 1;
                if decoder.templates.wants_again(walked.order) || decoder.layouts.wants(miss) {
                    decoder.learn_known(text, miss, summary);
                }
                return true;
            }
        }
    }
    decoder.templates.gate.miss();
    decoder.members.gate.miss();
    decoder.ways.reference += 1;
    if let Err(error) = decoder.reference.decode(text.bytes(), &mut decoder.cells) {
        decoder.error = error;
        return false;
    }
    if let Some(summary) = summary {
        decoder.learn(text, miss, summary);
    }
    true
}
