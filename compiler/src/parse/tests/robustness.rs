//! Nothing makes the stage panic, and every place lies inside the text.

use super::{GOOD, parsed};
use crate::diagnostics::{Style, render_all};
use crate::ir::ast::{
    Branch, ColumnClauseKind, Expr, ExprKind, Literal, Name, OptionEntry, OptionValue, Query,
    RelationKind, Script, Select, SelectItem, Statement,
};
use crate::source::{SourceFile, Span};
use std::borrow::Borrow;

/// All places of a script.
#[derive(Default)]
struct Places(Vec<Span>);

impl Places {
    fn script(&mut self, script: &Script) {
        self.0.extend(script.broken.iter().map(|name| name.span));
        for statement in &script.statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::CreateConnection(create) => {
                self.0
                    .extend([create.span, create.name.span, create.kind.span]);
                self.options(&create.options);
            }
            Statement::CreateTable(create) => {
                self.0.extend([create.span, create.name.span]);
                self.options(&create.options);
                self.options(&create.column_list_options);
                for column in &create.columns {
                    self.0
                        .extend([column.span, column.name.span, column.type_span]);
                    for clause in &column.clauses {
                        self.0.push(clause.span);
                        match &clause.kind {
                            ColumnClauseKind::NotNull | ColumnClauseKind::Null => {}
                            ColumnClauseKind::Path(text)
                            | ColumnClauseKind::Format(text)
                            | ColumnClauseKind::Metadata(text) => self.0.push(text.span),
                            ColumnClauseKind::Default(expr)
                            | ColumnClauseKind::Check(expr)
                            | ColumnClauseKind::Generated(expr) => self.expr(expr),
                        }
                    }
                }
                for check in &create.checks {
                    self.0.push(check.span);
                    self.expr(&check.expr);
                }
                if let Some(query) = &create.query {
                    self.query(query);
                }
            }
            Statement::CreateView(create) => {
                self.0.extend([create.span, create.name.span]);
                self.0.extend(create.columns.iter().map(|name| name.span));
                self.query(&create.query);
            }
            Statement::Insert(insert) => {
                self.0.extend([insert.span, insert.table.span]);
                self.0.extend(insert.columns.iter().map(|name| name.span));
                self.query(&insert.query);
            }
            Statement::Select(query) => self.query(query),
            Statement::Set(set) => {
                self.0.push(set.span);
                self.options(std::slice::from_ref(&set.entry));
            }
        }
    }

    fn options(&mut self, options: &[OptionEntry]) {
        for option in options {
            self.0.extend([option.key.span, option.value.span()]);
            if let OptionValue::Array { items, .. } = &option.value {
                self.0.extend(items.iter().map(|item| item.span));
            }
        }
    }

    fn query(&mut self, query: &Query) {
        self.0.push(query.span);
        for table in &query.ctes {
            self.0.push(table.name.span);
            self.0.extend(table.columns.iter().map(|name| name.span));
            self.query(&table.query);
        }
        for branch in &query.branches {
            match branch {
                Branch::Query(query) => self.query(query),
                Branch::Select(select) => self.select(select),
            }
        }
    }

    fn select(&mut self, select: &Select) {
        let from = &select.from;
        self.0.extend([select.span, from.span]);
        self.0.extend(from.alias.iter().map(|name| name.span));
        self.0.extend(from.columns.iter().map(|name| name.span));
        match &from.kind {
            RelationKind::Named { schema, name } => {
                self.0.extend(schema.iter().map(|name| name.span));
                self.0.push(name.span);
            }
            RelationKind::Query(query) => self.query(query),
        }
        for item in &select.items {
            match item {
                SelectItem::Wildcard(span) => self.0.push(*span),
                SelectItem::QualifiedWildcard { qualifier, span } => {
                    self.0.extend([*span, qualifier.span]);
                }
                SelectItem::Expr { expr, alias } => {
                    self.expr(expr);
                    self.0.extend(alias.iter().map(|name| name.span));
                }
            }
        }
        for unnest in &select.unnests {
            self.0.push(unnest.span);
            self.expr(&unnest.array);
            self.0.extend(unnest.alias.iter().map(|name| name.span));
        }
        self.exprs(&select.predicate);
    }

    fn exprs<'a, E: Borrow<Expr> + 'a>(&mut self, exprs: impl IntoIterator<Item = &'a E>) {
        for expr in exprs {
            self.expr(expr.borrow());
        }
    }

    fn expr(&mut self, expr: &Expr) {
        self.0.push(expr.span);
        let inner = self.0.len();
        self.parts(expr);
        for part in &self.0[inner..] {
            let contained = expr.span.start <= part.start && part.end <= expr.span.end;
            assert!(contained, "{part:?} is outside of {:?}", expr.span);
        }
    }

    fn leaf(&mut self, qualifier: Option<&Name>, name: &Name) {
        self.0.extend(qualifier.map(|name| name.span));
        self.0.push(name.span);
    }

    fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::Text(text) | Literal::Typed { text, .. } => self.0.push(text.span),
            Literal::Null | Literal::Boolean(_) | Literal::Number(_) => {}
        }
    }

    fn parts(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Column { qualifier, name } => self.leaf(qualifier.as_ref(), name),
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Unsupported => {}
            ExprKind::Not(operand)
            | ExprKind::Negate(operand)
            | ExprKind::BitNot(operand)
            | ExprKind::IsNull { operand, .. }
            | ExprKind::IsTruth { operand, .. } => self.expr(operand),
            ExprKind::Binary {
                op_span,
                left,
                right,
                ..
            }
            | ExprKind::Any {
                op_span,
                left,
                array: right,
                ..
            } => {
                self.0.push(*op_span);
                self.exprs([left, right]);
            }
            ExprKind::InList { operand, list, .. } => {
                self.expr(operand);
                self.exprs(list);
            }
            ExprKind::Between {
                operand, low, high, ..
            } => self.exprs([operand, low, high]),
            ExprKind::Case {
                operand,
                branches,
                otherwise,
            } => {
                self.exprs(operand.iter().chain(otherwise));
                self.exprs(branches.iter().flat_map(|(when, then)| [when, then]));
            }
            ExprKind::Field {
                operand,
                name: Name { span, .. },
            }
            | ExprKind::Cast {
                operand,
                type_span: span,
                ..
            } => {
                self.0.push(*span);
                self.expr(operand);
            }
            ExprKind::Like {
                operand: left,
                pattern: right,
                ..
            }
            | ExprKind::Subscript {
                operand: left,
                subscript: right,
            }
            | ExprKind::IsDistinct { left, right, .. } => self.exprs([left, right]),
            ExprKind::Call { name, arguments } => {
                self.0.push(name.span);
                self.exprs(arguments);
            }
        }
    }
}

/// Parses, renders, and checks every place.
fn check(text: &str) {
    let (source, script, diagnostics) = parsed(text);
    let mut places = Places::default();
    places.script(&script);
    places.0.extend(
        diagnostics
            .iter()
            .flat_map(|d| d.labels.iter().map(|label| label.span)),
    );
    for span in places.0 {
        assert_inside(&source, span);
    }
    assert!(
        !script.statements.is_empty() || !diagnostics.is_empty(),
        "{text:?}"
    );
    let rendered = render_all(&diagnostics, &source, Style::Plain);
    assert_eq!(rendered.is_empty(), diagnostics.is_empty());
    let reorders = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let visible = |c: char| c == '\n' || !(c.is_control() || reorders(c));
    assert!(rendered.chars().all(visible), "{rendered:?}");
}

fn assert_inside(source: &SourceFile, span: Span) {
    let inside = span.start <= span.end && source.text().get(span.range()).is_some();
    assert!(inside, "{span:?} in {:?}", source.text());
}

/// A small deterministic generator (xorshift64*): the tests need variety, not quality.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32;
        usize::try_from(high).expect("32 bits") % limit
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    ",",
    ";",
    "'",
    "\"",
    "--",
    "/*",
    "*/",
    ".",
    "...",
    "*",
    "=",
    "==",
    "&&",
    "<",
    "->",
    "::",
    "$1",
    "?",
    "\0",
    "\u{feff}",
    "\u{202e}",
    "é",
    "“",
    "1",
    "1_0",
    "0x",
    "e",
    "X'",
    "U&'",
    "N'",
    "\r",
    "\r\n",
    "\n",
    " ",
    "\\",
    "`",
    "SELECT",
    "FROM",
    "WHERE",
    "AS",
    "CREATE",
    "TABLE",
    "VIEW",
    "NOT",
    "NULL",
    "IN",
    "BETWEEN",
    "AND",
    "CASE",
    "WHEN",
    "END",
    "CAST(",
    "WITH (",
    "INTERVAL '1'",
    "STRUCT<",
    "STRUCT<a INT>>",
    "INT[]",
    "ANY (",
    "UNNEST(",
    ", UNNEST(a) WITH ORDINALITY",
    "[1]",
    ">>",
    "UNION",
    "UNION ALL",
    "(SELECT",
    "WITH a AS (",
    "JOIN",
    "GROUP BY",
    "OVER",
    "count(",
    "IS",
    "LIKE",
    "ESCAPE",
    "DECIMAL(",
    "TIMESTAMP",
    "DEFAULT",
    "CHECK (",
    "GENERATED ALWAYS AS (",
    "system.",
    "topics = ",
    "🦀",
    "._x",
    "1.2.3",
    "5L",
];

#[test]
fn every_prefix_parses_without_panic() {
    for text in GOOD {
        let places = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        for at in places {
            check(&text[..at]);
        }
    }
}

#[test]
fn mutations_parse_without_panic() {
    let mut random = Random(0x5EED);
    for _ in 0..2000 {
        let text = GOOD[random.below(GOOD.len())];
        let mut chars: Vec<char> = text.chars().collect();
        for _ in 0..=random.below(4) {
            let at = random.below(chars.len());
            let until = (at + random.below(6)).min(chars.len());
            let piece: Vec<char> = random.pick(PIECES).chars().collect();
            match random.below(3) {
                0 => drop(chars.splice(at..at, piece)),
                1 => drop(chars.splice(at..until, piece)),
                _ => drop(chars.drain(at..until)),
            }
        }
        check(&chars.into_iter().collect::<String>());
    }
}

#[test]
fn soups_of_pieces_parse_without_panic() {
    let mut random = Random(0x00C0_FFEE);
    for _ in 0..2000 {
        let count = 1 + random.below(40);
        let pieces: Vec<&str> = (0..count).map(|_| random.pick(PIECES)).collect();
        check(&pieces.join(random.pick(&["", " "])));
    }
}

/// Time stays in proportion to the text: each of these would take minutes otherwise.
#[test]
fn long_texts_take_linear_time() {
    let long = 200_000;
    for text in [
        format!("SELECT {} FROM t", vec!["a"; long].join(", ")),
        format!("SELECT a FROM t WHERE {}", vec!["a"; long].join(" AND ")),
        format!("SELECT a FROM t WHERE a IN ({})", vec!["1"; long].join(",")),
        format!("SELECT {} FROM t", "x".repeat(long * 5)),
        format!("SELECT a FROM t {}", "“".repeat(long)),
        "'".repeat(long + 1),
        "/*".repeat(long),
        "(".repeat(long),
        "._x ".repeat(long),
    ] {
        check(&text);
    }
}
