//! Holds the decoders of a table against the reference path and the oracle, and makes what fails
//! small before it is shown.

use crate::oracle::{Expected, Oracle};
use crate::simd;
use crate::subject::{BEHINDS, CHOICES, Hits, Receiver, Subject};
use crate::tables::Table;
use laminar_runtime::decode::json::level::Cpu;
use laminar_runtime::decode::json::{Cell, Reference};
use laminar_runtime::error::{Place, RowError};
use std::fmt::Write;

/// `simd-json` is asked of one message in so many.
const SIMD_JSON_TOO: u64 = 4;

/// The decoders of a table.
#[derive(Debug)]
pub struct Harness {
    pub table: Table,
    oracle: Oracle,
    reference: Reference,
    cells: Vec<Cell>,
    subjects: Vec<Subject>,
    receiver: Receiver,
    /// What the subjects have decoded since they were new.
    history: Vec<Vec<u8>>,
    pub messages: u64,
    pub accepted: u64,
    /// Hits of the subjects of each choice of tiers.
    pub hits: [Hits; CHOICES],
    pub accepted_of: [u64; CHOICES],
    /// What is said of a failure: the seed.
    pub context: String,
}

impl Harness {
    pub fn new(table: Table) -> Self {
        Self {
            oracle: Oracle::new(&table.paths),
            reference: Reference::new(table.shape),
            cells: vec![Cell::default(); table.shape.slots],
            table,
            subjects: Vec::new(),
            receiver: Receiver::new(),
            history: Vec::new(),
            messages: 0,
            accepted: 0,
            hits: [Hits::default(); CHOICES],
            accepted_of: [0; CHOICES],
            context: String::new(),
        }
    }

    /// Goes on with new decoders, of these levels and choices of tiers.
    pub fn renew(&mut self, subjects: impl IntoIterator<Item = (Cpu, usize)>) {
        self.count_hits();
        self.history.clear();
        let new = |(cpu, choice)| Subject::persistent(&self.table, cpu, choice);
        self.subjects = subjects.into_iter().map(new).collect();
    }

    /// Decoders whose tiers are switched off when they miss too much.
    pub fn judged(table: Table, subjects: impl IntoIterator<Item = (Cpu, usize)>) -> Self {
        let mut harness = Self::new(table);
        let new = |(cpu, choice)| Subject::new(&harness.table, cpu, choice);
        harness.subjects = subjects.into_iter().map(new).collect();
        harness
    }

    /// Adds the subjects' hits to those of their choice of tiers.
    pub fn count_hits(&mut self) {
        for subject in self.subjects.drain(..) {
            self.hits[subject.choice] += subject.hits();
        }
    }

    /// All subjects, judged as they are in use.
    pub fn expect(&mut self, messages: usize) {
        for subject in &mut self.subjects {
            subject.expect(messages);
        }
    }

    /// All levels with all choices of tiers.
    pub fn everywhere(table: Table) -> Self {
        let mut harness = Self::new(table);
        let choices = 0..CHOICES;
        let pairs = choices.flat_map(|choice| Cpu::all().into_iter().map(move |cpu| (cpu, choice)));
        harness.renew(pairs);
        harness
    }

    /// Decodes `payload` with each subject and compares all there is to compare. The outcome.
    pub fn check(&mut self, payload: &[u8]) -> Result<&[Cell], RowError> {
        self.messages += 1;
        self.history.push(payload.to_vec());
        let outcome = self.reference.decode(payload, &mut self.cells);
        if let Some(contradiction) = self.contradiction(payload, outcome) {
            panic!(
                "{} of {}: the reference path: {contradiction}\n{}",
                self.context,
                self.table.name,
                shown(payload)
            );
        }
        let text = self.receiver.receive(payload, self.history.len());
        let expected = outcome.map(|()| &self.cells[..]);
        self.accepted += u64::from(outcome.is_ok());
        for number in 0..self.subjects.len() {
            let subject = &mut self.subjects[number];
            self.accepted_of[subject.choice] += u64::from(outcome.is_ok());
            if subject.decode(text) != expected {
                let (cpu, choice) = (subject.cpu, subject.choice);
                self.fail(cpu, choice);
            }
        }
        outcome.map(|()| &self.cells[..])
    }

    /// What `serde_json` says of `payload`.
    pub fn expected<'m>(&self, payload: &'m [u8]) -> Expected<'m> {
        self.oracle.expected(payload, self.cells.len())
    }

    /// What the oracles say against the reference path's outcome.
    fn contradiction(&self, payload: &[u8], outcome: Result<(), RowError>) -> Option<String> {
        if self.messages.is_multiple_of(SIMD_JSON_TOO) {
            let cells = outcome.map(|()| &self.cells[..]);
            let contradiction = simd::contradiction(payload, &self.table.paths, cells);
            if contradiction.is_some() {
                return contradiction;
            }
        }
        match (self.expected(payload), outcome) {
            (Expected::Rejected(reasons), Err(error)) => {
                let fine = match error.place {
                    Place::Payload { offset } => offset as usize <= payload.len(),
                    Place::Column { .. } | Place::Expression { .. } => false,
                };
                let fine = fine && reasons.contains(&error.reason);
                (!fine).then(|| format!("{error:?} and not {reasons:?}"))
            }
            (Expected::Cells(found), Ok(())) => {
                let all = self.cells.iter().zip(&found).zip(&self.table.paths);
                let mut all = all
                    .filter_map(|((cell, found), path)| found.contradiction(*cell, payload, path));
                all.next()
            }
            (expected, outcome) => Some(format!("{outcome:?} and not {expected:?}")),
        }
    }

    /// Shows as few and as short messages as still make the decoder fail.
    fn fail(&self, cpu: Cpu, choice: usize) -> ! {
        let fails = |messages: &[Vec<u8>]| self.disagreement(cpu, choice, messages);
        let messages = fewest(self.history.clone(), |messages| fails(messages).is_some());
        let messages = shortest(messages, |messages| fails(messages).is_some());
        let mut text = String::new();
        for message in &messages {
            writeln!(text, "  {}", shown(message)).expect("a string grows");
        }
        let subject = Subject::new(&self.table, cpu, choice);
        panic!(
            "{} of {}: at {}:\n{}\nafter these messages, the last of which is decoded wrongly:\n\
             {text}",
            self.context,
            self.table.name,
            subject.name(),
            fails(&messages).unwrap_or_else(|| "what failed does not fail again".to_owned()),
        );
    }

    /// How a new decoder's outcome for the last of the messages differs from the reference path's.
    fn disagreement(&self, cpu: Cpu, choice: usize, messages: &[Vec<u8>]) -> Option<String> {
        let mut subject = Subject::persistent(&self.table, cpu, choice);
        let mut reference = Reference::new(self.table.shape);
        let mut cells = vec![Cell::default(); self.table.shape.slots];
        let mut receiver = Receiver::new();
        for behind in 0..BEHINDS {
            for message in messages {
                let outcome = reference.decode(message, &mut cells);
                let text = receiver.receive(message, behind);
                let expected = outcome.map(|()| &cells[..]);
                let found = subject.decode(text);
                if found != expected {
                    return Some(format!("{found:?}\nand not\n{expected:?}"));
                }
            }
        }
        None
    }
}

/// A byte string literal of Rust.
pub fn shown(payload: &[u8]) -> String {
    format!("b\"{}\"", payload.escape_ascii())
}

/// Leaves out what is not needed to fail.
fn fewest(mut all: Vec<Vec<u8>>, fails: impl Fn(&[Vec<u8>]) -> bool) -> Vec<Vec<u8>> {
    let mut step = all.len().next_power_of_two() / 2;
    while step > 0 {
        let mut at = 0;
        while at + 1 < all.len() {
            let end = (at + step).min(all.len() - 1);
            let fewer = [&all[..at], &all[end..]].concat();
            if fails(&fewer) {
                all = fewer;
            } else {
                at += step;
            }
        }
        step /= 2;
    }
    all
}

/// Leaves out bytes that are not needed to fail: here and there at the same time, then alone.
fn shortest(mut all: Vec<Vec<u8>>, fails: impl Fn(&[Vec<u8>]) -> bool) -> Vec<Vec<u8>> {
    for step in [64, 32, 16, 8, 7, 6, 5, 4, 3, 2, 1] {
        for number in 0..=all.len() {
            // behind the last: of all messages
            let which = if number == all.len() {
                0..number
            } else {
                number..number + 1
            };
            let mut at = 0;
            while which.clone().any(|which| at < all[which].len()) {
                let mut shorter = all.clone();
                for message in &mut shorter[which.clone()] {
                    let end = message.len().min(at + step);
                    message.drain(at.min(end)..end);
                }
                if fails(&shorter) {
                    all = shorter;
                } else {
                    at += 1;
                }
            }
        }
    }
    all
}
