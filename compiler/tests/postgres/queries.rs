//! Queries of several clauses: views over views, WITH, sub-queries in FROM, WHERE and UNION ALL.

use crate::answer::Answer;
use crate::check::{self, Verdict};
use crate::facts::{Column, Facts};
use crate::generator::{Expression, Generator};
use crate::laminar::{self, Flow, Made};
use crate::random::Random;
use crate::server::Postgres;
use crate::types::tag;
use crate::{SHOWN, oracle};
use laminarc::types::DataType;
use std::fmt::Write as _;

/// Stands between the rows and between the columns of an answer.
const ROW: char = '\u{1e}';
const COLUMN: char = '\u{1f}';

/// A query in both dialects.
struct Query {
    flow: Flow,
    postgres: String,
}

/// Draws so many queries and compares the rows that they give.
pub fn compare(postgres: &Postgres, facts: &Facts, random: &mut Random, count: usize) {
    let drawn: Vec<Query> = (0..count)
        .map(|number| draw(facts, random, number))
        .collect();
    let (flows, asked): (Vec<Flow>, Vec<String>) = drawn
        .into_iter()
        .map(|query| (query.flow, query.postgres))
        .unzip();
    let made = laminar::run("queries", facts, &flows);
    let theirs = oracle::evaluate(postgres, asked.iter().cloned());
    let (mut differences, mut rows) = (Vec::new(), 0);
    for (((flow, asked), made), theirs) in flows.iter().zip(&asked).zip(&made).zip(&theirs) {
        for (row, (made, theirs)) in made.iter().zip(theirs).enumerate() {
            if let Made::Rows(made) = made {
                rows += made.len();
            }
            let theirs = read(theirs, &flow.types);
            if *made != theirs {
                let Flow { views, query, .. } = flow;
                let shown = facts.shown(row, &format!("{views}{query}"));
                differences.push(format!(
                    "{views}{query}\n    {asked}\n    with {shown}\n    gives {made:?}\n    \
                     there {theirs:?}"
                ));
                break;
            }
        }
    }
    println!("{} queries gave {rows} rows", flows.len());
    differences.sort_by_key(String::len);
    differences.truncate(SHOWN);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// The rows of an answer.
fn read(text: &str, types: &[DataType]) -> Made {
    if text.starts_with('!') {
        return Made::Failed(Answer::of_postgres(text, types[0], tag(types[0])));
    }
    let rows = text.split_terminator(ROW).map(|row| {
        let columns = row.split_terminator(COLUMN).zip(types);
        columns
            .map(|(text, &of)| Answer::of_postgres(text, of, tag(of)))
            .collect()
    });
    Made::Rows(rows.collect())
}

/// A query of one to three levels, each with its WHERE, sometimes with a second branch. What can
/// fail is left out: which of its columns a query needs is the compiler's business.
fn draw(facts: &Facts, random: &mut Random, number: usize) -> Query {
    let (mut views, mut with) = (String::new(), Vec::new());
    let mut from = ("facts".to_owned(), "facts".to_owned());
    let mut columns: Vec<Column> = facts.columns.iter().map(copy).collect();
    for level in 0..random.below(3) {
        let level_query = select(random, &columns, &from);
        let name = format!("q{number}_{level}");
        let is_with = !with.is_empty() || random.chance(33);
        from.0 = if is_with {
            with.push(format!("{name} AS ({})", level_query.laminar));
            name
        } else if random.chance(50) {
            writeln!(views, "CREATE VIEW {name} AS {};", level_query.laminar)
                .expect("a String takes it");
            name
        } else {
            format!("({}) AS {name}", level_query.laminar)
        };
        from.1 = level_query.postgres;
        columns = level_query.columns;
    }
    let mut last = select(random, &columns, &from);
    if random.chance(30) {
        let other = select_types(random, &columns, &from, &last.columns);
        last.laminar = format!("{} UNION ALL {}", last.laminar, other.laminar);
        last.postgres = format!("{} UNION ALL {}", last.postgres, other.postgres);
    }
    let with = if with.is_empty() {
        String::new()
    } else {
        format!("WITH {} ", with.join(", "))
    };
    let mut answers = last
        .columns
        .iter()
        .map(|column| format!("answer(q.{}) || chr(31)", column.name));
    let first = answers.next().expect("at least one column");
    let row = answers.fold(first, |row, answer| format!("{row} || {answer}"));
    Query {
        postgres: format!(
            "(SELECT coalesce(string_agg({row} || chr(30), ''), '') FROM ({}) AS q)",
            last.postgres.replace(" FROM facts ", " FROM (SELECT r.*) ")
        ),
        flow: Flow {
            views,
            query: format!("{with}{}", last.laminar),
            types: last.columns.iter().map(|column| column.data_type).collect(),
        },
    }
}

/// One level.
struct Select {
    laminar: String,
    postgres: String,
    columns: Vec<Column>,
}

fn select(random: &mut Random, columns: &[Column], from: &(String, String)) -> Select {
    let count = 2 + random.below(4);
    let mut items = Vec::new();
    while items.len() < count {
        let item = Generator::new(random, columns).like_a_column(2);
        items.extend(infallible(columns, item));
    }
    of_items(random, columns, from, &items)
}

/// One with the types of another.
fn select_types(
    random: &mut Random,
    columns: &[Column],
    from: &(String, String),
    like: &[Column],
) -> Select {
    let mut items = Vec::new();
    for column in like {
        let item = loop {
            let drawn = Generator::new(random, columns).constant(column.data_type);
            if let Some(item) = infallible(columns, drawn) {
                break item;
            }
        };
        items.push(item);
    }
    of_items(random, columns, from, &items)
}

fn of_items(
    random: &mut Random,
    columns: &[Column],
    from: &(String, String),
    items: &[Expression],
) -> Select {
    let predicate = loop {
        let drawn = Generator::new(random, columns).expression(DataType::Boolean, 2);
        if let Some(predicate) = infallible(columns, drawn) {
            break predicate;
        }
    };
    let listed = |text: fn(&Expression) -> &str| {
        let items = items.iter().enumerate();
        let items = items.map(|(at, item)| format!("{} AS x{at}_c", text(item)));
        items.collect::<Vec<_>>().join(", ")
    };
    let (laminar, postgres) = (listed(|item| &item.laminar), listed(|item| &item.postgres));
    let column = |(at, item): (usize, &Expression)| Column {
        name: format!("x{at}_c"),
        data_type: item.data_type,
        nullable: true,
    };
    Select {
        laminar: format!(
            "SELECT {laminar} FROM {} WHERE {}",
            from.0, predicate.laminar
        ),
        postgres: format!(
            "(SELECT {postgres} FROM {} AS r WHERE {} OFFSET 0)",
            from.1, predicate.postgres
        ),
        columns: items.iter().enumerate().map(column).collect(),
    }
}

/// The expression, if it cannot fail.
fn infallible(columns: &[Column], drawn: Expression) -> Option<Expression> {
    let verdicts = check::check_over(columns, &[&drawn.laminar]);
    matches!(verdicts[0], Verdict::Sound(_, false)).then_some(drawn)
}

fn copy(column: &Column) -> Column {
    Column {
        name: column.name.clone(),
        ..*column
    }
}
