//! Streams of messages that the tiers learn, with mutants of what they have just learned.

use crate::harness::Harness;
use crate::json::{COMPACT, STYLES};
use crate::mutate::{self, Original};
use crate::random::Random;
use crate::subject::{ALL, CHOICES, LAYOUTS, LINE, MEMBERS, TEMPLATES};
use crate::tables::{self, Table};
use laminar_runtime::decode::json::level::Cpu;

/// Mutants of a message before the decoders are made anew, so that what they have learned last is
/// the message itself and not too much else.
const MUTANTS: usize = 400;

/// The message itself comes once more after so many of its mutants.
const AGAIN: usize = 50;

/// Messages of a run, unless `LAMINAR_FUZZ_MESSAGES` says how many.
const MESSAGES: u64 = 1_000_000;

/// In a run of fewer messages the tiers are not asked how much they knew.
const ENOUGH: u64 = 100_000;

/// How many messages a run has.
fn messages() -> u64 {
    let told = std::env::var("LAMINAR_FUZZ_MESSAGES").ok();
    told.map_or(MESSAGES, |told| told.parse().expect("a number of messages"))
}

fn seed() -> u64 {
    let told = std::env::var("LAMINAR_FUZZ_SEED").ok();
    told.map_or(1, |told| told.parse().expect("a seed"))
}

/// A run over one table.
struct Run {
    harness: Harness,
    random: Random,
    cpus: Vec<Cpu>,
    /// How often the decoders were made anew.
    renewed: usize,
    /// Since then.
    mutants: usize,
    original: Original,
    siblings: Vec<Vec<u8>>,
}

impl Run {
    fn new(table: Table, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let original = Original::new((table.form)(&mut random), COMPACT);
        Self {
            harness: Harness::new(table),
            random,
            cpus: Cpu::all(),
            renewed: 0,
            mutants: 0,
            original,
            siblings: Vec::new(),
        }
    }

    fn message(&mut self) -> Original {
        let style = STYLES[self.random.below(STYLES.len())];
        Original::new((self.harness.table.form)(&mut self.random), style)
    }

    /// A new message to make mutants of.
    fn next(&mut self, number: u64) {
        self.harness.context = format!("message {number} of LAMINAR_FUZZ_SEED={}", seed());
        self.original = self.message();
        let style = self.original.style;
        self.siblings = (0..3)
            .map(|_| (self.harness.table.form)(&mut self.random).text(style))
            .collect();
        self.renew();
    }

    /// New decoders, which learn the message and others like it: one for all tiers and one for
    /// each, at levels that take turns; now and then all that there are.
    fn renew(&mut self) {
        let levels = self.cpus.len();
        let of = |level: usize, choice: usize| (self.cpus[level % levels], choice);
        let at = self.renewed;
        if at % 32 == 31 {
            let all = (0..levels * CHOICES).map(|pair| of(pair, pair / levels));
            self.harness.renew(all);
        } else {
            let several = [
                LEARNING,
                LINE,
                LEARNING,
                LAYOUTS | TEMPLATES,
                TEMPLATES | MEMBERS,
            ];
            let choices = [ALL, TEMPLATES, MEMBERS, several[at % several.len()]];
            let few = choices.iter().enumerate();
            self.harness
                .renew(few.map(|(number, choice)| of(number + at / 2, *choice)));
        }
        self.renewed += 1;
        self.mutants = 0;
        let _ = self.harness.check(&self.original.text);
        for sibling in &self.siblings {
            let _ = self.harness.check(sibling);
        }
        let _ = self.harness.check(&self.original.text);
    }

    fn mutant(&mut self, mutant: &[u8]) {
        if self.mutants == MUTANTS {
            self.renew();
        }
        if self.mutants % AGAIN == AGAIN - 1 {
            let _ = self.harness.check(&self.original.text);
        }
        self.mutants += 1;
        let _ = self.harness.check(mutant);
    }

    /// Every kind of change, one at a time.
    fn single_changes(&mut self) {
        let (original, other) = (self.original.clone(), self.message());
        let mut random = self.random.clone();
        mutate::all(&original, &other, &mut random, &mut |mutant| {
            self.mutant(mutant);
        });
        self.random = random;
    }

    /// Several changes at once.
    fn mixed_changes(&mut self, count: usize) {
        let (original, other) = (self.original.clone(), self.message());
        let mut mutant = Vec::new();
        for _ in 0..count {
            mutate::mixed(&original, &other, &mut self.random, &mut mutant);
            self.mutant(&mutant);
        }
    }
}

/// All tiers but the line.
const LEARNING: usize = LAYOUTS | TEMPLATES | MEMBERS;

/// How often each tier must have known a message, in a thousand accepted ones: layouts with
/// templates and members, the others alone.
struct Least {
    /// The table gets one in so many of the messages.
    share: u64,
    layouts: u64,
    line: u64,
    templates: u64,
    members: u64,
}

fn run(table: Table, least: &Least) {
    let messages = messages() / least.share;
    let mut run = Run::new(table, seed());
    let mut number = 0;
    while run.harness.messages < messages {
        run.next(number);
        run.single_changes();
        run.mixed_changes(1_000);
        number += 1;
    }
    let mut harness = run.harness;
    harness.count_hits();
    let (hits, of) = (harness.hits, harness.accepted_of);
    println!(
        "{}: {} messages from {number}, {} accepted; layouts knew {} of {}, the line {} of {}, \
         templates {} of {}, members {} of {}; together: {:?}",
        harness.table.name,
        harness.messages,
        harness.accepted,
        hits[LEARNING].fast,
        of[LEARNING],
        hits[LINE].fast,
        of[LINE],
        hits[TEMPLATES].templates,
        of[TEMPLATES],
        hits[MEMBERS].members,
        of[MEMBERS],
        hits[ALL],
    );
    let enough = |tier: &str, hits: u64, choice: usize, least: u64| {
        assert!(
            hits * 1000 >= of[choice] * least,
            "{tier}: {hits} hits of {}",
            of[choice]
        );
    };
    assert!(harness.accepted > messages / 20 && harness.accepted < messages);
    if harness.messages < ENOUGH {
        return;
    }
    enough("layouts", hits[LEARNING].fast, LEARNING, least.layouts);
    enough("line", hits[LINE].fast, LINE, least.line);
    enough(
        "templates",
        hits[TEMPLATES].templates,
        TEMPLATES,
        least.templates,
    );
    enough("members", hits[MEMBERS].members, MEMBERS, least.members);
}

macro_rules! tests {
    ($(
        $name:ident: 1 in $share:literal,
        $layouts:literal $line:literal $templates:literal $members:literal;
    )*) => { $(
        #[test]
        fn $name() {
            run(tables::$name(), &Least {
                share: $share,
                layouts: $layouts,
                line: $line,
                templates: $templates,
                members: $members,
            });
        }
    )* };
}

// The least hits in a thousand: about half of what they are.
tests! {
    flat: 1 in 1, 100 20 150 150;
    eight: 1 in 6, 100 20 150 170;
    vehicle: 1 in 1, 0 20 170 200;
    kinds: 1 in 6, 20 20 100 100;
    switch: 1 in 6, 100 20 100 100;
    messy: 1 in 1, 0 0 150 200;
    uplink: 1 in 1, 0 0 150 180;
    position: 1 in 1, 1 0 180 220;
    elements: 1 in 6, 50 0 160 0;
    document: 1 in 6, 50 0 150 5;
    subtree: 1 in 6, 30 0 120 0;
    rows: 1 in 6, 200 0 200 0;
    odd_keys: 1 in 6, 70 0 100 140;
    one: 1 in 6, 200 20 180 180;
    none: 1 in 6, 0 0 170 200;
    wide: 1 in 6, 0 0 100 0;
    deep: 1 in 6, 100 0 130 200;
}
