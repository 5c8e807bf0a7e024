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
mod check;
mod differences;
mod expressions;
mod facts;
mod folding;
mod generator;
mod laminar;
mod oracle;
mod predicates;
mod queries;
#[path = "../compiles/random.rs"]
mod random;
mod server;
mod types;
mod values;

use facts::Facts;
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

/// A server with the facts of `POSTGRES_SEED`, and the random numbers behind them.
fn start() -> Option<(Postgres, Facts, Random)> {
    let postgres = postgres()?;
    let seed = number("POSTGRES_SEED", 1);
    let mut random = Random::new(u64::try_from(seed).expect("64 bits"));
    let facts = Facts::draw(&mut random);
    oracle::prepare(&postgres, &facts);
    println!("PostgreSQL {}, seed {seed}", postgres.version());
    Some((postgres, facts, random))
}

/// How many expressions are compared.
fn wanted() -> usize {
    let expressions = if is_required() {
        EXPRESSIONS_REQUIRED
    } else {
        EXPRESSIONS
    };
    number("POSTGRES_EXPRESSIONS", expressions)
}

#[test]
fn expressions_mean_what_they_mean_in_postgres() {
    let Some((postgres, facts, mut random)) = start() else {
        return;
    };
    let (wanted, mut tally) = (wanted(), expressions::Tally::default());
    while tally.compared < wanted {
        let count = ROUND.min(wanted - tally.compared);
        expressions::round(&postgres, &facts, &mut random, count, &mut tally);
    }
    tally.finish();
}

#[test]
fn predicates_part_the_rows() {
    let Some((postgres, facts, mut random)) = start() else {
        return;
    };
    predicates::compare(&postgres, &facts, &mut random, wanted() / 20);
}

#[test]
fn queries_mean_what_they_mean_in_postgres() {
    let Some((postgres, facts, mut random)) = start() else {
        return;
    };
    queries::compare(&postgres, &facts, &mut random, wanted() / 20);
}
