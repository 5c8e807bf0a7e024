//! UNION ALL: the rows of several queries, each column brought to one type.

use super::coerce::{Operand, common};
use super::query::{Item, Named, Names, Rows, Selected, project};
use super::{Binder, Bound, Reported};
use crate::diagnostics::{Diagnostic, code, counted};
use crate::ir::ast::Branch;
use crate::ir::logical::{Expr, ExprKind, OutputColumn, Relation};
use crate::source::Span;
use crate::types::DataType;

impl Binder<'_> {
    /// Binds the branches of a UNION ALL. Its columns have the names of the first one's; a column
    /// that is a literal in each of them takes its type in `targets`, where there is one.
    pub(super) fn union_all(
        &mut self,
        branches: &[Branch],
        names: Names,
        targets: &[DataType],
    ) -> Bound<Rows> {
        let selected: Vec<_> = branches.iter().map(|branch| self.branch(branch)).collect();
        let selected = selected.into_iter().collect::<Bound<Vec<Selected>>>()?;
        let first = &selected[0];
        if names == Names::Kept {
            self.check_distinct(&first.items);
        }
        if !selected.iter().all(|branch| branch.complete) {
            return Err(Reported);
        }
        let width = first.items.len();
        if let Some(other) = selected.iter().find(|branch| branch.items.len() != width) {
            let diagnostic = widths_differ(first, other);
            return Err(self.report(diagnostic));
        }
        Ok(self.united(selected, targets))
    }

    fn branch(&mut self, branch: &Branch) -> Bound<Selected> {
        match branch {
            Branch::Select(select) => self.selected(select),
            // literals stay open in parentheses, too
            Branch::Query(query) if query.branches.len() == 1 => {
                self.open_with(&query.ctes);
                let selected = self.branch(&query.branches[0]);
                self.close_with();
                selected
            }
            Branch::Query(query) => {
                let rows = self.query_as(query, Names::Replaced, &[])?;
                let items = rows.columns.iter().zip(&rows.spans).enumerate();
                let items = items.map(|(at, (column, span))| Item::passed_on(at, column, *span));
                Ok(Selected {
                    items: items.collect(),
                    input: rows.relation,
                    complete: rows.complete,
                    span: query.span,
                })
            }
        }
    }

    /// The branches, all with the same number of columns.
    fn united(&mut self, branches: Vec<Selected>, targets: &[DataType]) -> Rows {
        let names: Vec<String> = branches[0]
            .items
            .iter()
            .map(|item| item.name.clone())
            .collect();
        let types: Vec<_> = (0..names.len())
            .map(|at| self.column_type(&branches, at, targets.get(at).copied()))
            .collect();
        let span = branches[0].span;
        let mut columns: Vec<OutputColumn> = Vec::new();
        let mut inputs = Some(Vec::new());
        let mut first = None;
        for branch in branches {
            let converted = self.converted(branch.items, &names, &types);
            for (at, column) in converted.iter().enumerate() {
                let nullable = column.expr.as_ref().is_ok_and(|expr| expr.nullable);
                match columns.get_mut(at) {
                    Some(known) => known.nullable |= nullable,
                    None => columns.push(OutputColumn {
                        name: names[at].clone(),
                        data_type: types[at].unwrap_or(DataType::Text),
                        nullable,
                    }),
                }
            }
            let input = branch.input.and_then(|input| project(input, &converted));
            inputs = inputs.zip(input).map(|(mut inputs, input)| {
                inputs.push(input);
                inputs
            });
            first.get_or_insert(converted);
        }
        let relation = inputs.map(|inputs| Relation::UnionAll {
            inputs,
            columns: columns.clone(),
        });
        let first = first.expect("a union has branches");
        Rows {
            relation: relation.filter(|relation| self.check_size(relation, span).is_ok()),
            spans: first.iter().map(|column| column.span).collect(),
            complete: true,
            columns: first
                .into_iter()
                .zip(columns)
                .map(|(column, united)| {
                    let mut visible = column.visible();
                    if let Some(known) = &mut visible.known {
                        known.nullable = united.nullable;
                    }
                    visible
                })
                .collect(),
        }
    }

    fn converted(
        &mut self,
        items: Vec<Item>,
        names: &[String],
        types: &[Bound<DataType>],
    ) -> Vec<Named> {
        let columns = items.into_iter().zip(names).zip(types);
        let converted = columns.map(|((item, name), data_type)| Named {
            name: name.clone(),
            span: item.span,
            expr: self.converted_to(item.value, *data_type),
            declared: item.declared,
        });
        converted.collect()
    }

    fn converted_to(&mut self, value: Bound<Operand>, data_type: Bound<DataType>) -> Bound<Expr> {
        let expr = self.coerced(value?, data_type?)?;
        self.output(Operand::Typed(expr), None)
    }

    /// The type of column `at`, which all branches can take.
    fn column_type(
        &mut self,
        branches: &[Selected],
        at: usize,
        target: Option<DataType>,
    ) -> Bound<DataType> {
        let items: Vec<&Item> = branches.iter().map(|branch| &branch.items[at]).collect();
        let operands = items.iter().map(|item| item.value.as_ref().cloned());
        let operands = operands.collect::<Result<Vec<Operand>, _>>();
        let operands = operands.map_err(|reported| *reported)?;
        let is_literal = |operand: &Operand| matches!(operand, Operand::Literal(_));
        if let Some(target) = target.filter(|_| operands.iter().all(is_literal)) {
            return Ok(target);
        }
        common(&operands).map_err(|(left, right)| {
            let (left, right) = (left.min(right), left.max(right));
            let names = (operands[left].type_name(), operands[right].type_name());
            self.types_differ(items[left], items[right], names)
        })
    }

    fn types_differ(
        &mut self,
        left: &Item,
        right: &Item,
        (left_type, right_type): (String, String),
    ) -> Reported {
        let name = &left.name;
        let message =
            format!("UNION ALL gives `{left_type}` and `{right_type}` for column `{name}`");
        let text = self.snippet(right.span);
        let mut diagnostic = Diagnostic::new(code::OPERAND_TYPES, message, right.span)
            .at(format!("`{right_type}`"))
            .context(left.span, format!("`{left_type}`"));
        if let Some(declared) = right.declared {
            diagnostic = diagnostic.context(declared, format!("declared `{right_type}` here"));
        }
        let help = format!("cast one of them: `CAST({text} AS {left_type})`");
        self.report(
            diagnostic
                .note("a column has one type in all branches")
                .help(help),
        )
    }
}

impl Item {
    /// Column `at` of a query as it is.
    fn passed_on(at: usize, column: &super::relation::Column, span: Span) -> Self {
        let value = column.known.ok_or(Reported).map(|known| {
            Operand::Typed(Expr {
                kind: ExprKind::Column(at),
                data_type: known.data_type,
                nullable: known.nullable,
                span,
            })
        });
        Self::new(column.name.clone(), span, value, column.declared)
    }
}

fn widths_differ(first: &Selected, other: &Selected) -> Diagnostic {
    let (wanted, given) = (first.items.len(), other.items.len());
    let message = format!(
        "the branches of UNION ALL give {} and {given}",
        counted(wanted, "column")
    );
    Diagnostic::new(code::INSERT_COLUMNS, message, other.span)
        .at(format!("gives {}", counted(given, "column")))
        .context(first.span, format!("gives {}", counted(wanted, "column")))
        .help("give each branch the same columns; a missing one can be NULL: `NULL AS name`")
}
