//! What a source table computes of its columns: defaults, generated columns, checks.

use super::clause::Clauses;
use super::coerce::Operand;
use super::column::SourceColumns;
use super::relation::{Column, Type};
use super::scope::Scope;
use super::{Binder, Bound, Reported, constant};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{self, ColumnClauseKind, ColumnDefinition, CreateTable};
use crate::ir::logical::{Check, Expr, ExprKind, Origin, OutputColumn, SourceColumn, Value};
use crate::source::Span;
use crate::types::DataType;
use std::collections::BTreeSet;

impl Binder<'_> {
    /// What a missing key of the column stands for; None: NULL.
    pub(super) fn default_value(
        &mut self,
        definition: &ColumnDefinition,
        clauses: &Clauses<'_>,
        origin: &Origin,
    ) -> Bound<Option<Value>> {
        let Some((expr, span)) = clauses.default else {
            return Ok(None);
        };
        if let (Origin::Metadata(metadata), Some((_, from))) = (origin, clauses.metadata)
            && !metadata.can_be_absent()
        {
            let message = format!("DEFAULT for column `{}`", definition.name.text);
            return Err(self.report(
                Diagnostic::new(code::COLUMN_CLAUSE, message, span)
                    .at("never used")
                    .context(from, "every message has this")
                    .help("remove DEFAULT"),
            ));
        }
        let value = self.constant(expr, definition.data_type)?;
        Ok(Some(value).filter(|value| *value != Value::Null))
    }

    /// The value of a DEFAULT.
    pub(super) fn constant(&mut self, expr: &ast::Expr, data_type: DataType) -> Bound<Value> {
        let scope = Scope::of_constant("DEFAULT, which takes a constant", expr.span);
        let operand = self.operand(&scope, expr)?;
        let expr = self.output(operand, Some(data_type))?;
        let (span, expr) = (expr.span, self.assigned(expr, data_type)?);
        let value = match &expr.kind {
            ExprKind::Literal(value) => Some(value.clone()),
            _ => constant::evaluate(&expr).unwrap_or_default(),
        };
        value.ok_or_else(|| {
            let message = "DEFAULT takes a constant";
            let diagnostic = Diagnostic::new(code::COLUMN_CLAUSE, message, span);
            self.report(
                diagnostic
                    .at("differs from message to message")
                    .help("write `coalesce(column, …)` where the column is used"),
            )
        })
    }

    /// Binds the generated columns and the checks of a table whose other columns are known; not
    /// `complete`: some of them are not.
    pub(super) fn computed_columns(
        &mut self,
        (create, complete): (&CreateTable, bool),
        clauses: &[Bound<Clauses<'_>>],
        columns: &mut SourceColumns,
    ) {
        let generated = |at: usize| {
            let clauses: Option<&Clauses<'_>> = clauses.get(at)?.as_ref().ok();
            clauses?.generated
        };
        let mut table = Computed::new(create, columns, complete);
        let indices = 0..create.columns.len();
        table.generated = indices.filter(|&at| generated(at).is_some()).collect();
        for (at, definition) in create.columns.iter().enumerate() {
            if let (Some((expr, span)), Ok(clauses)) = (generated(at), &clauses[at]) {
                let clauses = self.only_generated(definition, clauses, span);
                table.values[at] = clauses.and_then(|()| self.generated(&table, definition, expr));
            }
        }
        for (at, value) in table.values.iter().enumerate() {
            columns.visible[at].known = value.as_ref().ok().map(|value| Type {
                data_type: value.data_type,
                nullable: value.nullable,
            });
        }
        if !table.generated.is_empty() {
            columns.projection = table.projection();
        }
        for (behind, expr) in in_order(create, clauses) {
            if let Ok(check) = self.check(&table, &columns.visible, behind, expr) {
                columns.checks.push(check);
            }
        }
    }

    fn generated(
        &mut self,
        table: &Computed<'_>,
        definition: &ColumnDefinition,
        expr: &ast::Expr,
    ) -> Bound<Expr> {
        let operand = self.operand(&table.scope(&table.visible), expr)?;
        let expr = self.output(operand, Some(definition.data_type))?;
        if let Some(span) = table.reads_generated(&expr) {
            let name = &definition.name.text;
            let message = format!("generated column `{name}` reads a generated column");
            return Err(self.report(
                Diagnostic::new(code::COLUMN_CLAUSE, message, span)
                    .at("generated, too")
                    .help("write out the expression of the other column here"),
            ));
        }
        let expr = self.assigned(expr, definition.data_type)?;
        Ok(table.written_out(&expr))
    }

    /// `behind`: how many of the declared columns stand before the check.
    fn check(
        &mut self,
        table: &Computed<'_>,
        visible: &[Column],
        behind: usize,
        written: &ast::Expr,
    ) -> Bound<Check> {
        let bound = self.check_over(&table.scope(&table.weakened(visible, behind)), written)?;
        let (expr, behind) = if table.reads_generated(&bound).is_some() {
            // a generated column depends on others, wherever they stand
            let expr = self.check_over(&table.scope(visible), written)?;
            (expr, visible.len())
        } else {
            (bound, behind)
        };
        Ok(Check {
            expr: table.written_out(&expr),
            behind: table.physical[..behind].iter().flatten().count(),
        })
    }

    fn check_over(&mut self, scope: &Scope, written: &ast::Expr) -> Bound<Expr> {
        let operand = self.operand(scope, written)?;
        let expr = self.boolean(scope, operand, "CHECK")?;
        self.output(Operand::Typed(expr), None)
    }
}

/// A table of which some columns are computed from others.
struct Computed<'a> {
    create: &'a CreateTable,
    /// Whether its columns are all there.
    complete: bool,
    /// The declared columns; generated ones are of any value yet.
    visible: Vec<Column>,
    /// By declared column: its index among those of the message.
    physical: Vec<Option<usize>>,
    /// By declared column: its value over those of the message.
    values: Vec<Bound<Expr>>,
    /// Those of the declared columns that are generated.
    generated: BTreeSet<usize>,
}

impl<'a> Computed<'a> {
    fn new(create: &'a CreateTable, columns: &SourceColumns, complete: bool) -> Self {
        let mut known = columns.columns.iter().enumerate().peekable();
        let (mut physical, mut values) = (Vec::new(), Vec::new());
        let mut visible = columns.visible.clone();
        for (column, definition) in visible.iter_mut().zip(&create.columns) {
            let found = known.next_if(|(_, source)| {
                column.known.is_some() && source.name == definition.name.text
            });
            physical.push(found.map(|(index, _)| index));
            values.push(
                found
                    .map(|(index, source)| as_it_is(index, source))
                    .ok_or(Reported),
            );
            column.known.get_or_insert(Type {
                data_type: definition.data_type,
                nullable: true,
            });
        }
        Self {
            create,
            complete,
            visible,
            physical,
            values,
            generated: BTreeSet::new(),
        }
    }

    fn scope(&self, visible: &[Column]) -> Scope {
        let name = &self.create.name;
        let title = format!("table `{}`", name.text);
        Scope::of_table(title, name, visible, self.complete)
    }

    /// The columns as a check sees them that stands behind so many: later ones can be NULL.
    fn weakened(&self, visible: &[Column], behind: usize) -> Vec<Column> {
        let mut weakened = visible.to_vec();
        for (at, column) in weakened.iter_mut().enumerate().skip(behind) {
            let is_checked = self.create.columns[at]
                .clauses
                .iter()
                .any(|clause| matches!(clause.kind, ColumnClauseKind::NotNull));
            if let Some(known) = &mut column.known
                && is_checked
            {
                known.nullable = true;
            }
        }
        weakened
    }

    /// The place of a generated column in an expression over the declared ones.
    fn reads_generated(&self, expr: &Expr) -> Option<Span> {
        if let ExprKind::Column(column) = expr.kind {
            return self.generated.contains(&column).then_some(expr.span);
        }
        let mut children = expr.children().into_iter();
        children.find_map(|child| self.reads_generated(child))
    }

    /// An expression over the declared columns as one over those of the message.
    fn written_out(&self, expr: &Expr) -> Expr {
        let mut expr = expr.clone();
        self.write_out(&mut expr);
        expr
    }

    fn write_out(&self, expr: &mut Expr) {
        let ExprKind::Column(column) = expr.kind else {
            for child in expr.children_mut() {
                self.write_out(child);
            }
            return;
        };
        let Ok(value) = &self.values[column] else {
            // it was reported, and there will be no plan
            return;
        };
        if self.generated.contains(&column) {
            *expr = value.clone();
        } else {
            expr.kind = value.kind.clone();
        }
    }

    /// All declared columns; None if one of them could not be bound.
    fn projection(&self) -> Option<Vec<(OutputColumn, Expr)>> {
        let columns = self.create.columns.iter().zip(&self.values);
        let column = |(definition, value): (&ColumnDefinition, &Bound<Expr>)| {
            let value = value.as_ref().ok()?.clone();
            let column = OutputColumn {
                name: definition.name.text.clone(),
                data_type: value.data_type,
                nullable: value.nullable,
            };
            Some((column, value))
        };
        columns.map(column).collect()
    }
}

fn as_it_is(index: usize, column: &SourceColumn) -> Expr {
    Expr {
        kind: ExprKind::Column(index),
        data_type: column.data_type,
        nullable: column.nullable(),
        span: column.span,
    }
}

/// The checks of a table in declared order, each with how many columns stand before it: its own
/// column is one of them.
fn in_order<'c>(
    create: &'c CreateTable,
    clauses: &[Bound<Clauses<'c>>],
) -> Vec<(usize, &'c ast::Expr)> {
    let of_columns = clauses.iter().enumerate().filter_map(|(at, clauses)| {
        let clauses = clauses.as_ref().ok()?;
        Some(clauses.checks.iter().map(move |expr| (at + 1, *expr)))
    });
    let of_table = create
        .checks
        .iter()
        .map(|check| (check.behind, &check.expr));
    let mut checks: Vec<_> = of_columns.flatten().chain(of_table).collect();
    checks.sort_by_key(|(behind, expr)| (*behind, expr.span));
    checks
}
