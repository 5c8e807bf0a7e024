//! Which columns a table's flows and checks read, and when.

use super::Rows;
use super::decoder::path;
use super::inline::Inlined;
use crate::ir::logical::{
    Check, Expr, ExprKind, Origin, Source, SourceColumn, TimeFormat, TimestampFormat,
};
use crate::ir::physical::{self, Branch, Column, Decoder, Output, OutputValue, Read, Step};
use crate::types::DataType;
use std::collections::BTreeSet;

/// The columns of a source that are in use, renumbered without gaps.
pub(super) struct Columns<'a> {
    source: &'a Source,
    checks: &'a [Check],
    used: BTreeSet<usize>,
    rows: Rows,
}

impl<'a> Columns<'a> {
    /// What the `branches` of flows read and what must not be NULL.
    pub(super) fn new(
        source: &'a Source,
        branches: &[&Inlined<'_>],
        checks: &'a [Check],
        rows: Rows,
    ) -> Self {
        let mut used = BTreeSet::new();
        for check in checks {
            check.expr.collect_columns(&mut used);
        }
        for branch in branches {
            let steps = branch.groups.iter().flatten().chain(&branch.locals);
            let outputs = branch.outputs.iter().map(|(_, expr)| expr);
            for expr in steps.filter_map(expr).chain(outputs) {
                expr.collect_columns(&mut used);
            }
        }
        // indices behind the columns name locals
        used.split_off(&source.columns.len());
        used.extend(
            (0..source.columns.len()).filter(|&at| is_checked(source, &source.columns[at])),
        );
        Self {
            source,
            checks,
            used,
            rows,
        }
    }

    /// Indices into the source's columns.
    pub(super) fn used(&self) -> &BTreeSet<usize> {
        &self.used
    }

    /// The column's index in the physical table.
    fn index(&self, column: usize) -> usize {
        self.used.range(..column).count()
    }

    /// The columns as the flows read them.
    pub(super) fn physical(&self, decoder: &Decoder) -> Vec<Column> {
        let columns = self.used.iter().map(|&column| &self.source.columns[column]);
        columns
            .map(|column| Column {
                name: column.name.clone(),
                span: column.span,
                data_type: column.data_type,
                nullable: column.nullable(),
                default: column.default.clone(),
                read: read(column, decoder),
            })
            .collect()
    }

    /// Names of the other columns.
    pub(super) fn skipped(&self) -> Vec<String> {
        let columns = self.source.columns.iter().enumerate();
        let skipped = columns.filter(|(_, column)| !self.is_read(column));
        skipped.map(|(_, column)| column.name.clone()).collect()
    }

    /// Whether a column is in use, or a part of it.
    fn is_read(&self, column: &SourceColumn) -> bool {
        let mut used = self.used.iter().map(|&used| &self.source.columns[used]);
        used.any(|used| match (path(used), path(column)) {
            (Some(used), Some(path)) if column.data_type.is_nested() => used.starts_with(path),
            _ => std::ptr::eq(used, column),
        })
    }

    /// What each message is checked for, in declared order.
    pub(super) fn checks(&self) -> Vec<physical::Check> {
        let mut seen = BTreeSet::new();
        let mut checks = Vec::new();
        let mut exprs = self.checks.iter().peekable();
        for at in 0..=self.source.columns.len() {
            while let Some(check) = exprs.next_if(|check| check.behind == at) {
                let reads = self.new_reads([&check.expr].into_iter(), &mut seen);
                checks.push(physical::Check::Expr {
                    reads: reads.unwrap_or_default(),
                    expr: self.renumbered(&check.expr),
                });
            }
            let column = self.source.columns.get(at);
            if column.is_some_and(|column| is_checked(self.source, column)) {
                checks.push(physical::Check::NotNull(self.index(at)));
            }
        }
        checks
    }

    /// The branch with its reads planned: a column is converted right before the first filter that
    /// needs it, or with the output, once.
    pub(super) fn branch(&self, inlined: &Inlined<'_>) -> Branch {
        let mut seen = BTreeSet::new();
        let mut steps = Vec::new();
        for group in &inlined.groups {
            let reads = self.new_reads(group.iter().filter_map(expr), &mut seen);
            steps.extend(reads.map(Step::Read));
            steps.extend(group.iter().map(|step| self.step(step)));
        }
        let outputs: Vec<_> = inlined
            .outputs
            .iter()
            .map(|output| self.output(output))
            .collect();
        let computed = inlined.outputs.iter().zip(&outputs);
        let computed = computed.filter_map(|((_, expr), output)| match output.value {
            OutputValue::Passthrough(_) => None,
            OutputValue::Expr(_) => Some(expr),
        });
        let computed = inlined.locals.iter().filter_map(expr).chain(computed);
        steps.extend(self.new_reads(computed, &mut seen).map(Step::Read));
        steps.extend(inlined.locals.iter().map(|step| self.step(step)));
        Branch { steps, outputs }
    }

    /// The columns of `exprs` that are not among `seen` yet, if there are any.
    fn new_reads<'e>(
        &self,
        exprs: impl Iterator<Item = &'e Expr>,
        seen: &mut BTreeSet<usize>,
    ) -> Option<Vec<usize>> {
        let mut needed = BTreeSet::new();
        for expr in exprs {
            expr.collect_columns(&mut needed);
        }
        needed.split_off(&self.source.columns.len());
        let new = needed.into_iter().filter(|column| seen.insert(*column));
        let new: Vec<_> = new.map(|column| self.index(column)).collect();
        (!new.is_empty()).then_some(new)
    }

    fn step(&self, step: &Step) -> Step {
        match step {
            Step::Read(columns) => {
                Step::Read(columns.iter().map(|&column| self.index(column)).collect())
            }
            Step::Let { name, expr } => Step::Let {
                name: name.clone(),
                expr: self.renumbered(expr),
            },
            Step::Keep(expr) => Step::Keep(self.renumbered(expr)),
            Step::Unnest {
                array,
                element,
                number,
            } => Step::Unnest {
                array: self.renumbered(array),
                element: element.clone(),
                number: number.clone(),
            },
        }
    }

    fn output(&self, (name, expr): &(String, Expr)) -> Output {
        let value = if let ExprKind::Column(column) = expr.kind
            && self.rows == Rows::Written
            && self
                .source
                .columns
                .get(column)
                .is_some_and(|column| passes_through(self.source, column))
        {
            OutputValue::Passthrough(self.index(column))
        } else {
            OutputValue::Expr(self.renumbered(expr))
        };
        Output {
            name: name.clone(),
            value,
        }
    }

    fn renumbered(&self, expr: &Expr) -> Expr {
        let mut expr = expr.clone();
        self.renumber(&mut expr);
        expr
    }

    fn renumber(&self, expr: &mut Expr) {
        if let ExprKind::Column(column) = &mut expr.kind {
            *column = match column.checked_sub(self.source.columns.len()) {
                Some(local) => self.used.len() + local,
                None => self.index(*column),
            };
        }
        for child in expr.children_mut() {
            self.renumber(child);
        }
    }
}

/// The expression that a step evaluates.
fn expr(step: &Step) -> Option<&Expr> {
    match step {
        Step::Read(_) => None,
        Step::Let { expr, .. } | Step::Keep(expr) | Step::Unnest { array: expr, .. } => Some(expr),
    }
}

/// Whether NOT NULL asks for a check at all: what a message always has needs none.
fn is_checked(source: &Source, column: &SourceColumn) -> bool {
    column.not_null
        && match &column.origin {
            // other formats say themselves what is always there
            Origin::Path { .. } => source.format.is_json(),
            Origin::Metadata(metadata) => metadata.can_be_absent() && column.default.is_none(),
        }
}

/// Whether a bare column is written as the sender wrote it.
fn passes_through(source: &Source, column: &SourceColumn) -> bool {
    let converted = matches!(column.origin, Origin::Metadata(_)) || column.form.is_some();
    if converted || !source.format.is_json() {
        return false;
    }
    match column.data_type {
        DataType::Integer(_) | DataType::Float64 => true,
        DataType::Timestamp(_) => {
            column.time_format() == Some(TimeFormat::Named(TimestampFormat::Rfc3339))
        }
        DataType::Boolean
        | DataType::Float32
        | DataType::Decimal { .. }
        | DataType::Text
        | DataType::Bytes
        | DataType::Date
        | DataType::Time
        | DataType::Interval
        | DataType::Json
        | DataType::Struct(_)
        | DataType::Array(_) => false,
    }
}

fn read(column: &SourceColumn, decoder: &Decoder) -> Read {
    match &column.origin {
        Origin::Path { .. } => {
            let path = path(column).expect("the column has a path");
            let Decoder::Json(decoder) = decoder else {
                return Read::Value(path.clone());
            };
            let slot = decoder.slots.binary_search(path);
            Read::Slot {
                slot: slot.expect("the decoder has a slot for each column in use"),
                format: column.time_format(),
                form: column.form,
            }
        }
        Origin::Metadata(metadata) => Read::Metadata(metadata.clone()),
    }
}
