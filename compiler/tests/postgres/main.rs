//! What expressions and queries mean is held against a real `PostgreSQL`, value by value.
//!
//! A generator draws typed expressions over a table with a column of every type, in the words of
//! both engines. Laminar's are compiled and run on 64 rows; `PostgreSQL` evaluates its own for the
//! same rows. Values must be equal, floats to the bit, and failures of the same kind. What differs
//! on purpose is listed in `differences.rs`; nothing else may.
//!
//! Skipped, with a word, where `PostgreSQL` is not installed. Where `LAMINAR_REQUIRE_POSTGRES` is
//! set it must be, and ten times as many expressions are drawn. By hand,
//! `POSTGRES_EXPRESSIONS=500000 POSTGRES_SEED=7` makes it another and longer run.

#![cfg(unix)]

mod answer;
mod differences;
mod facts;
mod generator;
mod laminar;
mod oracle;
#[path = "../compiles/random.rs"]
mod random;
mod server;
mod types;
mod values;

use answer::Answer;
use facts::Facts;
use generator::{Expression, Generator};
use laminar::Verdict;
use random::Random;
use server::Postgres;

/// Expressions that are compared where nobody says how many.
const EXPRESSIONS: usize = 2_000;

/// The same where all must hold before a change lands.
const EXPRESSIONS_REQUIRED: usize = 20_000;

/// Expressions that are compiled and compared at a time.
const ROUND: usize = 5_000;

/// How many differences a report shows.
const SHOWN: usize = 40;

fn number(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).map_or(otherwise, |text| text.parse().expect("a number"))
}

fn is_required() -> bool {
    std::env::var_os("LAMINAR_REQUIRE_POSTGRES").is_some()
}

/// The server, or None where there is none and none is required.
fn postgres() -> Option<Postgres> {
    let started = Postgres::start();
    if started.is_none() {
        assert!(!is_required(), "PostgreSQL is not installed");
        eprintln!("skipped: PostgreSQL is not installed");
    }
    started
}

#[test]
fn expressions_mean_what_they_mean_in_postgres() {
    let Some(postgres) = postgres() else { return };
    let seed = number("POSTGRES_SEED", 1);
    let mut random = Random::new(u64::try_from(seed).expect("64 bits"));
    let facts = Facts::draw(&mut random);
    oracle::prepare(&postgres, &facts);
    println!("PostgreSQL {}, seed {seed}", postgres.version());
    let expressions = if is_required() {
        EXPRESSIONS_REQUIRED
    } else {
        EXPRESSIONS
    };
    let wanted = number("POSTGRES_EXPRESSIONS", expressions);
    let mut tally = Tally::default();
    while tally.compared < wanted {
        round(
            &postgres,
            &facts,
            &mut random,
            ROUND.min(wanted - tally.compared),
            &mut tally,
        );
    }
    tally.finish();
}

#[derive(Default)]
struct Tally {
    compared: usize,
    answers: usize,
    failures: usize,
    nulls: usize,
    always_fail: usize,
    refusals: Vec<String>,
    differences: Vec<String>,
}

fn round(postgres: &Postgres, facts: &Facts, random: &mut Random, count: usize, tally: &mut Tally) {
    let mut generator = Generator::new(random, &facts.columns);
    let drawn: Vec<Expression> = (0..count).map(|at| generator.alone(1 + at % 3)).collect();
    let texts: Vec<&str> = drawn.iter().map(|drawn| drawn.laminar.as_str()).collect();
    let mut sound = Vec::new();
    for (expression, verdict) in drawn.iter().zip(laminar::check(facts, &texts)) {
        match verdict {
            Verdict::Sound(data_type, can_fail) => sound.push((expression, data_type, can_fail)),
            Verdict::AlwaysFails => tally.always_fail += 1,
            Verdict::Refused(why) => {
                tally.refusals.push(why);
            }
        }
    }
    let asked: Vec<_> = sound
        .iter()
        .map(|(e, t, _)| (e.postgres.as_str(), *t))
        .collect();
    let theirs = oracle::answers(postgres, &asked);
    let ours = laminar::answers(facts, &sound);
    for (((expression, _, _), ours), theirs) in sound.iter().zip(&ours).zip(&theirs) {
        tally.compare(facts, expression, ours, theirs);
    }
}

impl Tally {
    fn compare(
        &mut self,
        facts: &Facts,
        expression: &Expression,
        ours: &[Answer],
        theirs: &[Answer],
    ) {
        self.compared += 1;
        for (row, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
            self.answers += 1;
            match ours {
                Answer::Failure { .. } => self.failures += 1,
                Answer::Value(value) => self.nulls += usize::from(value == "null"),
                Answer::NoRow => {}
            }
            if !ours.agrees(theirs) && (expression.is_exact || !ours.is_near(theirs)) {
                let shown = facts.shown(row, &expression.laminar);
                self.differences.push(format!(
                    "{}\n    {}\n    with {shown}\n    gives {ours:?}\n    there {theirs:?}",
                    expression.laminar, expression.postgres
                ));
                break;
            }
        }
    }

    fn finish(mut self) {
        println!(
            "{} expressions, {} answers, {} of them NULL and {} failures; {} always fail; \
             {} refused:\n{}",
            self.compared,
            self.answers,
            self.nulls,
            self.failures,
            self.always_fail,
            self.refusals.len(),
            laminar::counted(&self.refusals)
        );
        self.differences.sort_by_key(String::len);
        self.differences.dedup();
        let shown: Vec<&str> = self
            .differences
            .iter()
            .take(SHOWN)
            .map(String::as_str)
            .collect();
        assert!(
            shown.is_empty(),
            "{} differences:\n{}",
            self.differences.len(),
            shown.join("\n")
        );
    }
}
