//! Fields and elements that a message has at a known place: they are read there, as columns of
//! their own, so that nothing is made of what is around them.
//!
//! `s.position.lat` of a column `s` is the place of `s` with two keys behind it, and so is
//! `p.lat` where a view has named `s.position` `p`. Each such place that a flow or check asks for
//! becomes a hidden column of its source, behind the declared ones.

use super::branches::branches;
use crate::ir::logical::{
    Access, Expr, ExprKind, LogicalPlan, Origin, PathStep, Relation, Source, SourceColumn, Value,
};
use crate::types::DataType;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A place in a declared column: its index, and the way from there.
type Place = (usize, Vec<PathStep>);

/// The plan with hidden columns, and which they are.
pub(super) struct Extended {
    pub(super) plan: LogicalPlan,
    /// By source: the index of each place's column.
    hidden: Vec<BTreeMap<Place, usize>>,
    /// By source: the places that its columns are, hidden ones too.
    places: Vec<Vec<Option<Place>>>,
}

impl Extended {
    /// Adds the hidden columns that the flows and checks of `plan` need.
    pub(super) fn new(plan: &LogicalPlan) -> Self {
        let mut needed: Vec<BTreeMap<Place, DataType>> = vec![BTreeMap::new(); plan.sources.len()];
        for flow in &plan.flows {
            for branch in branches(&flow.query) {
                let mut places = Collected::default();
                let source = places.relation(plan, &branch).0;
                needed[source].append(&mut places.found);
            }
        }
        let mut extended = Self {
            plan: plan.clone(),
            hidden: Vec::new(),
            places: Vec::new(),
        };
        for (index, mut needed) in needed.into_iter().enumerate() {
            let source = &mut extended.plan.sources[index];
            let mut checked = Collected::default();
            for check in &source.checks {
                checked.expr(&check.expr, &scanned(source));
            }
            needed.append(&mut checked.found);
            if !source.format.is_json() {
                // an element's place is known when the array has been read
                needed.retain(|place, _| place.1.iter().all(is_key));
            }
            let mut hidden = BTreeMap::new();
            let mut places = scanned(source);
            for (place, data_type) in needed {
                let column = column(&source.columns[place.0], &place.1, data_type);
                places.push(Some(place.clone()));
                hidden.insert(place, source.columns.len());
                source.columns.push(column);
            }
            for check in &mut source.checks {
                resolve(&mut check.expr, &places, &hidden);
            }
            extended.hidden.push(hidden);
            extended.places.push(places);
        }
        extended
    }

    /// How many columns a source declares; hidden ones follow.
    pub(super) fn declared(&self, source: usize) -> usize {
        self.plan.sources[source].columns.len() - self.hidden[source].len()
    }

    /// Lets an expression over the columns of a source name hidden columns where it can.
    pub(super) fn resolve(&self, source: usize, expr: &mut Expr) {
        let hidden = &self.hidden[source];
        if !hidden.is_empty() {
            resolve(expr, &self.places[source], hidden);
        }
    }
}

/// The places that the expressions of a relation name.
#[derive(Default)]
struct Collected {
    found: BTreeMap<Place, DataType>,
}

impl Collected {
    /// Collects from a relation without UNION ALL; its source, and the places that its columns
    /// are.
    fn relation(&mut self, plan: &LogicalPlan, relation: &Relation) -> (usize, Vec<Option<Place>>) {
        match relation {
            Relation::Scan { source } => (*source, scanned(&plan.sources[*source])),
            Relation::Filter { input, predicate } => {
                let (source, places) = self.relation(plan, input);
                self.expr(predicate, &places);
                (source, places)
            }
            Relation::Unnest {
                input,
                array,
                number,
                ..
            } => {
                let (source, mut places) = self.relation(plan, input);
                self.expr(array, &places);
                places.push(None);
                places.extend(number.as_ref().map(|_| None));
                (source, places)
            }
            Relation::Project { input, columns } => {
                let (source, places) = self.relation(plan, input);
                for (_, expr) in columns {
                    self.expr(expr, &places);
                }
                let columns = columns.iter().map(|(_, expr)| place(expr, &places));
                (source, columns.collect())
            }
            Relation::UnionAll { .. } => panic!("a branch holds no UNION ALL"),
        }
    }

    fn expr(&mut self, expr: &Expr, places: &[Option<Place>]) {
        match place(expr, places) {
            Some(place) if !place.1.is_empty() => {
                self.found.insert(place, expr.data_type);
            }
            Some(_) => {}
            None => {
                for child in expr.children() {
                    self.expr(child, places);
                }
            }
        }
    }
}

/// The places of a source's columns: of those of the payload that are nested values.
fn scanned(source: &Source) -> Vec<Option<Place>> {
    let columns = source.columns.iter().enumerate();
    let place = |(index, column): (usize, &SourceColumn)| match column.origin {
        Origin::Path { .. } if column.data_type.is_nested() => Some((index, Vec::new())),
        Origin::Path { .. } | Origin::Metadata(_) => None,
    };
    columns.map(place).collect()
}

/// The place in a declared column that `expr` is, if it is one.
fn place(expr: &Expr, places: &[Option<Place>]) -> Option<Place> {
    let (access, operands) = match &expr.kind {
        ExprKind::Column(column) => return places.get(*column)?.clone(),
        ExprKind::Access { access, operands } => (access, operands),
        _ => return None,
    };
    let step = match (access, operands[0].data_type) {
        (Access::Field(field), DataType::Struct(of)) => {
            PathStep::Key(of.fields()[*field].name.clone())
        }
        (Access::Element, _) => match operands[1].literal() {
            Some(Value::Integer(subscript)) => {
                PathStep::Index(u32::try_from(subscript.checked_sub(1)?).ok()?)
            }
            _ => return None,
        },
        _ => return None,
    };
    let (column, mut path) = place(&operands[0], places)?;
    path.push(step);
    Some((column, path))
}

fn is_key(step: &PathStep) -> bool {
    matches!(step, PathStep::Key(_))
}

fn resolve(expr: &mut Expr, places: &[Option<Place>], hidden: &BTreeMap<Place, usize>) {
    let known = place(expr, places).and_then(|place| hidden.get(&place));
    if let Some(column) = known {
        expr.kind = ExprKind::Column(*column);
        return;
    }
    for child in expr.children_mut() {
        resolve(child, places, hidden);
    }
}

/// The hidden column at `path` within `column`.
fn column(column: &SourceColumn, path: &[PathStep], data_type: DataType) -> SourceColumn {
    let Origin::Path {
        path: start,
        format,
    } = &column.origin
    else {
        unreachable!("a nested value is one of the payload");
    };
    let mut name = column.name.clone();
    for step in path {
        match step {
            PathStep::Key(key) => {
                name.push('.');
                name.push_str(key);
            }
            PathStep::Index(index) => {
                write!(name, "[{}]", u64::from(*index) + 1).expect("a String takes it");
            }
        }
    }
    let timed = data_type.has_timestamp();
    SourceColumn {
        name,
        span: column.span,
        data_type,
        not_null: false,
        origin: Origin::Path {
            path: start.iter().chain(path).cloned().collect(),
            format: format.filter(|_| timed),
        },
        pattern: column.pattern.clone().filter(|_| timed),
        form: None,
        default: None,
    }
}
