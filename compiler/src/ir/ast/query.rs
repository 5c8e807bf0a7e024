//! Queries.

use super::{Expr, Name};
use crate::source::Span;

/// `[WITH name AS (query), …] branch [UNION ALL branch …]`
#[derive(Clone, Debug)]
pub struct Query {
    /// The queries that WITH names, each of which those behind it can read.
    pub ctes: Vec<CommonTable>,
    /// What gives its rows; at least one.
    pub branches: Vec<Branch>,
    /// The whole query.
    pub span: Span,
}

/// `name [(columns)] AS (query)` in WITH
#[derive(Clone, Debug)]
pub struct CommonTable {
    /// Its name.
    pub name: Name,
    /// New names of the first columns, where given.
    pub columns: Vec<Name>,
    /// The query.
    pub query: Query,
}

/// What stands between two UNION ALLs.
#[derive(Clone, Debug)]
pub enum Branch {
    /// `SELECT …`
    Select(Box<Select>),
    /// `(query)`
    Query(Query),
}

/// `SELECT items FROM relation [WHERE predicate]`
#[derive(Clone, Debug)]
pub struct Select {
    /// The output.
    pub items: Vec<SelectItem>,
    /// What is read.
    pub from: Relation,
    /// Arrays of it that are taken apart, in order.
    pub unnests: Vec<Unnest>,
    /// `WHERE`
    pub predicate: Option<Expr>,
    /// All of it.
    pub span: Span,
}

/// `, UNNEST(array) [WITH ORDINALITY] [AS alias [(columns)]]` behind a relation
#[derive(Clone, Debug)]
pub struct Unnest {
    /// The array.
    pub array: Expr,
    /// Whether elements come with their number.
    pub ordinality: bool,
    /// What the query calls the elements.
    pub alias: Option<Name>,
    /// New names of the first columns, where given.
    pub columns: Vec<Name>,
    /// From `UNNEST` on.
    pub span: Span,
}

/// One entry of a SELECT list.
#[derive(Clone, Debug)]
pub enum SelectItem {
    /// `*`
    Wildcard(Span),
    /// `t.*`
    QualifiedWildcard {
        /// `t`
        qualifier: Name,
        /// Where.
        span: Span,
    },
    /// `expr [AS alias]`
    Expr {
        /// The expression.
        expr: Expr,
        /// Its new name.
        alias: Option<Name>,
    },
}

/// `[schema.]name [AS alias [(columns)]]` or `(query) [AS alias [(columns)]]` in FROM
#[derive(Clone, Debug)]
pub struct Relation {
    /// What is read.
    pub kind: RelationKind,
    /// What the query calls it.
    pub alias: Option<Name>,
    /// New names of the first columns, where given.
    pub columns: Vec<Name>,
    /// All of it.
    pub span: Span,
}

impl Relation {
    /// The name of the table or view, if it is one.
    pub fn name(&self) -> Option<&Name> {
        match &self.kind {
            RelationKind::Named { name, .. } => Some(name),
            RelationKind::Query(_) => None,
        }
    }
}

/// The kinds of [`Relation`].
#[derive(Clone, Debug)]
pub enum RelationKind {
    /// `[schema.]name`
    Named {
        /// `system` in `system.connector_status`.
        schema: Option<Name>,
        /// The table's or view's name.
        name: Name,
    },
    /// `(query)`
    Query(Box<Query>),
}
