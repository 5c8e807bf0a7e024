//! Columns that hold the topic of a message. What is known of them are the filters of their table:
//! more than a set of texts in their order can say.

use super::domain::{Domain, level_of, literal_filters};
use super::set::Set;
use crate::bind::constant::evaluate;
use crate::functions::{Body, Function};
use crate::ir::logical::{Expr, ExprKind, Metadata, Origin, Source, Value};
use crate::ir::topic_filter::{contains, overlap};
use std::rc::Rc;

/// More filters are not compared, one by one, with what is asked of a topic.
const MAX_FILTERS: usize = 64;

/// The columns that hold a topic, and the filters of which one matches it.
#[derive(Clone, Debug, Default)]
pub(super) struct Topics(Vec<(usize, Rc<[String]>)>);

impl Topics {
    /// The columns of a source.
    pub(super) fn declared(source: &Source) -> Self {
        let filters = literal_filters(source).map(|filters| filters.map(ToOwned::to_owned));
        let filters: Rc<[String]> = filters.into_iter().flatten().collect();
        if !(1..=MAX_FILTERS).contains(&filters.len()) {
            return Self::default();
        }
        let columns = source.columns.iter().enumerate().filter(|(_, column)| {
            column.origin == Origin::Metadata(Metadata::Topic)
                && column.data_type == Metadata::Topic.data_type()
        });
        Self(
            columns
                .map(|(index, _)| (index, Rc::clone(&filters)))
                .collect(),
        )
    }

    /// The filters of which one matches the topic that an expression is.
    fn of(&self, expr: &Expr) -> Option<&Rc<[String]>> {
        let ExprKind::Column(column) = expr.kind else {
            return None;
        };
        let known = self.0.iter().find(|(index, _)| *index == column);
        known.map(|(_, filters)| filters)
    }

    /// What is known of `expr` is known of column `index` of another relation, which it makes.
    pub(super) fn carry(&self, expr: &Expr, index: usize, made: &mut Self) {
        made.0
            .extend(self.of(expr).map(|filters| (index, Rc::clone(filters))));
    }

    /// What is known whichever of both it is.
    pub(super) fn either(&mut self, other: &Self) {
        self.0.retain_mut(|(column, filters)| {
            let Some((_, more)) = other.0.iter().find(|(index, _)| index == column) else {
                return false;
            };
            *filters = filters.iter().chain(more.iter()).cloned().collect();
            filters.len() <= MAX_FILTERS
        });
    }

    /// Whether an expression is a topic that is none of these texts.
    pub(super) fn excludes(&self, expr: &Expr, values: &Set) -> bool {
        let Some(filters) = self.of(expr) else {
            return false;
        };
        let Some(Value::Text(text)) = values.single() else {
            return false;
        };
        // a text with wildcards in it is no topic, and not what a filter is compared with
        !text.contains(['+', '#']) && !filters.iter().any(|filter| overlap(filter, text))
    }

    /// What a function of a topic can give; None where nothing is known of that.
    pub(super) fn of_call(&self, function: &Function, arguments: &[Expr]) -> Option<Domain> {
        let (Body::Runtime { name, .. }, [topic, asked]) = (function.body, arguments) else {
            return None;
        };
        let filters = self.of(topic)?;
        match (name, evaluate(asked).ok()??) {
            ("topic_level", Value::Integer(n)) => {
                let n = i64::try_from(n).ok()?;
                Some(Domain::union(
                    filters.iter().map(|filter| level_of(filter, n)),
                ))
            }
            ("topic_matches", Value::Text(asked)) => {
                let can = filters.iter().any(|filter| overlap(filter, &asked));
                let must = filters.iter().all(|filter| contains(&asked, filter));
                let values = [(can, true), (!must, false)];
                let values = values.into_iter().filter(|(possible, _)| *possible);
                let values = values.map(|(_, value)| Set::one(&Value::Boolean(value)));
                Some(Domain {
                    nullable: false,
                    values: Set::union(values.collect::<Vec<_>>()),
                })
            }
            _ => None,
        }
    }
}
