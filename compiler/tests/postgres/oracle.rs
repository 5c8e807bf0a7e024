//! `PostgreSQL`'s side: each expression is evaluated for each row, and errors are answers.

use crate::answer::Answer;
use crate::facts::{Facts, ROWS};
use crate::server::Postgres;
use crate::types::tag;
use laminarc::types::DataType;
use std::fmt::Write as _;

/// Makes the table of facts and what answers need.
pub fn prepare(postgres: &Postgres, facts: &Facts) {
    let prelude = include_str!("prelude.sql");
    postgres.run(&format!("{prelude}\n{}", facts.postgres()));
}

/// The answers to each expression (SQL over the row `r`, and the type that it should have), a row
/// each, in one session.
pub fn answers(postgres: &Postgres, expressions: &[(&str, DataType)]) -> Vec<Vec<Answer>> {
    let asked = expressions.iter().map(|(sql, _)| format!("answer({sql})"));
    let all = evaluate(postgres, asked);
    let answer = |(texts, (_, data_type)): (Vec<String>, &(&str, DataType))| {
        let answers = texts
            .iter()
            .map(|text| Answer::of_postgres(text, *data_type, tag(*data_type)));
        answers.collect()
    };
    all.into_iter().zip(expressions).map(answer).collect()
}

/// The text that each expression over the row `r` gives, or `!` and the error, for each row. Plans
/// are generic: a plan for one row's values would be simplified with them, and so leave out what
/// fails, or fail in what is never reached.
pub fn evaluate(
    postgres: &Postgres,
    expressions: impl ExactSizeIterator<Item = String>,
) -> Vec<Vec<String>> {
    let mut all = vec![Vec::with_capacity(ROWS); expressions.len()];
    let mut script = String::from(
        "SET client_min_messages = warning;\nSET plan_cache_mode = force_generic_plan;\n\
         CREATE TEMP TABLE answers (id int4, answers text[]);\n",
    );
    for (id, sql) in expressions.enumerate() {
        write!(
            script,
            "DO $block$ #variable_conflict use_column\n\
             DECLARE r facts; a text[] := '{{}}'; BEGIN\n\
             FOR r IN SELECT * FROM facts ORDER BY id LOOP\n\
             BEGIN a := array_append(a, {sql});\n\
             EXCEPTION WHEN OTHERS THEN\n\
             a := array_append(a, '!' || sqlstate || ' ' || replace(sqlerrm, E'\\n', ' '));\n\
             END; END LOOP;\n\
             INSERT INTO answers VALUES ({id}, a); END $block$;\n"
        )
        .expect("a String takes it");
    }
    script.push_str(
        "SELECT id, answer FROM answers, unnest(answers) WITH ORDINALITY AS each (answer, row)\n\
         ORDER BY id, row;\n",
    );
    let text = postgres.run(&script);
    for line in text.lines() {
        let (id, answer) = line.split_once('|').expect("two columns");
        let id: usize = id.parse().expect("an id");
        all[id].push(answer.to_owned());
    }
    assert!(
        all.iter().all(|answers| answers.len() == ROWS),
        "an answer a row"
    );
    all
}
