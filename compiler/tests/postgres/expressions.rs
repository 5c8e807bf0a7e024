//! Expressions, one by one.

use crate::answer::Answer;
use crate::check::{self, Verdict};
use crate::facts::Facts;
use crate::generator::{Expression, Generator};
use crate::random::Random;
use crate::server::Postgres;
use crate::{SHOWN, folding, laminar, oracle};

/// What was compared.
#[derive(Default)]
pub struct Tally {
    /// Expressions.
    pub compared: usize,
    answers: usize,
    failures: usize,
    nulls: usize,
    always_fail: usize,
    folded: usize,
    refusals: Vec<String>,
    differences: Vec<String>,
}

/// Draws some expressions and compares what they mean.
pub fn round(
    postgres: &Postgres,
    facts: &Facts,
    random: &mut Random,
    count: usize,
    tally: &mut Tally,
) {
    let mut generator = Generator::new(random, &facts.columns);
    let drawn: Vec<Expression> = (0..count).map(|at| generator.alone(1 + at % 3)).collect();
    let texts: Vec<&str> = drawn.iter().map(|drawn| drawn.laminar.as_str()).collect();
    let mut sound = Vec::new();
    for (expression, verdict) in drawn.iter().zip(check::check(facts, &texts)) {
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
    tally.folded += folding::compare(facts, &sound, &ours, &mut tally.differences);
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

    /// Tells what was compared, and fails if anything differs.
    pub fn finish(mut self) {
        println!(
            "{} expressions, {} answers, {} of them NULL and {} failures; {} folded; \
             {} always fail; {} refused:\n{}",
            self.compared,
            self.answers,
            self.nulls,
            self.failures,
            self.folded,
            self.always_fail,
            self.refusals.len(),
            check::counted(&self.refusals)
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
