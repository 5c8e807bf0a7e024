//! What is known of the rows that reach an expression.

use super::domain::Domain;
use super::set::Set;
use super::topic::Topics;
use crate::ir::logical::{Expr, ExprKind};
use crate::source::Span;
use std::cell::Cell;
use std::rc::Rc;

/// How much is looked at for one question. Beyond that everything is taken for possible: an
/// expression may nest what doubles the work.
const STEPS: u32 = 2_000;

/// Of so many terms something is known. What would be learned of more is let go, as a long CASE
/// carries what it has learned from branch to branch.
const MAX_FACTS: usize = 256;

/// The most ranges of values of a term; what would need more is let go, too.
const MAX_RANGES: usize = 256;

/// Which values terms have.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    list: Vec<Fact>,
    /// There are no such rows.
    pub(super) impossible: bool,
    /// Which columns hold the topic.
    pub(super) topics: Topics,
    steps: Rc<Cell<u32>>,
}

/// What is known of a term beside what it is made of.
#[derive(Clone, Debug)]
struct Fact {
    term: Term,
    domain: Domain,
    /// The conditions from which that is known.
    conditions: Vec<Span>,
}

/// What has one value for each row.
#[derive(Clone, Debug)]
enum Term {
    /// A column of the input.
    Column(usize),
    /// Any other expression.
    Expr(Rc<Expr>),
    /// How the first one compares with the second one, as -1, 0 or 1.
    Order(Rc<(Expr, Expr)>),
}

impl Facts {
    /// Nothing is known.
    pub(super) fn none() -> Self {
        Self {
            list: Vec::new(),
            impossible: false,
            topics: Topics::default(),
            steps: Rc::new(Cell::new(STEPS)),
        }
    }

    /// The same, for another question.
    pub(super) fn again(&self) -> Self {
        Self {
            steps: Rc::new(Cell::new(STEPS)),
            ..self.clone()
        }
    }

    /// Lets the same facts answer another question.
    pub(super) fn renew(&self) {
        self.steps.set(STEPS);
    }

    /// Whether one more step may be made.
    pub(super) fn step(&self) -> bool {
        let left = self.steps.get();
        self.steps.set(left.saturating_sub(1));
        left > 0
    }

    /// What is known of an expression beside what it is made of.
    pub(super) fn known(&self, expr: &Expr) -> Option<&Domain> {
        self.list
            .iter()
            .find(|fact| fact.term.is(expr))
            .map(|fact| &fact.domain)
    }

    /// How the left one may compare with the right one: -1, 0, 1.
    pub(super) fn order(&self, left: &Expr, right: &Expr) -> Option<&Set> {
        let is = |fact: &&Fact| match &fact.term {
            Term::Order(pair) => same(&pair.0, left) && same(&pair.1, right),
            Term::Column(_) | Term::Expr(_) => false,
        };
        self.list.iter().find(is).map(|fact| &fact.domain.values)
    }

    /// Says of an expression what it is, for the condition at `because`.
    pub(super) fn set(&mut self, expr: &Expr, domain: Domain, because: &[Span]) {
        self.impossible |= domain.is_nothing();
        if domain.values.ranges().len() > MAX_RANGES {
            return;
        }
        let at = self.list.iter().position(|fact| fact.term.is(expr));
        if let Some(at) = at.or_else(|| self.add(|| Term::of(expr))) {
            self.put(at, domain, because);
        }
    }

    /// Says of two expressions how they compare.
    pub(super) fn set_order(&mut self, pair: (&Expr, &Expr), orders: Set, because: Span) {
        self.impossible |= orders.is_empty();
        let is = |fact: &Fact| match &fact.term {
            Term::Order(known) => same(&known.0, pair.0) && same(&known.1, pair.1),
            Term::Column(_) | Term::Expr(_) => false,
        };
        let at = self.list.iter().position(is);
        let term = || Term::Order(Rc::new((pair.0.clone(), pair.1.clone())));
        if let Some(at) = at.or_else(|| self.add(term)) {
            let domain = Domain {
                nullable: false,
                values: orders,
            };
            self.put(at, domain, &[because]);
        }
    }

    /// A place for what is known of a term; None if there are too many.
    fn add(&mut self, term: impl FnOnce() -> Term) -> Option<usize> {
        if self.list.len() >= MAX_FACTS {
            return None;
        }
        self.list.push(Fact {
            term: term(),
            domain: Domain::any(),
            conditions: Vec::new(),
        });
        Some(self.list.len() - 1)
    }

    fn put(&mut self, at: usize, domain: Domain, because: &[Span]) {
        let fact = &mut self.list[at];
        fact.domain = domain;
        for span in because {
            if !fact.conditions.contains(span) {
                fact.conditions.push(*span);
            }
        }
    }

    /// The conditions from which something is known of a part of the expression.
    pub(super) fn conditions(&self, expr: &Expr) -> Vec<Span> {
        let of = |fact: &&Fact| match &fact.term {
            Term::Order(pair) => [&pair.0, &pair.1].iter().all(|side| contains(expr, side)),
            Term::Column(_) | Term::Expr(_) => fact.term.is_in(expr),
        };
        let mut spans: Vec<Span> = Vec::new();
        for span in self
            .list
            .iter()
            .filter(of)
            .flat_map(|fact| &fact.conditions)
        {
            if !spans.contains(span) {
                spans.push(*span);
            }
        }
        spans
    }

    /// What holds whichever of the alternatives it is.
    pub(super) fn either(&self, alternatives: Vec<Self>) -> Self {
        let mut possible = alternatives.into_iter().filter(|facts| !facts.impossible);
        let Some(mut joined) = possible.next() else {
            return Self {
                impossible: true,
                ..self.clone()
            };
        };
        for other in possible {
            joined.topics.either(&other.topics);
            joined.list.retain_mut(|fact| {
                let Some(same) = other.list.iter().find(|same| same.term.equals(&fact.term)) else {
                    return false;
                };
                let both = [fact.domain.clone(), same.domain.clone()];
                fact.domain = Domain::union(both);
                for span in &same.conditions {
                    if !fact.conditions.contains(span) {
                        fact.conditions.push(*span);
                    }
                }
                true
            });
        }
        joined
    }
}

impl Term {
    fn of(expr: &Expr) -> Self {
        if let ExprKind::Column(column) = expr.kind {
            Self::Column(column)
        } else {
            Self::Expr(Rc::new(expr.clone()))
        }
    }

    fn is(&self, expr: &Expr) -> bool {
        match self {
            Self::Column(column) => expr.kind == ExprKind::Column(*column),
            Self::Expr(own) => same(own, expr),
            Self::Order(_) => false,
        }
    }

    fn is_in(&self, expr: &Expr) -> bool {
        self.is(expr) || expr.children().into_iter().any(|child| self.is_in(child))
    }

    fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Column(own), Self::Column(other)) => own == other,
            (Self::Expr(own), Self::Expr(other)) => same(own, other),
            (Self::Order(own), Self::Order(other)) => {
                same(&own.0, &other.0) && same(&own.1, &other.1)
            }
            (Self::Column(_) | Self::Expr(_) | Self::Order(_), _) => false,
        }
    }
}

fn contains(expr: &Expr, part: &Expr) -> bool {
    same(part, expr)
        || expr
            .children()
            .into_iter()
            .any(|child| contains(child, part))
}

/// Whether two expressions mean the same, wherever they stand.
pub(super) fn same(left: &Expr, right: &Expr) -> bool {
    if left.data_type != right.data_type || !same_but_for_operands(&left.kind, &right.kind) {
        return false;
    }
    let (left, right) = (left.children(), right.children());
    left.len() == right.len()
        && left
            .into_iter()
            .zip(right)
            .all(|(left, right)| same(left, right))
}

fn same_but_for_operands(left: &ExprKind, right: &ExprKind) -> bool {
    use ExprKind as E;
    match (left, right) {
        (E::Column(a), E::Column(b)) => a == b,
        (E::Literal(a), E::Literal(b)) => a == b,
        (E::Binary { op: a, .. }, E::Binary { op: b, .. }) => a == b,
        (E::Compare { op: a, .. }, E::Compare { op: b, .. }) => a == b,
        (E::IsNull { negated: a, .. }, E::IsNull { negated: b, .. })
        | (E::InList { negated: a, .. }, E::InList { negated: b, .. })
        | (E::IsDistinct { negated: a, .. }, E::IsDistinct { negated: b, .. }) => a == b,
        (
            E::IsTruth {
                value: a,
                negated: not_a,
                ..
            },
            E::IsTruth {
                value: b,
                negated: not_b,
                ..
            },
        ) => (a, not_a) == (b, not_b),
        (E::Case { otherwise: a, .. }, E::Case { otherwise: b, .. }) => a.is_some() == b.is_some(),
        (
            E::Like {
                any_case: a,
                escape: escape_a,
                negated: not_a,
                ..
            },
            E::Like {
                any_case: b,
                escape: escape_b,
                negated: not_b,
                ..
            },
        ) => (a, escape_a, not_a) == (b, escape_b, not_b),
        (E::Access { access: a, .. }, E::Access { access: b, .. }) => a == b,
        (E::Call { function: a, .. }, E::Call { function: b, .. }) => a == b,
        (E::Not(_) | E::Negate(_) | E::And(_) | E::Or(_) | E::Cast(_) | E::TryCast(_), _) => {
            std::mem::discriminant(left) == std::mem::discriminant(right)
        }
        (_, _) => false,
    }
}
