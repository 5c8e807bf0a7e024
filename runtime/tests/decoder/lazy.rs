//! `json.validation = 'lazy'`: valid messages mean the same, and all others mean the same at every
//! level and with every choice of tiers, whatever these have learned.

use crate::json::STYLES;
use crate::mutate::{self, Original};
use crate::random::Random;
use crate::subject::{ALL, CHOICES, Receiver, Subject};
use crate::tables::{self, Table};
use laminar_runtime::decode::json::level::Cpu;
use laminar_runtime::decode::json::{Cell, Reference};

/// Mutants of each message; all of them are too many for CI.
const ONE_IN: usize = 4;

struct Lazy {
    strict: Reference,
    cells: Vec<Cell>,
    /// The lazy path alone, at the portable level.
    alone: Subject,
    subjects: Vec<Subject>,
    receiver: Receiver,
    /// Messages that are valid, invalid and accepted, invalid and rejected.
    counts: [u64; 3],
}

impl Lazy {
    fn new(table: &Table) -> Self {
        let cpus = Cpu::all();
        let persistent = |cpu, choice| Subject::lazy(table, cpu, choice);
        Self {
            strict: Reference::new(table.shape),
            cells: vec![Cell::default(); table.shape.slots],
            alone: persistent(cpus[0], 0),
            subjects: (0..cpus.len() * 2)
                .map(|number| persistent(cpus[number % cpus.len()], [ALL, 0][number / cpus.len()]))
                .chain((1..CHOICES).map(|choice| persistent(cpus[choice % cpus.len()], choice)))
                .collect(),
            receiver: Receiver::new(),
            counts: [0; 3],
        }
    }

    fn check(&mut self, message: &[u8]) {
        let valid = self.strict.decode(message, &mut self.cells);
        let text = self.receiver.receive(message, message.len());
        let expected = self.alone.decode(text);
        if valid.is_ok() {
            assert_eq!(expected, Ok(&self.cells[..]), "{text:?}");
        }
        let kind = usize::from(valid.is_err()) + usize::from(expected.is_err());
        self.counts[kind] += 1;
        for subject in &mut self.subjects {
            let same = subject.decode(text) == expected;
            assert!(same, "{}: {text:?}", subject.name());
        }
    }
}

#[test]
fn every_level_and_tier_gives_the_same() {
    let mut counts = [0; 3];
    for table in tables::all() {
        let mut random = Random::new(29);
        for style in STYLES {
            let original = Original::new((table.form)(&mut random), *style);
            let other = Original::new((table.form)(&mut random), *style);
            let mut lazy = Lazy::new(&table);
            lazy.check(&original.text);
            lazy.check(&other.text);
            lazy.check(&original.text);
            let mut draw = random.clone();
            mutate::all(&original, &other, &mut random, &mut |mutant| {
                if draw.once_in(ONE_IN) {
                    lazy.check(mutant);
                }
            });
            for (sum, count) in counts.iter_mut().zip(lazy.counts) {
                *sum += count;
            }
        }
    }
    println!(
        "valid {}, invalid and accepted {}, rejected {}",
        counts[0], counts[1], counts[2]
    );
    assert!(counts.iter().all(|&count| count > 10_000), "{counts:?}");
}
