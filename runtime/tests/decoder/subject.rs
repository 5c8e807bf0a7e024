//! Decoders under test: one for a CPU level and a choice of tiers.

use crate::tables::{self, Lined, Table};
use laminar_runtime::decode::json::level::{Cpu, Job, Level};
use laminar_runtime::decode::json::{
    Cell, Decoder, PADDING, Padded, Text, Tiers, Unlined, Validation,
};
use laminar_runtime::error::RowError;
use laminar_runtime::payload::Payload;

/// How many choices of tiers there are.
pub const CHOICES: usize = 16;

/// Choices of tiers, by their bits.
pub const LAYOUTS: usize = 1;
pub const LINE: usize = 2;
pub const TEMPLATES: usize = 4;
pub const MEMBERS: usize = 8;
pub const ALL: usize = LAYOUTS | LINE | TEMPLATES | MEMBERS;

fn tiers(choice: usize) -> Tiers {
    Tiers {
        layouts: choice & LAYOUTS != 0,
        line: choice & LINE != 0,
        templates: choice & TEMPLATES != 0,
        members: choice & MEMBERS != 0,
    }
}

/// How many messages took which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// By the layout cache or along the line.
    pub fast: u64,
    pub templates: u64,
    pub members: u64,
    pub reference: u64,
}

impl std::ops::AddAssign for Hits {
    fn add_assign(&mut self, other: Self) {
        self.fast += other.fast;
        self.templates += other.templates;
        self.members += other.members;
        self.reference += other.reference;
    }
}

/// A decoder.
#[derive(Debug)]
pub struct Subject {
    pub cpu: Cpu,
    pub choice: usize,
    decoder: Decoder,
    line: Lined,
    decoded: u64,
}

impl Subject {
    pub fn new(table: &Table, cpu: Cpu, choice: usize) -> Self {
        Self {
            cpu,
            choice,
            decoder: Decoder::with_tiers(table.shape, Validation::Strict, tiers(choice)),
            line: table.line,
            decoded: 0,
        }
    }

    /// One whose tiers are not switched off, however many messages they miss: most mutants are.
    pub fn persistent(table: &Table, cpu: Cpu, choice: usize) -> Self {
        let mut subject = Self::new(table, cpu, choice);
        subject.decoder.expect(usize::MAX);
        subject
    }

    /// The same of a table that validates lazily.
    pub fn lazy(table: &Table, cpu: Cpu, choice: usize) -> Self {
        let mut subject = Self {
            decoder: Decoder::with_tiers(table.shape, Validation::Lazy, tiers(choice)),
            ..Self::new(table, cpu, choice)
        };
        subject.decoder.expect(usize::MAX);
        subject
    }

    /// So many messages come: the tiers are judged.
    pub fn expect(&mut self, messages: usize) {
        self.decoder.expect(messages);
    }

    pub fn decode(&mut self, text: Text<'_>) -> Result<&[Cell], RowError> {
        self.decoded += 1;
        self.cpu.run(Decode {
            decoder: &mut self.decoder,
            line: self.line,
            text,
        })
    }

    pub fn hits(&self) -> Hits {
        let ways = self.decoder.ways();
        Hits {
            fast: self.decoded - ways.templates - ways.members - ways.reference,
            templates: ways.templates,
            members: ways.members,
            reference: ways.reference,
        }
    }

    /// Level and tiers.
    pub fn name(&self) -> String {
        format!("{}, {:?}", self.cpu.name(), tiers(self.choice))
    }
}

struct Decode<'a, 't> {
    decoder: &'a mut Decoder,
    line: Lined,
    text: Text<'t>,
}

impl<'a> Job<Result<&'a [Cell], RowError>> for Decode<'a, '_> {
    #[inline]
    fn run<L: Level>(self, level: L) -> Result<&'a [Cell], RowError> {
        let (decoder, text) = (self.decoder, self.text);
        match self.line {
            Lined::None => decoder.decode_line::<L, Unlined>(level, text),
            Lined::Flat => decoder.decode_line::<L, tables::Flat>(level, text),
            Lined::Eight => decoder.decode_line::<L, tables::Eight>(level, text),
            Lined::One => decoder.decode_line::<L, tables::One>(level, text),
            Lined::Vehicle => decoder.decode_line::<L, tables::Vehicle>(level, text),
            Lined::Kinds => decoder.decode_line::<L, tables::Kinds>(level, text),
            Lined::Switch => decoder.decode_line::<L, tables::Switch>(level, text),
        }
    }
}

/// What stands behind a message, in turn: bytes that a decoder might take for more of it.
const BEHIND: [&[u8]; 8] = [
    b"\0",
    b"}]}]}",
    b"\"",
    b"0123456789",
    b",\"a\":1",
    b"\xff\xc3\\",
    b" \n\t\r",
    b"true,null,false",
];

/// How many of them there are.
pub const BEHINDS: usize = BEHIND.len();

/// A buffer that messages are received in.
#[derive(Debug)]
pub struct Receiver {
    behind: Vec<Vec<u8>>,
    bytes: Vec<u8>,
    padded: Padded,
}

impl Receiver {
    pub fn new() -> Self {
        let repeated = |piece: &[u8]| piece.iter().copied().cycle().take(PADDING).collect();
        Self {
            behind: BEHIND.into_iter().map(repeated).collect(),
            bytes: Vec::new(),
            padded: Padded::default(),
        }
    }

    /// `message`, as it stands in a receive buffer before the `number`th of what may be behind it.
    pub fn receive(&mut self, message: &[u8], number: usize) -> Text<'_> {
        self.bytes.clear();
        self.bytes.extend_from_slice(message);
        self.bytes.extend_from_slice(&self.behind[number % BEHINDS]);
        let payload = Payload::new(&self.bytes, 0..message.len());
        self.padded.text(payload)
    }
}
