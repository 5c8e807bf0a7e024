//! No byte is read but the message's and the padding behind it: messages stand where the next
//! byte, or the one before, is in a page that cannot be read.

use crate::json::STYLES;
use crate::mutate::{self, Original};
use crate::pages::Guarded;
use crate::random::Random;
use crate::subject::{ALL, LINE, MEMBERS, Subject, TEMPLATES};
use crate::tables::{self, Table};
use bumpalo::Bump;
use laminar_runtime::decode::json::level::Cpu;
use laminar_runtime::decode::json::{Cell, PADDING, Padded, Reference, Text};
use laminar_runtime::message::Message;
use laminar_runtime::payload::Payload;
use laminar_runtime::row::{Column, Row};
use laminar_runtime::value::TimeFormat;

/// Mutants of each message; all of them are too many for CI.
const ONE_IN: usize = 6;

struct Guard {
    pages: Guarded,
    table: Table,
    subjects: Vec<Subject>,
    reference: Reference,
    cells: Vec<Cell>,
    padded: Padded,
    arena: Bump,
    messages: u64,
    accepted: u64,
}

impl Guard {
    fn new(table: Table) -> Self {
        Self {
            pages: Guarded::new(),
            subjects: Vec::new(),
            reference: Reference::new(table.shape),
            cells: vec![Cell::default(); table.shape.slots],
            table,
            padded: Padded::default(),
            arena: Bump::new(),
            messages: 0,
            accepted: 0,
        }
    }

    fn renew(&mut self) {
        let choices = [ALL, LINE, TEMPLATES, MEMBERS];
        let table = &self.table;
        self.subjects = Cpu::all()
            .into_iter()
            .flat_map(|cpu| choices.map(|choice| Subject::persistent(table, cpu, choice)))
            .collect();
    }

    /// Decodes `message` in every place.
    fn check(&mut self, message: &[u8]) {
        self.messages += 1;
        let expected = self.reference.decode(message, &mut self.cells);
        self.accepted += u64::from(expected.is_ok());
        let expected = expected.map(|()| &self.cells[..]);
        let bytes = self.pages.bytes();
        let end = bytes.len() - message.len();
        // at the end with just the padding, at the start with more, at the end with nothing
        for (at, behind) in [
            (end - PADDING, PADDING),
            (0, bytes.len() - message.len()),
            (end, 0),
        ] {
            let readable = &mut bytes[at..at + message.len() + behind];
            readable[..message.len()].copy_from_slice(message);
            let more = behind.min(PADDING);
            readable[message.len()..][..more].fill(b"}\"0,"[message.len() % 4]);
            let payload = Payload::new(readable, 0..message.len());
            let text = self.padded.text(payload);
            let in_place = text.bytes().as_ptr() == payload.bytes().as_ptr();
            assert_eq!(in_place, behind > 0, "what is padded stays where it is");
            for subject in &mut self.subjects {
                let same = subject.decode(text) == expected;
                assert!(same, "{}: {text:?}", subject.name());
            }
            if let Ok(cells) = expected {
                read_all(cells, payload, text, &self.arena);
            }
        }
        self.arena.reset();
    }
}

/// Reads each value in some ways, for the bytes that this touches.
fn read_all(cells: &[Cell], payload: Payload<'_>, text: Text<'_>, arena: &Bump) {
    let mut message = Message::new("t", b"");
    message.payload = payload;
    let row = Row {
        message: &message,
        text,
        cells,
        arena,
    };
    for slot in 0..cells.len() {
        let slot = u16::try_from(slot).expect("shapes are small");
        let column = Column { slot, index: slot };
        let _ = row.float64(column);
        let _ = row.float32(column);
        let _ = row.integer::<i64>(column);
        let _ = row.float64_text(column);
        let _ = row.text(column);
        let _ = row.json(column);
        let _ = row.timestamp(column, TimeFormat::Rfc3339, 6);
        let _ = row.timestamp(column, TimeFormat::UnixMilliseconds, 3);
    }
}

#[test]
fn nothing_else_is_read() {
    let (mut messages, mut accepted) = (0, 0);
    for table in tables::all() {
        let mut guard = Guard::new(table);
        let mut random = Random::new(23);
        for style in STYLES {
            let original = Original::new((guard.table.form)(&mut random), *style);
            let other = Original::new((guard.table.form)(&mut random), *style);
            guard.renew();
            guard.check(&original.text);
            guard.check(&other.text);
            guard.check(&original.text);
            let mut draw = random.clone();
            mutate::all(&original, &other, &mut random, &mut |mutant| {
                if draw.once_in(ONE_IN) {
                    guard.check(mutant);
                }
            });
            guard.check(&original.text);
        }
        messages += guard.messages;
        accepted += guard.accepted;
    }
    println!("{messages} messages, {accepted} accepted");
    assert!(messages > 50_000 && accepted > messages / 10);
}

/// Every length up to a few blocks, with a number, a string or a bracket last.
#[test]
fn every_length() {
    let mut guard = Guard::new(tables::document());
    guard.renew();
    for len in 0..300 {
        let fill = "x".repeat(len);
        for message in [
            fill.replace('x', "7"),
            fill.replace('x', " "),
            fill.replace('x', "["),
            format!("\"{fill}\""),
            format!("\"{fill}"),
            format!("{{\"{fill}\":1}}"),
            format!("{{\"a\":1,\"{fill}\":true}}"),
            format!("[\"{fill}\",1.5]"),
            format!("[1,2,\"{fill}"),
        ] {
            guard.check(message.as_bytes());
            guard.check(message.as_bytes());
        }
    }
}
