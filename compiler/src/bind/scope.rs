//! What a query's expressions can name: the columns of its FROM.

use super::relation::{Column, Readable, Type};
use super::{Binder, Bound, Reported};
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::ir::ast::{Name, Relation};
use crate::ir::logical::{Expr, ExprKind};
use crate::source::Span;

/// At most this many columns are listed in a diagnostic.
const LISTED: usize = 12;

/// The columns of a FROM.
#[derive(Debug)]
pub(super) struct Scope {
    /// How to call the relation: "table `sensor_data`".
    title: String,
    /// The name by which expressions qualify columns; a sub-query may have none.
    qualifier: Option<Name>,
    /// Where it stands in FROM.
    span: Span,
    /// Its columns.
    pub(super) columns: Vec<Column>,
    /// Whether these are all.
    pub(super) complete: bool,
}

impl Scope {
    pub(super) fn new(readable: &Readable, from: &Relation) -> Self {
        let (name, alias) = (from.name(), from.alias.as_ref());
        Self {
            title: match name.or(alias) {
                Some(name) => format!("{} `{}`", readable.kind, name.text),
                None => format!("the {}", readable.kind),
            },
            qualifier: alias.or(name).cloned(),
            span: from.alias.as_ref().map_or(from.span, |alias| match name {
                Some(name) => name.span.to(alias.span),
                None => alias.span,
            }),
            columns: readable.columns.clone(),
            complete: readable.complete,
        }
    }

    /// The columns of a table, for what its own definition says of them.
    pub(super) fn of_table(title: String, name: &Name, columns: &[Column]) -> Self {
        Self {
            title,
            qualifier: Some(name.clone()),
            span: name.span,
            columns: columns.to_vec(),
            complete: true,
        }
    }

    /// No columns: for what has to be constant.
    pub(super) fn of_constant(title: &str, span: Span) -> Self {
        Self {
            title: title.to_owned(),
            qualifier: None,
            span,
            columns: Vec::new(),
            complete: true,
        }
    }

    /// Column `index` as an expression; an error if its definition was in error.
    pub(super) fn column(&self, index: usize, span: Span) -> Bound<Expr> {
        let Type {
            data_type,
            nullable,
        } = self.columns[index].known.ok_or(Reported)?;
        Ok(Expr {
            kind: ExprKind::Column(index),
            data_type,
            nullable,
            span,
        })
    }

    /// Where the type of a bare column is declared.
    pub(super) fn declared(&self, expr: &Expr) -> Option<Span> {
        if let ExprKind::Column(index) = expr.kind {
            return self.columns[index].declared;
        }
        None
    }
}

impl Binder<'_> {
    /// Checks the `t` of `t.x`; `name` is the `x`.
    pub(super) fn qualifier(&mut self, scope: &Scope, qualifier: &Name, name: &str) -> Bound<()> {
        let known = scope.qualifier.as_ref();
        if known.is_some_and(|known| qualifier.matches(&known.text)) {
            return Ok(());
        }
        let message = format!("no table `{}` in this query", qualifier.text);
        let diagnostic =
            Diagnostic::new(code::UNKNOWN_RELATION, message, qualifier.span).at("not in FROM");
        Err(self.report(match known {
            Some(Name { text, .. }) => diagnostic
                .context(scope.span, format!("the query reads `{text}`"))
                .help(format!("write `{text}.{name}`")),
            None => diagnostic
                .context(scope.span, "a sub-query without a name")
                .help(format!(
                    "name it, `(…) AS {}`, or write `{name}`",
                    qualifier.text
                )),
        }))
    }

    /// The column that a name means.
    pub(super) fn column(
        &mut self,
        scope: &Scope,
        qualifier: Option<&Name>,
        name: &Name,
        span: Span,
    ) -> Bound<Expr> {
        if let Some(qualifier) = qualifier {
            self.qualifier(scope, qualifier, &name.text)?;
        }
        let matching = |(_, column): &(usize, &Column)| name.matches(&column.name);
        let mut found = scope.columns.iter().enumerate().filter(matching);
        match (found.next(), found.next()) {
            (Some((index, _)), None) => scope.column(index, span),
            (None, _) if !scope.complete => Err(Reported),
            (None, _) => Err(self.report(unknown_column(scope, name))),
            (Some((_, first)), Some((_, second))) => {
                let diagnostic = ambiguous_column(scope, name, &first.name, &second.name);
                Err(self.report(diagnostic))
            }
        }
    }
}

fn unknown_column(scope: &Scope, name: &Name) -> Diagnostic {
    let names: Vec<&str> = scope
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    let listed = names
        .iter()
        .take(LISTED)
        .copied()
        .collect::<Vec<_>>()
        .join("`, `");
    let more = if names.len() > LISTED { ", …" } else { "" };
    let message = format!("no column `{}` in {}", name.text, scope.title);
    let diagnostic = Diagnostic::new(code::UNKNOWN_COLUMN, message, name.span).at("unknown column");
    if names.is_empty() {
        return diagnostic;
    }
    let diagnostic = diagnostic.context(scope.span, format!("has columns `{listed}`{more}"));
    let other_case = names
        .iter()
        .find(|other| other.eq_ignore_ascii_case(&name.text));
    if let Some(other) = other_case {
        return diagnostic
            .note("a name in double quotes matches only in exactly its spelling")
            .help(format!("write `\"{other}\"`"));
    }
    match nearest(&name.text, names) {
        Some(near) => diagnostic.help(format!("a column with a similar name exists: `{near}`")),
        None if name.quoted => diagnostic.help("text is written in single quotes: `'text'`"),
        None => diagnostic,
    }
}

fn ambiguous_column(scope: &Scope, name: &Name, first: &str, second: &str) -> Diagnostic {
    let message = format!("several columns of {} match `{}`", scope.title, name.text);
    Diagnostic::new(code::AMBIGUOUS_NAME, message, name.span)
        .at("which one?")
        .note("unquoted names match whatever the case of their letters")
        .help(format!("write `\"{first}\"` or `\"{second}\"`"))
}
