//! `WHERE p`, `WHERE NOT p` and `WHERE p IS NULL` part the rows, as CASE and `PostgreSQL` do.

use crate::answer::Answer;
use crate::check::{self, Verdict};
use crate::facts::Facts;
use crate::generator::{Expression, Generator};
use crate::laminar::{self, Flow, Made};
use crate::random::Random;
use crate::server::Postgres;
use crate::{SHOWN, oracle};
use laminarc::types::{DataType, IntegerType};

const INT: DataType = DataType::Integer(IntegerType::Int32);

/// Draws so many predicates and compares.
pub fn compare(postgres: &Postgres, facts: &Facts, random: &mut Random, count: usize) {
    let mut generator = Generator::new(random, &facts.columns);
    let drawn: Vec<Expression> = (0..count)
        .map(|at| generator.expression(DataType::Boolean, 1 + at % 3))
        .collect();
    let texts: Vec<&str> = drawn.iter().map(|p| p.laminar.as_str()).collect();
    let verdicts = check::check(facts, &texts);
    let sound = drawn.iter().zip(verdicts);
    let sound = sound.filter(|(_, verdict)| matches!(verdict, Verdict::Sound(..)));
    let predicates: Vec<&Expression> = sound.map(|(predicate, _)| predicate).collect();
    let flows: Vec<Flow> = predicates.iter().flat_map(|p| flows(&p.laminar)).collect();
    let made = laminar::run("predicates", facts, &flows);
    let asked: Vec<_> = predicates
        .iter()
        .map(|p| (p.postgres.as_str(), DataType::Boolean))
        .collect();
    let theirs = oracle::answers(postgres, &asked);
    let mut differences = Vec::new();
    for ((predicate, made), theirs) in predicates.iter().zip(made.chunks(4)).zip(&theirs) {
        for (row, theirs) in theirs.iter().enumerate() {
            let made = [0, 1, 2, 3].map(|flow| &made[flow][row]);
            if !agree(made, theirs) {
                let shown = facts.shown(row, &predicate.laminar);
                let sql = &predicate.laminar;
                differences.push(format!("{sql}\n    {shown}\n    {made:?}\n    {theirs:?}"));
                break;
            }
        }
    }
    println!("{} predicates parted the rows", predicates.len());
    differences.sort_by_key(String::len);
    differences.truncate(SHOWN);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// The rows of which it is true, false and NULL, and which of them CASE says it is.
fn flows(predicate: &str) -> [Flow; 4] {
    let flow = |query: String| Flow {
        views: String::new(),
        query,
        types: vec![INT],
    };
    [
        flow(format!("SELECT 1 AS c FROM facts WHERE {predicate}")),
        flow(format!("SELECT 1 AS c FROM facts WHERE NOT {predicate}")),
        flow(format!(
            "SELECT 1 AS c FROM facts WHERE {predicate} IS NULL"
        )),
        flow(format!(
            "SELECT CASE WHEN {predicate} THEN 0 WHEN NOT {predicate} THEN 1 ELSE 2 END AS c \
             FROM facts"
        )),
    ]
}

/// Whether exactly the row's own part has it, and CASE and `PostgreSQL` say so, too. Where it
/// fails, there is no row: WHERE ends at the first operand of AND that is not true, so that NULL in
/// front of what fails is enough.
fn agree(made: [&Made; 4], theirs: &Answer) -> bool {
    let part = match theirs {
        Answer::Failure { .. } => {
            let fails = |made: &Made| matches!(made, Made::Failed(answer) if answer.agrees(theirs));
            let is_empty = |made: &Made| *made == Made::Rows(Vec::new());
            let by_where = made[..2].iter().all(|made| fails(made) || is_empty(made));
            return by_where && made[2..].iter().all(|made| fails(made));
        }
        Answer::Value(value) => match value.as_str() {
            "true" => 0,
            "false" => 1,
            _ => 2,
        },
    };
    let row = |text: String| Made::Rows(vec![vec![Answer::Value(text)]]);
    (0..3).all(|at| {
        let expected = if at == part {
            row("1".to_owned())
        } else {
            Made::Rows(Vec::new())
        };
        *made[at] == expected
    }) && *made[3] == row(part.to_string())
}
