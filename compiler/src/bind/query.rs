//! SELECT: from a relation, through a predicate, to named columns.

use super::coerce::Operand;
use super::relation::{Column, Type, in_sql};
use super::scope::Scope;
use super::unnest::{unnest, unnest_call};
use super::{Binder, Bound, Reported};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{self, Branch, SelectItem};
use crate::ir::logical::{Expr, OutputColumn, Relation};
use crate::source::Span;
use crate::types::DataType;
use std::collections::BTreeMap;
use std::ops::Range;

/// A bound query.
#[derive(Debug)]
pub(super) struct Rows {
    /// Its rows; None if a part of it could not be bound.
    pub(super) relation: Option<Relation>,
    /// Its columns as far as they are known.
    pub(super) columns: Vec<Column>,
    /// Where each column stands in the SELECT list.
    pub(super) spans: Vec<Span>,
    /// Whether `columns` are all there are.
    pub(super) complete: bool,
}

/// What becomes of the names of a query's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// They are the names of the result.
    Kept,
    /// The result has names of its own, and columns match by position.
    Replaced,
}

/// A SELECT whose literals may still be open.
pub(super) struct Selected {
    /// What its items are over; None if a part of it could not be bound.
    pub(super) input: Option<Relation>,
    pub(super) items: Vec<Item>,
    /// Whether the items are all there are.
    pub(super) complete: bool,
    /// Where it stands.
    pub(super) span: Span,
}

/// A column of a SELECT list.
pub(super) struct Item {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) value: Bound<Operand>,
    /// Where its type is declared, if it is a bare column.
    pub(super) declared: Option<Span>,
    /// Whether its name is not known: it is not supported yet.
    unnamed: bool,
    /// How to give it another name.
    renaming: String,
}

impl Binder<'_> {
    /// Binds a query whose columns keep their names, which must differ.
    pub(super) fn query(&mut self, query: &ast::Query) -> Bound<Rows> {
        self.query_as(query, Names::Kept, &[])
    }

    /// Binds a query. A literal that is an output column takes the type of its place in
    /// `targets`, where there is one.
    pub(super) fn query_as(
        &mut self,
        query: &ast::Query,
        names: Names,
        targets: &[DataType],
    ) -> Bound<Rows> {
        self.open_with(&query.ctes);
        let rows = match query.branches.as_slice() {
            [Branch::Query(query)] => self.query_as(query, names, targets),
            [Branch::Select(select)] => self.lone_select(select, names, targets),
            branches => self.union_all(branches, names, targets),
        };
        self.close_with();
        rows
    }

    fn lone_select(
        &mut self,
        select: &ast::Select,
        names: Names,
        targets: &[DataType],
    ) -> Bound<Rows> {
        let selected = self.selected(select)?;
        if names == Names::Kept {
            self.check_distinct(&selected.items);
        }
        let open = targets.iter().copied().map(Some);
        let open = open.chain(std::iter::repeat(None));
        let columns = selected.items.into_iter().zip(open);
        let columns: Vec<_> = columns
            .map(|(item, target)| self.column_of(item, target))
            .collect();
        let relation = selected
            .input
            .and_then(|input| project(input, &columns))
            .filter(|relation| self.check_size(relation, select.from.span).is_ok());
        Ok(Rows {
            relation,
            spans: columns.iter().map(|column| column.span).collect(),
            columns: columns.into_iter().map(Named::visible).collect(),
            complete: selected.complete,
        })
    }

    /// An output column; a literal takes the type `target`, where there is one.
    fn column_of(&mut self, item: Item, target: Option<DataType>) -> Named {
        let expr = item.value.and_then(|value| self.output(value, target));
        Named {
            name: item.name,
            span: item.span,
            expr,
            declared: item.declared,
        }
    }

    /// Binds a SELECT, with literals of its list left open.
    pub(super) fn selected(&mut self, select: &ast::Select) -> Bound<Selected> {
        let readable = self.from(&select.from)?;
        let mut scope = Scope::new(&readable, &select.from);
        let relation = self.unnests(&mut scope, readable.relation, &select.unnests);
        let predicate = match &select.predicate {
            Some(predicate) => self.predicate(&scope, predicate).map(Some),
            None => Ok(None),
        };
        let mut items = Vec::new();
        let mut unnested = None;
        for item in &select.items {
            self.item(&scope, item, &mut items, &mut unnested);
        }
        self.report_aggregates();
        // what cannot be bound yet has a name that is not known yet, either
        let unnamed = select.items.iter().any(is_unnamed);
        let input = match (relation, predicate) {
            (Some(input), Ok(predicate)) if scope.complete => {
                let input = filtered(input, predicate);
                Some(match unnested {
                    Some(array) => unnest(input, scope.columns.len(), array, "unnest", None),
                    None => input,
                })
            }
            (Some(_) | None, Ok(_) | Err(Reported)) => None,
        };
        Ok(Selected {
            input,
            items,
            complete: scope.complete && !unnamed,
            span: select.span,
        })
    }

    /// `unnested` is the array that an UNNEST in the list takes apart.
    fn item(
        &mut self,
        scope: &Scope,
        item: &SelectItem,
        items: &mut Vec<Item>,
        unnested: &mut Option<Expr>,
    ) {
        match item {
            SelectItem::Wildcard(span) => wildcard(scope, 0..scope.columns.len(), *span, items),
            SelectItem::QualifiedWildcard { qualifier, span } => {
                if let Ok(columns) = self.qualifier(scope, qualifier, "*") {
                    wildcard(scope, columns, *span, items);
                }
            }
            SelectItem::Expr { expr, alias } => {
                let value = match unnest_call(expr) {
                    Some(arguments) => self.unnest_item(scope, expr.span, arguments, unnested),
                    None => self.operand(scope, expr),
                };
                let name = match alias {
                    Some(alias) => alias.text.clone(),
                    None => output_name(scope, expr),
                };
                let renaming = match alias {
                    Some(_) => "choose another name behind AS".to_owned(),
                    None => format!("name it: `{} AS …`", self.snippet(expr.span)),
                };
                let span = alias
                    .as_ref()
                    .map_or(expr.span, |alias| expr.span.to(alias.span));
                items.push(Item {
                    unnamed: is_unnamed(item),
                    name,
                    span,
                    declared: declared(scope, &value),
                    value,
                    renaming,
                });
            }
        }
    }

    /// The names of output columns must differ.
    pub(super) fn check_distinct(&mut self, items: &[Item]) {
        let mut of_name: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
        for item in items.iter().filter(|item| !item.unnamed) {
            of_name.entry(&item.name).or_default().push(item);
        }
        for same in of_name.values() {
            if let [first, second, more @ ..] = same.as_slice() {
                self.report(same_names(first, second, more));
            }
        }
    }

    /// The source under `span` for a suggestion, cut where it is long.
    pub(super) fn snippet(&self, span: Span) -> String {
        const MAX_CHARACTERS: usize = 40;
        let text = self.source.slice(span);
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.chars().count() <= MAX_CHARACTERS {
            return words;
        }
        "…".to_owned()
    }

    /// The output column `name` at `span` as an expression; one of a star by its name.
    pub(super) fn written(&self, span: Span, name: &str) -> String {
        if self.is_star(span) {
            return in_sql(name);
        }
        self.snippet(span)
    }

    /// What else is to be done to write another expression for a column of a star at `span`.
    pub(super) fn star(&self, span: Span) -> &'static str {
        if self.is_star(span) {
            ", with the columns named in place of the star"
        } else {
            ""
        }
    }

    fn is_star(&self, span: Span) -> bool {
        self.source.slice(span).ends_with('*')
    }
}

impl Item {
    /// A column that has a name already.
    pub(super) fn new(
        name: String,
        span: Span,
        value: Bound<Operand>,
        declared: Option<Span>,
    ) -> Self {
        Self {
            name,
            span,
            value,
            declared,
            unnamed: false,
            renaming: "list the columns in place of `*`, with AS behind one of them".to_owned(),
        }
    }
}

/// Output columns of one name: all of them at once, since each is to be renamed.
fn same_names(first: &Item, second: &Item, more: &[&Item]) -> Diagnostic {
    /// What one diagnostic marks and suggests at most.
    const SHOWN: usize = 8;
    let (name, count) = (&first.name, 2 + more.len());
    let count = match count {
        2 => "two".to_owned(),
        _ => count.to_string(),
    };
    let message = format!("{count} output columns are named `{name}`");
    let mut diagnostic = Diagnostic::new(code::DUPLICATE_NAME, message, second.span)
        .at("gives a column of the same name")
        .context(first.span, "first one")
        .help(second.renaming.clone());
    let mut said = vec![&second.renaming];
    for item in more.iter().take(SHOWN) {
        if item.span != second.span {
            diagnostic = diagnostic.also(item.span, "");
        }
        if !said.contains(&&item.renaming) {
            diagnostic = diagnostic.help(item.renaming.clone());
            said.push(&item.renaming);
        }
    }
    diagnostic
}

/// Whether the column is not supported yet and has no alias.
fn is_unnamed(item: &SelectItem) -> bool {
    match item {
        SelectItem::Expr { expr, alias } => {
            alias.is_none() && matches!(expr.kind, ast::ExprKind::Unsupported)
        }
        SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard { .. } => false,
    }
}

/// The name of an output column without alias, as PostgreSQL gives it.
fn output_name(scope: &Scope, expr: &ast::Expr) -> String {
    if let ast::ExprKind::Column { name, .. } = &expr.kind {
        let declared = scope
            .columns
            .iter()
            .find(|column| name.matches(&column.name));
        return declared.map_or_else(|| name.text.clone(), |column| column.name.clone());
    }
    match derived_name(expr) {
        Derived::Column(column) => output_name(scope, column),
        Derived::Word(word) => word,
        Derived::None => "?column?".to_owned(),
    }
}

/// Where the name of an expression comes from.
enum Derived<'a> {
    /// A column within it.
    Column(&'a ast::Expr),
    /// The function or construct.
    Word(String),
    /// Nothing names it.
    None,
}

/// PostgreSQL's `FigureColname`.
fn derived_name(expr: &ast::Expr) -> Derived<'_> {
    match &expr.kind {
        ast::ExprKind::Column { .. } => Derived::Column(expr),
        ast::ExprKind::Call { name, .. } => Derived::Word(name.text.to_ascii_lowercase()),
        ast::ExprKind::Field { name, .. } => Derived::Word(name.text.clone()),
        ast::ExprKind::Subscript { operand, .. } => derived_name(operand),
        ast::ExprKind::Cast {
            operand, data_type, ..
        } => match (derived_name(operand), &operand.kind) {
            (Derived::None, _) | (Derived::Word(_), ast::ExprKind::Case { .. }) => {
                Derived::Word(type_name(*data_type).to_owned())
            }
            (derived @ (Derived::Column(_) | Derived::Word(_)), _) => derived,
        },
        ast::ExprKind::Case { otherwise, .. } => match otherwise.as_deref().map(derived_name) {
            Some(derived @ Derived::Column(_)) => derived,
            Some(Derived::Word(_) | Derived::None) | None => Derived::Word("case".to_owned()),
        },
        ast::ExprKind::Literal(ast::Literal::Typed { data_type, .. }) => {
            Derived::Word(type_name(*data_type).to_owned())
        }
        ast::ExprKind::Literal(ast::Literal::Boolean(_)) => Derived::Word("bool".to_owned()),
        ast::ExprKind::Literal(
            ast::Literal::Null | ast::Literal::Number(_) | ast::Literal::Text(_),
        )
        | ast::ExprKind::Not(_)
        | ast::ExprKind::Negate(_)
        | ast::ExprKind::BitNot(_)
        | ast::ExprKind::IsDistinct { .. }
        | ast::ExprKind::Binary { .. }
        | ast::ExprKind::IsNull { .. }
        | ast::ExprKind::IsTruth { .. }
        | ast::ExprKind::InList { .. }
        | ast::ExprKind::Between { .. }
        | ast::ExprKind::Like { .. }
        | ast::ExprKind::Any { .. }
        | ast::ExprKind::Unsupported => Derived::None,
    }
}

/// PostgreSQL's own names of types.
fn type_name(data_type: DataType) -> &'static str {
    use crate::types::IntegerType as I;
    match data_type {
        DataType::Boolean => "bool",
        DataType::Integer(I::Int8 | I::UInt8) => "int1",
        DataType::Integer(I::Int16 | I::UInt16) => "int2",
        DataType::Integer(I::Int32 | I::UInt32) => "int4",
        DataType::Integer(I::Int64 | I::UInt64) => "int8",
        DataType::Float32 => "float4",
        DataType::Float64 => "float8",
        DataType::Decimal { .. } => "numeric",
        DataType::Text => "text",
        DataType::Bytes => "bytea",
        DataType::Timestamp(_) => "timestamp",
        DataType::Date => "date",
        DataType::Time => "time",
        DataType::Interval => "interval",
        DataType::Json => "json",
        DataType::Struct(_) => "row",
        DataType::Array(_) => "array",
    }
}

fn wildcard(scope: &Scope, columns: Range<usize>, span: Span, items: &mut Vec<Item>) {
    items.extend(columns.map(|index| {
        let column = &scope.columns[index];
        let value = scope.column(index, span).map(Operand::Typed);
        let declared = declared(scope, &value);
        Item::new(column.name.clone(), span, value, declared)
    }));
}

fn declared(scope: &Scope, value: &Bound<Operand>) -> Option<Span> {
    match value {
        Ok(Operand::Typed(expr)) => scope.declared(expr),
        Ok(Operand::Literal(_)) | Err(Reported) => None,
    }
}

/// An output column with its type.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) expr: Bound<Expr>,
    pub(super) declared: Option<Span>,
}

impl Named {
    /// The column as those who read the query see it.
    pub(super) fn visible(self) -> Column {
        let known = self.expr.ok().map(|expr| Type {
            data_type: expr.data_type,
            nullable: expr.nullable,
        });
        Column {
            name: self.name,
            known,
            declared: self.declared,
        }
    }
}

fn filtered(input: Relation, predicate: Option<Expr>) -> Relation {
    match predicate {
        Some(predicate) => Relation::Filter {
            input: Box::new(input),
            predicate,
        },
        None => input,
    }
}

/// The input with these columns; None if one of them could not be bound.
pub(super) fn project(input: Relation, columns: &[Named]) -> Option<Relation> {
    let column = |column: &Named| {
        let expr = column.expr.as_ref().ok()?.clone();
        let output = OutputColumn {
            name: column.name.clone(),
            data_type: expr.data_type,
            nullable: expr.nullable,
        };
        Some((output, expr))
    };
    let columns = columns.iter().map(column).collect::<Option<_>>()?;
    Some(Relation::Project {
        input: Box::new(input),
        columns,
    })
}
