//! What the room calls impossible never happens: random conditions over random rows, evaluated by
//! the evaluator of constants.

use super::domain::{Domain, column};
use super::facts::Facts;
use super::needed::Search;
use super::truth::{Truth, Truths};
use super::{Linter, Rows};
use crate::bind::constant::{compare, evaluate};
use crate::ir::logical::{Expr, ExprKind, LogicalPlan, Relation, Value};
use crate::source::SourceFile;
use std::fmt::Write as _;
use std::ops::Bound::{Excluded, Included, Unbounded};

const TABLE: &str = "
CREATE TABLE t (
    n INT,
    m SMALLINT NOT NULL,
    u TINYINT UNSIGNED,
    big BIGINT,
    d DOUBLE,
    r REAL NOT NULL,
    b BOOLEAN,
    s TEXT,
    amount DECIMAL(4,1),
    seen TIMESTAMP,
    day DATE,
    q SMALLINT METADATA FROM 'qos',
    site TEXT METADATA FROM 'topic.2',
    CHECK (u < 100)
) WITH (connector = 'mqtt', broker = 'tcp://localhost', topics = '[\"p/a/x\", \"p/b/+\", \"p\"]');
";

/// Columns and constants that are compared with one another: of each kind the columns, then the
/// constants.
const KINDS: &[(&[&str], &[&str])] = &[
    (
        &[
            "n",
            "m",
            "u",
            "big",
            "q",
            "n + 1",
            "m % 3",
            "CAST(u AS INT)",
        ],
        &[
            "-1", "0", "1", "2", "3", "99", "100", "255", "300", "40.5", "0.5",
        ],
    ),
    (
        &[
            "d",
            "r",
            "amount",
            "n",
            "CAST(m AS DOUBLE)",
            "CAST(big AS DOUBLE)",
        ],
        &["-0.5", "0", "0.1", "0.25", "1.5", "2", "1e3"],
    ),
    (&["s", "site"], &["''", "'a'", "'ab'", "'b'", "'c'"]),
    (
        &[
            "seen",
            "day",
            "CAST(seen AS DATE)",
            "CAST(day AS TIMESTAMP)",
        ],
        &[
            "DATE '2024-05-01'",
            "DATE '2024-05-02'",
            "TIMESTAMP '2024-05-01T12:00:00Z'",
        ],
    ),
];

/// What is learned and searched for has limits: without them these take hours.
#[test]
fn a_thousand_branches_are_looked_at() {
    let branches = |condition: fn(usize) -> String| {
        let when = |branch| format!("WHEN {} THEN {branch} ", condition(branch));
        let whens: String = (0..1_000).map(when).collect();
        let sql = format!("{TABLE} CREATE VIEW v AS SELECT CASE {whens} END AS c FROM t;");
        let (plan, diagnostics) = crate::check(&SourceFile::new("t.sql", sql));
        assert!(plan.is_some(), "{diagnostics:?}");
        let never = diagnostics.iter().filter(|of| of.code.as_str() == "W0521");
        never.count()
    };
    // `a1%` has all of `a10%` to `a19%` and `a100%` to `a199%`
    assert_eq!(branches(|at| format!("s LIKE 'a{at}%'")), 990);
    assert_eq!(branches(|at| format!("d > {at}")), 999);
    // of so many values not all are remembered
    assert_eq!(branches(|at| format!("s = 'a{}'", at / 2)), 255);
    // nothing covers these, and each is something else to remember
    assert_eq!(branches(|at| format!("s LIKE '%a{at}'")), 0);
}

struct Random(u64);

impl Random {
    /// `SplitMix64` (Steele, Lea, Flood, 2014).
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).expect("below a usize")
    }

    fn pick<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(items.len())]
    }

    fn condition(&mut self, depth: usize) -> String {
        if depth == 0 || self.below(4) == 0 {
            return self.test();
        }
        let mut part = || self.condition(depth - 1);
        let (a, b) = (part(), part());
        match self.below(8) {
            0..=2 => format!("({a} AND {b})"),
            3 | 4 => format!("({a} OR {b})"),
            5 => format!("(NOT {a})"),
            6 => format!("(CASE WHEN {a} THEN {b} ELSE {} END)", self.test()),
            _ => format!(
                "(({a}) IS {} AND {b})",
                self.pick(&["TRUE", "NOT FALSE", "UNKNOWN"])
            ),
        }
    }

    fn test(&mut self) -> String {
        if self.below(10) == 0 {
            return (*self.pick(&["b", "NOT b", "b IS NULL", "b IS NOT TRUE", "b = false"])).into();
        }
        let (columns, constants) = *self.pick(KINDS);
        let column = *self.pick(columns);
        let mut other = || {
            let from = if self.below(5) == 0 {
                columns
            } else {
                constants
            };
            *self.pick(from)
        };
        let (x, y) = (other(), other());
        match self.below(12) {
            0 => format!("{column} IS NULL"),
            1 => format!("{column} IS NOT NULL"),
            2 => format!("{column} IN ({x}, {y})"),
            3 => format!("{column} NOT IN ({x}, {y})"),
            4 => format!("{column} BETWEEN {x} AND {y}"),
            5 => format!("{column} IS DISTINCT FROM {x}"),
            6 if columns.contains(&"s") => format!("{column} LIKE {}", self.pick(&["'a%'", "'b'"])),
            6 => format!("coalesce({column}, {x}) > {y}"),
            _ => format!(
                "{column} {} {x}",
                self.pick(&["=", "<>", "<", "<=", ">", ">="])
            ),
        }
    }

    /// A row of the table; half of its values are near the constants.
    fn row(&mut self, columns: &[Expr]) -> Vec<Value> {
        let integers = [-1, 0, 1, 2, 3, 40, 41, 98, 99, 100, 127];
        let halves = [-0.5, 0.0, 0.1, 0.25, 1.5, 2.0, 1000.0, 3.0];
        let noon = 1_714_564_800_000_000;
        let value = |(at, expr): (usize, &Expr)| {
            if expr.nullable && self.below(4) == 0 {
                return Value::Null;
            }
            match at {
                0 | 1 | 3 => Value::Integer(*self.pick(&integers)),
                2 => Value::Integer(i128::try_from(self.below(100)).expect("small")),
                4 => Value::Float64(*self.pick(&halves)),
                #[expect(clippy::cast_possible_truncation, reason = "these are short")]
                5 => Value::Float32(*self.pick(&halves) as f32),
                6 => Value::Boolean(self.below(2) == 0),
                7 => Value::Text((*self.pick(&["", "a", "ab", "b", "c"])).to_owned()),
                8 => Value::Decimal(*self.pick(&[-5, 0, 1, 2, 3, 15, 20, 9999])),
                9 => Value::Timestamp(*self.pick(&[noon, noon + 1, 1_714_521_600_000_000, 0])),
                10 => Value::Date(*self.pick(&[0, 19_843, 19_844, 19_845])),
                11 => Value::Integer(i128::try_from(self.below(3)).expect("small")),
                _ => Value::Text((*self.pick(&["a", "b"])).to_owned()),
            }
        };
        columns.iter().enumerate().map(value).collect()
    }
}

/// Not integers beside decimals, which do not compare.
#[test]
fn remainders_of_decimals_are_decimals() {
    let source = SourceFile::new(
        "pipeline.sql",
        "CREATE TABLE t (d DECIMAL(10, 2)) WITH (connector = 'mqtt_source',
             broker = 'tcp://localhost:1883', topics = '[\"t\"]');
         SELECT d FROM t WHERE d % 316 > 5;",
    );
    assert!(crate::check(&source).0.is_some());
}

/// The search for where a cast's values begin goes outwards to the ends of the type.
#[test]
fn the_widest_decimals_are_searched() {
    for (digits, condition) in [
        ("38, 0", "CAST(d AS DOUBLE) > 1e37 AND d > 0"),
        (
            "38, 0",
            "CAST(d AS DOUBLE) > 9e37 AND CAST(d AS DOUBLE) < 9.5e37",
        ),
        ("38, 0", "CAST(d AS DECIMAL(20, 0)) > 7"),
        ("38, 38", "CAST(d AS DOUBLE) < -0.9 OR d > 0.5"),
        ("38, 38", "abs(d) > 0.5 AND sign(d) = 1"),
    ] {
        let sql = format!(
            "CREATE TABLE t (d DECIMAL({digits})) WITH (connector = 'mqtt_source',
                 broker = 'tcp://localhost:1883', topics = '[\"t\"]');
             SELECT d FROM t WHERE {condition};"
        );
        let source = SourceFile::new("pipeline.sql", sql);
        let (plan, diagnostics) = crate::check(&source);
        assert!(plan.is_some(), "{condition}: {diagnostics:?}");
    }
}

#[test]
fn what_is_impossible_never_happens() {
    let mut random = Random(20_261_129);
    let (mut never, mut always, mut evaluated) = (0, 0, 0);
    for _ in 0..16 {
        let mut sql = TABLE.to_owned();
        for view in 0..40 {
            let condition = random.condition(3);
            writeln!(
                sql,
                "CREATE VIEW v{view} AS SELECT n FROM t WHERE {condition};"
            )
            .expect("a String takes it");
        }
        let source = SourceFile::new("t.sql", sql);
        let (plan, diagnostics) = crate::check(&source);
        let plan = plan.unwrap_or_else(|| panic!("{diagnostics:?}"));
        let (rows, columns) = of_source(&plan, &source);
        for view in &plan.views {
            let predicate = predicate(&view.query);
            let facts = &rows.declared;
            never += usize::from(!facts.again().can(predicate, Truth::True));
            always += usize::from(!facts.again().can(predicate, Truth::False));
            for _ in 0..12 {
                let values = random.row(&columns);
                evaluated += usize::from(holds(facts, predicate, &columns, &values));
            }
        }
    }
    assert!(
        never > 40 && always > 20,
        "{never} never true, {always} never false"
    );
    assert!(evaluated > 5_000, "only {evaluated} were evaluated");
}

/// What a condition is for a row was possible, and what follows from it is true of the row.
fn holds(facts: &Facts, predicate: &Expr, columns: &[Expr], row: &[Value]) -> bool {
    let mut filled = predicate.clone();
    fill(&mut filled, row);
    let Ok(Some(value)) = evaluate(&filled) else {
        return false;
    };
    let (truth, sets) = match value {
        Value::Boolean(true) => (Truth::True, [Truths::TRUE, Truths::NOT_FALSE]),
        Value::Boolean(false) => (Truth::False, [Truths::only(Truth::False), Truths::NOT_TRUE]),
        Value::Null => (Truth::Unknown, [Truths::NOT_FALSE, Truths::NOT_TRUE]),
        other => panic!("a condition is no {other:?}"),
    };
    assert!(
        facts.again().can(predicate, truth),
        "{predicate:?} is {truth:?} for {row:?}"
    );
    for truths in sets {
        let mut learned = facts.again();
        learned.assume(predicate, truths);
        assert!(
            !learned.impossible,
            "{predicate:?} is {truth:?} for {row:?}"
        );
        for (column, value) in columns.iter().zip(row) {
            let domain = learned.again().domain(column);
            assert!(
                contains(&domain, value),
                "{predicate:?}: {column:?} is {value:?}: {domain:?}"
            );
        }
    }
    true
}

fn of_source(plan: &LogicalPlan, source: &SourceFile) -> (Rows, Vec<Expr>) {
    let mut linter = Linter {
        source,
        sources: Vec::new(),
        told: Vec::new(),
        warnings: Vec::new(),
        search: Search::new(),
    };
    let table = &plan.sources[0];
    let columns = table.columns.iter().enumerate();
    let columns = columns.map(|(index, of)| column(index, of)).collect();
    (linter.source(table), columns)
}

fn predicate(relation: &Relation) -> &Expr {
    match relation {
        Relation::Filter { predicate, .. } => predicate,
        Relation::Project { input, .. } => predicate(input),
        Relation::Scan { .. } | Relation::Unnest { .. } | Relation::UnionAll { .. } => {
            panic!("the view has a filter")
        }
    }
}

/// Puts the row's values in the place of columns, and in that of LIKE what it gives.
fn fill(expr: &mut Expr, row: &[Value]) {
    for child in expr.children_mut() {
        fill(child, row);
    }
    let value = if let ExprKind::Column(column) = expr.kind {
        row[column].clone()
    } else if let ExprKind::Like {
        operand, pattern, ..
    } = &expr.kind
    {
        like(operand, pattern)
    } else {
        return;
    };
    expr.kind = ExprKind::Literal(value);
}

/// LIKE of a constant and a pattern with at most one wildcard, at its end.
fn like(operand: &Expr, pattern: &Expr) -> Value {
    let (Some(Value::Text(text)), Some(Value::Text(pattern))) =
        (operand.literal(), pattern.literal())
    else {
        return Value::Null;
    };
    Value::Boolean(match pattern.strip_suffix('%') {
        Some(prefix) => text.starts_with(prefix),
        None => text == pattern,
    })
}

fn contains(domain: &Domain, value: &Value) -> bool {
    if *value == Value::Null {
        return domain.nullable;
    }
    let order = |end: &Value| compare(value, end).expect("of one type");
    domain.values.ranges().any(|(low, high)| {
        let above = match low {
            Included(low) => order(low).is_ge(),
            Excluded(low) => order(low).is_gt(),
            Unbounded => true,
        };
        let below = match high {
            Included(high) => order(high).is_le(),
            Excluded(high) => order(high).is_lt(),
            Unbounded => true,
        };
        above && below
    })
}
