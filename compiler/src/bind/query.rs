//! SELECT: from a relation, through a predicate, to named columns.

use super::relation::{Column, Defined, Readable, Type, listed};
use super::scope::Scope;
use super::{Binder, Bound, Reported};
use crate::catalog::Missing;
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::ir::ast::{self, Name, SelectItem};
use crate::ir::logical::{Expr, OutputColumn, Relation};
use crate::source::Span;
use crate::types::DataType;

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

/// A column of a SELECT list.
struct Item {
    name: String,
    span: Span,
    expr: Bound<Expr>,
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
        let readable = self.from(&query.from)?;
        let scope = Scope::new(&readable, &query.from);
        let predicate = match &query.predicate {
            Some(predicate) => self.predicate(&scope, predicate).map(Some),
            None => Ok(None),
        };
        let mut items = Vec::new();
        for item in &query.items {
            self.item(&scope, item, targets, &mut items);
        }
        self.report_aggregates();
        // what cannot be bound yet has a name that is not known yet, either
        let unnamed = query.items.iter().any(is_unnamed);
        if names == Names::Kept {
            self.check_distinct(&items);
        }
        let columns = items.iter().map(|item| visible(&scope, item)).collect();
        let spans = items.iter().map(|item| item.span).collect();
        let relation = match (readable.relation, predicate) {
            (Some(input), Ok(predicate)) if scope.complete => {
                project(filtered(input, predicate), items)
            }
            (Some(_) | None, Ok(_) | Err(Reported)) => None,
        };
        Ok(Rows {
            relation,
            columns,
            spans,
            complete: scope.complete && !unnamed,
        })
    }

    /// What a FROM names.
    fn from(&mut self, from: &ast::Relation) -> Bound<Readable> {
        if let Some(schema) = &from.schema {
            let diagnostic = schema_table(schema, from);
            return Err(self.report(diagnostic));
        }
        let found = self
            .relations
            .catalog
            .find(&from.name)
            .map(|entry| entry.item.clone());
        match found {
            Ok(Defined::Readable(readable)) => Ok(readable),
            Ok(Defined::Poisoned) => Err(Reported),
            Ok(Defined::Sink(_)) => Err(self.report(sink_read(&from.name))),
            Err(missing) => Err(self.missing_relation(&from.name, &missing, "table or view")),
        }
    }

    /// Reports a name that no table or view has.
    pub(super) fn missing_relation(
        &mut self,
        name: &Name,
        missing: &Missing,
        what: &str,
    ) -> Reported {
        if let Missing::Ambiguous(places) = missing {
            let message = format!("several tables or views match `{}`", name.text);
            let diagnostic = Diagnostic::new(code::AMBIGUOUS_NAME, message, name.span)
                .at("which one?")
                .help("quote the name and spell it exactly as it is declared");
            let place = |diagnostic: Diagnostic, place: &Span| diagnostic.context(*place, "");
            return self.report(places.iter().fold(diagnostic, place));
        }
        if self.roles.is_broken(name) {
            return Reported;
        }
        let message = format!("no {what} `{}`", name.text);
        let mut diagnostic = Diagnostic::new(code::UNKNOWN_RELATION, message, name.span);
        diagnostic = diagnostic.at(format!("unknown {what}"));
        let entries = self.relations.catalog.entries();
        let names: Vec<&str> = entries
            .iter()
            .map(|entry| entry.name.text.as_str())
            .collect();
        if let Some(below) = self.roles.relation_below(name) {
            diagnostic = diagnostic
                .context(below, "defined only here")
                .help("move its definition above this statement");
        } else if self.connections.find(name).is_ok() {
            diagnostic = diagnostic
                .note("a connection has that name, but only tables have rows")
                .help("declare a table with CREATE TABLE … WITH (connection = …) and name that");
        } else if let Some(near) = nearest(&name.text, names.iter().copied()) {
            diagnostic = diagnostic.help(format!("one with a similar name exists: `{near}`"));
        } else if !names.is_empty() {
            diagnostic = diagnostic.note(format!("defined are {}", listed(names)));
        }
        self.report(diagnostic)
    }

    fn item(
        &mut self,
        scope: &Scope,
        item: &SelectItem,
        targets: &[DataType],
        items: &mut Vec<Item>,
    ) {
        match item {
            SelectItem::Wildcard(span) => wildcard(scope, *span, items),
            SelectItem::QualifiedWildcard { qualifier, span } => {
                if self.qualifier(scope, qualifier, "*").is_ok() {
                    wildcard(scope, *span, items);
                }
            }
            SelectItem::Expr { expr, alias } => {
                let target = targets.get(items.len()).copied();
                let bound = self.output(scope, expr, target);
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
                    expr: bound,
                    renaming,
                });
            }
        }
    }

    fn check_distinct(&mut self, items: &[Item]) {
        for (at, item) in items.iter().enumerate() {
            let same = |earlier: &&Item| earlier.name == item.name && !earlier.unnamed;
            if let Some(earlier) = items[..at].iter().find(same).filter(|_| !item.unnamed) {
                let message = format!("two output columns are named `{}`", item.name);
                let diagnostic = Diagnostic::new(code::DUPLICATE_NAME, message, item.span)
                    .at("gives a column of the same name")
                    .context(earlier.span, "first one")
                    .help(item.renaming.clone());
                self.report(diagnostic);
                return;
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
        | ast::ExprKind::Binary { .. }
        | ast::ExprKind::IsNull { .. }
        | ast::ExprKind::IsTruth { .. }
        | ast::ExprKind::InList { .. }
        | ast::ExprKind::Between { .. }
        | ast::ExprKind::Like { .. }
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
        DataType::Json => "json",
    }
}

fn wildcard(scope: &Scope, span: Span, items: &mut Vec<Item>) {
    items.extend(
        scope
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| Item {
                unnamed: false,
                name: column.name.clone(),
                span,
                expr: scope.column(index, span),
                renaming: "list the columns in place of `*`, with AS behind one of them".to_owned(),
            }),
    );
}

fn visible(scope: &Scope, item: &Item) -> Column {
    let expr = item.expr.as_ref().ok();
    Column {
        name: item.name.clone(),
        known: expr.map(|expr| Type {
            data_type: expr.data_type,
            nullable: expr.nullable,
        }),
        declared: expr.and_then(|expr| scope.declared(expr)),
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

/// The input with the items as its columns; None if one of them could not be bound.
fn project(input: Relation, items: Vec<Item>) -> Option<Relation> {
    let column = |item: Item| {
        let expr = item.expr.ok()?;
        let output = OutputColumn {
            name: item.name,
            data_type: expr.data_type,
            nullable: expr.nullable,
        };
        Some((output, expr))
    };
    let columns = items.into_iter().map(column).collect::<Option<_>>()?;
    Some(Relation::Project {
        input: Box::new(input),
        columns,
    })
}

fn schema_table(schema: &Name, from: &ast::Relation) -> Diagnostic {
    if !schema.text.eq_ignore_ascii_case("system") {
        let message = format!("no schema `{}`", schema.text);
        return Diagnostic::new(code::UNKNOWN_RELATION, message, schema.span)
            .at("tables of a pipeline have no schema")
            .help(format!("write `{}`", from.name.text));
    }
    let message = format!("system table `system.{}` in a pipeline", from.name.text);
    Diagnostic::new(code::SYSTEM_TABLE, message, schema.span.to(from.name.span))
        .at("tells about a pipeline while it runs")
        .note("a pipeline file reads messages; how the pipeline does is no part of it")
        .help("leave it out: queries on a running pipeline come with a later version")
}

fn sink_read(name: &Name) -> Diagnostic {
    let message = format!("sink `{}` cannot be read", name.text);
    Diagnostic::new(code::TABLE_ROLE, message, name.span)
        .at("a table that is written")
        .help("read the table or view that its rows come from")
}
