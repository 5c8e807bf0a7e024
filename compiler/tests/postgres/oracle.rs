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
/// each, in one session. Plans are generic: a plan for one row's values would be simplified with
/// them, and so leave out what fails, or fail in what is never reached.
pub fn answers(postgres: &Postgres, expressions: &[(&str, DataType)]) -> Vec<Vec<Answer>> {
    let mut script = String::from(
        "SET client_min_messages = warning;\nSET plan_cache_mode = force_generic_plan;\n\
         CREATE TEMP TABLE answers (id int4, answers text[]);\n",
    );
    for (id, (sql, _)) in expressions.iter().enumerate() {
        write!(
            script,
            "DO $block$ DECLARE r facts; a text[] := '{{}}'; BEGIN\n\
             FOR r IN SELECT * FROM facts ORDER BY id LOOP\n\
             BEGIN a := array_append(a, answer({sql}));\n\
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
    let mut all = vec![Vec::with_capacity(ROWS); expressions.len()];
    for line in text.lines() {
        let (id, answer) = line.split_once('|').expect("two columns");
        let id: usize = id.parse().expect("an id");
        let data_type = expressions[id].1;
        all[id].push(Answer::of_postgres(answer, data_type, tag(data_type)));
    }
    assert!(
        all.iter().all(|answers| answers.len() == ROWS),
        "an answer a row"
    );
    all
}
