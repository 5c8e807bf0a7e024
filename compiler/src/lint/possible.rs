//! Which values an expression can have, and which truth values a condition.
//!
//! Both may say more than there is, never less: what is said to be impossible is. A row for which
//! evaluating fails has no value at all.

use super::domain::Domain;
use super::facts::{Facts, same};
use super::image::{image, pulled};
use super::range;
use super::set::Set;
use super::truth::{Truth, Truths};
use crate::bind::constant::{compare, evaluate};
use crate::functions::Body;
use crate::ir::like::LikePattern;
use crate::ir::logical::{CompareOperator, Expr, ExprKind, Value};

impl Facts {
    /// The values that the expression can have.
    pub(super) fn domain(&self, expr: &Expr) -> Domain {
        if !self.step() {
            return Domain::any();
        }
        match evaluate(expr) {
            Ok(Some(value)) => return Domain::one(&value),
            Ok(None) => {}
            Err(_) => return Domain::nothing(),
        }
        let domain = self.made_of(expr);
        match self.known(expr) {
            Some(known) => domain.intersection(known),
            None => domain,
        }
    }

    /// The values that follow from what the expression is made of.
    fn made_of(&self, expr: &Expr) -> Domain {
        let any = || Domain::of(expr.data_type, expr.nullable);
        match &expr.kind {
            ExprKind::Not(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Compare { .. }
            | ExprKind::IsNull { .. }
            | ExprKind::IsTruth { .. }
            | ExprKind::InList { .. }
            | ExprKind::IsDistinct { .. }
            | ExprKind::Like { .. } => self.of_condition(expr),
            ExprKind::Cast(operand) => {
                image(&self.domain(operand), operand.data_type, expr.data_type)
            }
            ExprKind::Case {
                branches,
                otherwise,
            } => self.of_case(branches, otherwise.as_deref()),
            ExprKind::Call {
                function,
                arguments,
            } if function.body == Body::Coalesce => self.of_coalesce(arguments),
            ExprKind::Call {
                function,
                arguments,
            } if let Some(domain) = self.topics.of_call(function, arguments) => domain,
            ExprKind::Column(_)
            | ExprKind::Literal(_)
            | ExprKind::Negate(_)
            | ExprKind::Binary { .. }
            | ExprKind::TryCast(_)
            | ExprKind::Access { .. }
            | ExprKind::Call { .. } => match range::of(expr) {
                Some(values) => any().intersection(&Domain {
                    nullable: true,
                    values,
                }),
                None => any(),
            },
        }
    }

    fn of_condition(&self, expr: &Expr) -> Domain {
        let truths = [(Truth::True, true), (Truth::False, false)];
        let possible = truths
            .into_iter()
            .filter(|(truth, _)| self.can(expr, *truth));
        let values = possible.map(|(_, value)| Set::one(&Value::Boolean(value)));
        Domain {
            values: Set::union(values.collect::<Vec<_>>()),
            nullable: expr.nullable && self.can(expr, Truth::Unknown),
        }
    }

    fn of_case(&self, branches: &[(Expr, Expr)], otherwise: Option<&Expr>) -> Domain {
        let mut results = Vec::new();
        let mut rest = self.clone();
        for (condition, result) in branches {
            if rest.can(condition, Truth::True) {
                let mut taken = rest.clone();
                taken.assume(condition, Truths::TRUE);
                if !taken.impossible {
                    results.push(taken.domain(result));
                }
            }
            rest.assume(condition, Truths::NOT_TRUE);
        }
        if !rest.impossible {
            results.push(otherwise.map_or_else(|| Domain::one(&Value::Null), |o| rest.domain(o)));
        }
        Domain::union(results)
    }

    fn of_coalesce(&self, arguments: &[Expr]) -> Domain {
        let mut parts = Vec::new();
        let mut nullable = true;
        for argument in arguments {
            let domain = self.domain(argument);
            nullable = domain.nullable;
            parts.push(Domain {
                nullable: false,
                ..domain
            });
            if !nullable {
                break;
            }
        }
        Domain {
            nullable,
            ..Domain::union(parts)
        }
    }

    /// Whether the condition can be so.
    pub(super) fn can(&self, expr: &Expr, truth: Truth) -> bool {
        if self.impossible {
            return false;
        }
        if !self.step() {
            return true;
        }
        match evaluate(expr) {
            Ok(Some(value)) => return value == of_truth(truth),
            Ok(None) => {}
            Err(_) => return false,
        }
        match &expr.kind {
            ExprKind::Not(operand) => self.can(operand, truth.negated()),
            ExprKind::And(operands) => self.connective(operands, Truth::False, truth),
            ExprKind::Or(operands) => self.connective(operands, Truth::True, truth),
            ExprKind::Compare { op, left, right } => self.comparison(*op, [left, right], truth),
            ExprKind::IsNull { operand, negated } => {
                let domain = self.domain(operand);
                match truth.negated_if(*negated) {
                    Truth::True => domain.nullable,
                    Truth::False => !domain.values.is_empty(),
                    Truth::Unknown => false,
                }
            }
            ExprKind::IsTruth {
                operand,
                value,
                negated,
            } => truths_of_test(*value, truth.negated_if(*negated))
                .into_iter()
                .any(|truth| self.can(operand, truth)),
            ExprKind::InList {
                operand,
                list,
                negated,
            } => self.in_list(operand, list, truth.negated_if(*negated)),
            ExprKind::IsDistinct {
                left,
                right,
                negated,
            } => self.distinct([left, right], truth.negated_if(*negated)),
            ExprKind::Like { .. } => self.like(expr, truth),
            ExprKind::Column(_)
            | ExprKind::Literal(_)
            | ExprKind::Negate(_)
            | ExprKind::Binary { .. }
            | ExprKind::Case { .. }
            | ExprKind::Cast(_)
            | ExprKind::TryCast(_)
            | ExprKind::Access { .. }
            | ExprKind::Call { .. } => allows(&self.domain(expr), truth),
        }
    }

    /// AND (`decisive` is FALSE) and OR (TRUE): an operand is looked at knowing that those before
    /// it did not decide.
    fn connective(&self, operands: &[Expr], decisive: Truth, truth: Truth) -> bool {
        if truth == Truth::Unknown {
            return operands.iter().any(|operand| self.can(operand, truth));
        }
        let mut rest = self.clone();
        for operand in operands {
            let can = rest.can(operand, truth);
            if can == (truth == decisive) {
                return can;
            }
            let before = if truth == decisive {
                Truths::only(decisive.negated()).with(Truth::Unknown)
            } else {
                Truths::only(truth)
            };
            rest.assume(operand, before);
        }
        truth != decisive && !rest.impossible
    }

    fn comparison(&self, op: CompareOperator, operands: [&Expr; 2], truth: Truth) -> bool {
        let domains = operands.map(|operand| self.domain(operand));
        match truth {
            Truth::True => self.related(op, operands, &domains),
            Truth::False => self.related(opposite(op), operands, &domains),
            Truth::Unknown => domains.iter().any(|domain| domain.nullable),
        }
    }

    /// Whether values of the operands can compare so.
    fn related(&self, op: CompareOperator, operands: [&Expr; 2], domains: &[Domain; 2]) -> bool {
        let [left, right] = operands;
        let fits = |expr: &Expr, wanted: Set| {
            let (inner, wanted) = pulled(expr, wanted);
            self.domain(inner).values.meets(&wanted)
        };
        let constant = domains
            .iter()
            .any(|domain| domain.values.single().is_some());
        let is_no_topic = || {
            self.topics.excludes(left, &domains[1].values)
                || self.topics.excludes(right, &domains[0].values)
        };
        if op == CompareOperator::Equal && is_no_topic() {
            return false;
        }
        (constant || self.orders(left, right).meets(&orders(op)))
            && fits(left, domains[1].values.reached_by(op))
            && fits(right, domains[0].values.reached_by(turned(op)))
    }

    /// How the left one may compare with the right one: -1, 0, 1.
    pub(super) fn orders(&self, left: &Expr, right: &Expr) -> Set {
        if same(left, right) {
            return orders(CompareOperator::Equal);
        }
        let known = self.order(left, right).cloned();
        let turned = self.order(right, left).map(|orders| {
            let ops = [
                CompareOperator::Less,
                CompareOperator::Equal,
                CompareOperator::Greater,
            ];
            let possible = ops
                .into_iter()
                .filter(|op| orders.meets(&self::orders(*op)));
            Set::union(
                possible
                    .map(|op| self::orders(turned(op)))
                    .collect::<Vec<_>>(),
            )
        });
        known.or(turned).unwrap_or_else(Set::all)
    }

    fn in_list(&self, operand: &Expr, list: &[Expr], truth: Truth) -> bool {
        let domain = self.domain(operand);
        let elements: Vec<Domain> = list.iter().map(|element| self.domain(element)).collect();
        let meets = |wanted: Set| {
            let (inner, wanted) = pulled(operand, wanted);
            self.domain(inner).values.meets(&wanted)
        };
        match truth {
            Truth::True => {
                let values = elements.into_iter().map(|element| element.values);
                let values = values.filter(|values| !self.topics.excludes(operand, values));
                meets(Set::union(values.collect::<Vec<_>>()))
            }
            Truth::False => {
                let null = elements.iter().any(|element| element.values.is_empty());
                !null && meets(singles(elements).complement())
            }
            Truth::Unknown => domain.nullable || elements.iter().any(|element| element.nullable),
        }
    }

    fn distinct(&self, operands: [&Expr; 2], truth: Truth) -> bool {
        let domains = operands.map(|operand| self.domain(operand));
        let [left, right] = &domains;
        match truth {
            Truth::True => {
                self.related(CompareOperator::NotEqual, operands, &domains)
                    || (left.nullable && !right.values.is_empty())
                    || (right.nullable && !left.values.is_empty())
            }
            Truth::False => {
                self.related(CompareOperator::Equal, operands, &domains)
                    || (left.nullable && right.nullable)
            }
            Truth::Unknown => false,
        }
    }

    fn like(&self, expr: &Expr, truth: Truth) -> bool {
        let Some(like) = Like::of(expr) else {
            return true;
        };
        let truth = truth.negated_if(like.negated);
        if self
            .known(&like.plain)
            .is_some_and(|known| !allows(known, truth))
        {
            return false;
        }
        let domain = self.domain(like.operand);
        match truth {
            Truth::True => domain.values.meets(&like.matching),
            Truth::False => domain.values.meets(&like.other),
            Truth::Unknown => domain.nullable || like.pattern_nullable,
        }
    }
}

/// A LIKE taken apart.
pub(super) struct Like<'e> {
    pub(super) operand: &'e Expr,
    pub(super) pattern_nullable: bool,
    pub(super) negated: bool,
    /// The texts that may match.
    pub(super) matching: Set,
    /// The texts that may not match.
    pub(super) other: Set,
    /// The same without NOT.
    pub(super) plain: Expr,
}

impl<'e> Like<'e> {
    pub(super) fn of(expr: &'e Expr) -> Option<Self> {
        let ExprKind::Like {
            operand,
            pattern,
            any_case,
            escape,
            negated,
        } = &expr.kind
        else {
            return None;
        };
        let mut plain = expr.clone();
        if let ExprKind::Like { negated, .. } = &mut plain.kind {
            *negated = false;
        }
        let exact = match pattern.literal() {
            Some(Value::Text(text)) if !any_case => match LikePattern::new(text, *escape) {
                LikePattern::Equals(text) => Some(Set::one(&Value::Text(text))),
                LikePattern::StartsWith(text) => Some(Set::starting_with(&text)),
                LikePattern::Anything => Some(Set::all()),
                LikePattern::EndsWith(_)
                | LikePattern::Contains(_)
                | LikePattern::General
                | LikePattern::Malformed => None,
            },
            Some(_) | None => None,
        };
        Some(Self {
            operand,
            pattern_nullable: pattern.nullable,
            negated: *negated,
            other: exact.as_ref().map_or_else(Set::all, Set::complement),
            matching: exact.unwrap_or_else(Set::all),
            plain,
        })
    }
}

/// The values of those that have one value alone.
pub(super) fn singles(elements: Vec<Domain>) -> Set {
    let single = elements
        .into_iter()
        .filter(|element| element.values.single().is_some());
    Set::union(single.map(|element| element.values).collect::<Vec<_>>())
}

/// For which truths of the operand `IS value` is so; None is UNKNOWN.
pub(super) fn truths_of_test(value: Option<bool>, truth: Truth) -> Vec<Truth> {
    let wanted = match value {
        Some(true) => Truth::True,
        Some(false) => Truth::False,
        None => Truth::Unknown,
    };
    let is = |other: &Truth| match truth {
        Truth::True => *other == wanted,
        Truth::False => *other != wanted,
        Truth::Unknown => false,
    };
    Truth::ALL.into_iter().filter(is).collect()
}

/// How the left operand of a comparison that is true compares with the right one.
pub(super) fn orders(op: CompareOperator) -> Set {
    let orders = match op {
        CompareOperator::Equal => vec![0],
        CompareOperator::NotEqual => vec![-1, 1],
        CompareOperator::Less => vec![-1],
        CompareOperator::LessOrEqual => vec![-1, 0],
        CompareOperator::Greater => vec![1],
        CompareOperator::GreaterOrEqual => vec![0, 1],
    };
    Set::union(
        orders
            .into_iter()
            .map(|order| Set::one(&Value::Integer(order))),
    )
}

/// What is true where this is false.
pub(super) fn opposite(op: CompareOperator) -> CompareOperator {
    match op {
        CompareOperator::Equal => CompareOperator::NotEqual,
        CompareOperator::NotEqual => CompareOperator::Equal,
        CompareOperator::Less => CompareOperator::GreaterOrEqual,
        CompareOperator::LessOrEqual => CompareOperator::Greater,
        CompareOperator::Greater => CompareOperator::LessOrEqual,
        CompareOperator::GreaterOrEqual => CompareOperator::Less,
    }
}

/// The same with its operands exchanged.
pub(super) fn turned(op: CompareOperator) -> CompareOperator {
    match op {
        CompareOperator::Equal | CompareOperator::NotEqual => op,
        CompareOperator::Less => CompareOperator::Greater,
        CompareOperator::LessOrEqual => CompareOperator::GreaterOrEqual,
        CompareOperator::Greater => CompareOperator::Less,
        CompareOperator::GreaterOrEqual => CompareOperator::LessOrEqual,
    }
}

fn of_truth(truth: Truth) -> Value {
    match truth {
        Truth::True => Value::Boolean(true),
        Truth::False => Value::Boolean(false),
        Truth::Unknown => Value::Null,
    }
}

/// Whether a BOOLEAN of these values can be so.
fn allows(domain: &Domain, truth: Truth) -> bool {
    match truth {
        Truth::True | Truth::False => domain.values.meets(&Set::one(&of_truth(truth))),
        Truth::Unknown => domain.nullable,
    }
}

/// Whether it is a BETWEEN whose lower end is the higher one.
pub(super) fn is_reversed(facts: &Facts, expr: &Expr) -> bool {
    let ExprKind::And(ends) = &expr.kind else {
        return false;
    };
    let [low, high] = ends.as_slice() else {
        return false;
    };
    let end = |side: &Expr, wanted: CompareOperator| {
        let ExprKind::Compare { op, right, .. } = &side.kind else {
            return None;
        };
        let value = facts.again().domain(right).values.single().cloned();
        value
            .filter(|_| *op == wanted)
            .map(|value| (value, right.data_type))
    };
    let low = end(low, CompareOperator::GreaterOrEqual);
    let high = end(high, CompareOperator::LessOrEqual);
    let ends = low.zip(high).filter(|((_, low), (_, high))| low == high);
    ends.is_some_and(|((low, _), (high, _))| {
        compare(&low, &high).is_some_and(std::cmp::Ordering::is_gt)
    })
}
