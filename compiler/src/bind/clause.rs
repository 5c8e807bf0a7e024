//! The clauses behind a column's type, and which of them go together.

use super::{Binder, Bound};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{ColumnClause, ColumnClauseKind, ColumnDefinition, Expr, Text};
use crate::source::Span;

/// The clauses of a column, each but CHECK given at most once.
#[derive(Debug, Default)]
pub(super) struct Clauses<'a> {
    pub(super) not_null: Option<Span>,
    null: Option<Span>,
    pub(super) path: Option<(&'a Text, Span)>,
    pub(super) format: Option<(&'a Text, Span)>,
    pub(super) metadata: Option<(&'a Text, Span)>,
    pub(super) default: Option<(&'a Expr, Span)>,
    pub(super) generated: Option<(&'a Expr, Span)>,
    /// Of these there may be several.
    pub(super) checks: Vec<&'a Expr>,
}

impl Binder<'_> {
    /// The clauses behind a column's type.
    pub(super) fn clauses<'c>(&mut self, definition: &'c ColumnDefinition) -> Bound<Clauses<'c>> {
        let mut clauses = Clauses::default();
        for clause in &definition.clauses {
            let span = clause.span;
            let earlier = match &clause.kind {
                ColumnClauseKind::NotNull => clauses.not_null.replace(span),
                ColumnClauseKind::Null => clauses.null.replace(span),
                ColumnClauseKind::Path(text) => replaced(&mut clauses.path, text, span),
                ColumnClauseKind::Format(text) => replaced(&mut clauses.format, text, span),
                ColumnClauseKind::Metadata(text) => replaced(&mut clauses.metadata, text, span),
                ColumnClauseKind::Default(expr) => replaced(&mut clauses.default, expr, span),
                ColumnClauseKind::Generated(expr) => replaced(&mut clauses.generated, expr, span),
                ColumnClauseKind::Check(expr) => {
                    clauses.checks.push(expr);
                    None
                }
            };
            if let Some(earlier) = earlier {
                return Err(self.report(repeated_clause(definition, clause, earlier)));
            }
        }
        if let (Some(not_null), Some(null)) = (clauses.not_null, clauses.null) {
            let message = format!(
                "column `{}` is both NULL and NOT NULL",
                definition.name.text
            );
            return Err(self.report(
                Diagnostic::new(code::COLUMN_CLAUSE, message, not_null.max(null))
                    .at("contradicts the clause before")
                    .help("keep the one that you mean"),
            ));
        }
        Ok(clauses)
    }

    /// A column with METADATA FROM is none of the payload.
    pub(super) fn only_metadata(
        &mut self,
        definition: &ColumnDefinition,
        clauses: &Clauses<'_>,
        metadata: Span,
    ) -> Bound<()> {
        let others = [("PATH", clauses.path), ("FORMAT", clauses.format)];
        for (keyword, clause) in others {
            if let Some((_, span)) = clause {
                let name = &definition.name.text;
                let message = format!("column `{name}` has both METADATA FROM and {keyword}");
                return Err(self.report(
                    Diagnostic::new(code::COLUMN_CLAUSE, message, span)
                        .at("says where in the payload, or how")
                        .context(metadata, "but the value is none of the payload")
                        .help(format!("remove {keyword} or METADATA FROM")),
                ));
            }
        }
        Ok(())
    }

    /// A generated column has its value from others.
    pub(super) fn only_generated(
        &mut self,
        definition: &ColumnDefinition,
        clauses: &Clauses<'_>,
        generated: Span,
    ) -> Bound<()> {
        let others = [
            ("PATH", clauses.path.map(|(_, span)| span)),
            ("FORMAT", clauses.format.map(|(_, span)| span)),
            ("METADATA FROM", clauses.metadata.map(|(_, span)| span)),
            ("DEFAULT", clauses.default.map(|(_, span)| span)),
            ("NOT NULL", clauses.not_null),
        ];
        for (keyword, clause) in others {
            if let Some(span) = clause {
                let name = &definition.name.text;
                let message = format!("generated column `{name}` has {keyword}");
                let diagnostic = Diagnostic::new(code::COLUMN_CLAUSE, message, span)
                    .at("not for a generated column")
                    .context(generated, "its value is computed here");
                let help = match keyword {
                    "NOT NULL" => format!("write `CHECK ({name} IS NOT NULL)`"),
                    "DEFAULT" => "write `coalesce(…, …)` in its expression".to_owned(),
                    _ => format!("remove {keyword}, or read the value in a column of its own"),
                };
                return Err(self.report(diagnostic.help(help)));
            }
        }
        Ok(())
    }
}

fn replaced<'a, T>(slot: &mut Option<(&'a T, Span)>, value: &'a T, span: Span) -> Option<Span> {
    slot.replace((value, span)).map(|(_, span)| span)
}

fn repeated_clause(
    definition: &ColumnDefinition,
    clause: &ColumnClause,
    earlier: Span,
) -> Diagnostic {
    let message = format!("column `{}` repeats a clause", definition.name.text);
    Diagnostic::new(code::COLUMN_CLAUSE, message, clause.span)
        .at("given again")
        .context(earlier, "first given here")
        .help("keep the one that you mean")
}
