//! What a query's expressions can name: the columns of its FROM.

use super::metadata::declaration;
use super::relation::{Column, Readable, Type};
use super::{Binder, Bound, Reported};
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::ir::ast::{Name, Relation};
use crate::ir::logical::{Expr, ExprKind};
use crate::source::Span;
use std::ops::Range;

/// At most this many columns are listed in a diagnostic.
pub(super) const LISTED: usize = 12;

/// The columns of a FROM.
#[derive(Debug)]
pub(super) struct Scope {
    /// What they belong to, in order; at least one.
    parts: Vec<Part>,
    /// Its columns.
    pub(super) columns: Vec<Column>,
    /// Whether these are all.
    pub(super) complete: bool,
}

/// A relation, or the elements of an array.
#[derive(Debug)]
struct Part {
    /// How to call it: "table `sensor_data`".
    title: String,
    /// The name by which expressions qualify columns; a sub-query may have none.
    qualifier: Option<Name>,
    /// Where it stands in FROM.
    span: Span,
    /// Its first column; the others follow, up to those of the next part.
    first: usize,
}

impl Scope {
    pub(super) fn new(readable: &Readable, from: &Relation) -> Self {
        let (name, alias) = (from.name(), from.alias.as_ref());
        let part = Part {
            title: match name.or(alias) {
                Some(name) => format!("{} `{}`", readable.kind, name.text),
                None => format!("the {}", readable.kind),
            },
            qualifier: alias.or(name).cloned(),
            span: from.alias.as_ref().map_or(from.span, |alias| match name {
                Some(name) => name.span.to(alias.span),
                None => alias.span,
            }),
            first: 0,
        };
        Self {
            parts: vec![part],
            columns: readable.columns.clone(),
            complete: readable.complete,
        }
    }

    /// The columns of a table, for what its own definition says of them; `complete`: all of them.
    pub(super) fn of_table(title: String, name: &Name, columns: &[Column], complete: bool) -> Self {
        let part = Part {
            title,
            qualifier: Some(name.clone()),
            span: name.span,
            first: 0,
        };
        Self {
            parts: vec![part],
            columns: columns.to_vec(),
            complete,
        }
    }

    /// No columns: for what has to be constant.
    pub(super) fn of_constant(title: &str, span: Span) -> Self {
        let part = Part {
            title: title.to_owned(),
            qualifier: None,
            span,
            first: 0,
        };
        Self {
            parts: vec![part],
            columns: Vec::new(),
            complete: true,
        }
    }

    /// Adds the elements of an array, which `qualifier` names.
    pub(super) fn add_elements(&mut self, qualifier: Name, span: Span, columns: Vec<Column>) {
        self.parts.push(Part {
            title: format!("`{}`", qualifier.text),
            qualifier: Some(qualifier),
            span,
            first: self.columns.len(),
        });
        self.columns.extend(columns);
    }

    /// Whether a part goes by this name.
    pub(super) fn has_part(&self, name: &Name) -> bool {
        self.part(name).is_some()
    }

    /// The columns of the part that goes by this name.
    fn part(&self, name: &Name) -> Option<Range<usize>> {
        let named = |part: &Part| {
            part.qualifier
                .as_ref()
                .is_some_and(|q| name.matches(&q.text))
        };
        let at = self.parts.iter().position(named)?;
        let end = self.parts.get(at + 1);
        Some(self.parts[at].first..end.map_or(self.columns.len(), |part| part.first))
    }

    /// Whether these columns, the first of them before the other, are of one part.
    fn are_of_one_part(&self, one: usize, other: usize) -> bool {
        let mut starts = self.parts.iter().map(|part| part.first);
        !starts.any(|first| one < first && first <= other)
    }

    /// What the columns belong to, for a diagnostic.
    fn title(&self) -> String {
        let titles: Vec<&str> = self.parts.iter().map(|part| part.title.as_str()).collect();
        titles.join(" and ")
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
            return self.columns.get(index)?.declared;
        }
        None
    }
}

impl Binder<'_> {
    /// Checks the `t` of `t.x` and gives the columns that it has; `name` is the `x`.
    pub(super) fn qualifier(
        &mut self,
        scope: &Scope,
        qualifier: &Name,
        name: &str,
    ) -> Bound<Range<usize>> {
        if let Some(columns) = scope.part(qualifier) {
            return Ok(columns);
        }
        if !scope.complete {
            // it may be a STRUCT that is not known, as the columns are not
            return Err(Reported);
        }
        let message = format!("no table `{}` in this query", qualifier.text);
        let diagnostic =
            Diagnostic::new(code::UNKNOWN_RELATION, message, qualifier.span).at("not in FROM");
        let first = &scope.parts[0];
        Err(self.report(match &first.qualifier {
            Some(Name { text, .. }) => diagnostic
                .context(first.span, format!("the query reads `{text}`"))
                .help(format!("write `{text}.{name}`")),
            None => diagnostic
                .context(first.span, "a sub-query without a name")
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
        let columns = match qualifier {
            Some(qualifier) => self.qualifier(scope, qualifier, &name.text)?,
            None => 0..scope.columns.len(),
        };
        let columns = columns.map(|at| (at, &scope.columns[at]));
        let mut found = columns.filter(|(_, column)| name.matches(&column.name));
        match (found.next(), found.next()) {
            (Some((index, _)), None) => scope.column(index, span),
            (None, _) if !scope.complete => Err(Reported),
            (None, _) => Err(self.report(unknown_column(scope, name))),
            // that two columns of one relation have one name was reported there
            (Some((one, first)), Some((other, second)))
                if first.name == second.name && scope.are_of_one_part(one, other) =>
            {
                Err(Reported)
            }
            (Some((_, first)), Some((_, second))) => {
                let diagnostic = ambiguous_column(scope, name, &first.name, &second.name);
                Err(self.report(diagnostic))
            }
        }
    }
}

/// That there is no such column, and which there are.
pub(super) fn unknown_column(scope: &Scope, name: &Name) -> Diagnostic {
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
    let message = format!("no column `{}` in {}", name.text, scope.title());
    let diagnostic = Diagnostic::new(code::UNKNOWN_COLUMN, message, name.span).at("unknown column");
    let metadata = declaration(&name.text).filter(|_| !name.quoted);
    if names.is_empty() {
        return diagnostic;
    }
    let place = scope.parts[0].span;
    let diagnostic = diagnostic.context(place, format!("has columns `{listed}`{more}"));
    let other_case = names
        .iter()
        .find(|other| other.eq_ignore_ascii_case(&name.text));
    if let Some(other) = other_case {
        return diagnostic
            .note("a name in double quotes matches only in exactly its spelling")
            .help(format!("write `\"{other}\"`"));
    }
    if let Some(help) = metadata {
        return diagnostic.help(help);
    }
    match nearest(&name.text, names) {
        Some(near) => diagnostic.help(format!("a column with a similar name exists: `{near}`")),
        None if name.quoted => diagnostic.help("text is written in single quotes: `'text'`"),
        None => diagnostic,
    }
}

fn ambiguous_column(scope: &Scope, name: &Name, first: &str, second: &str) -> Diagnostic {
    let message = format!("several columns of {} match `{}`", scope.title(), name.text);
    let diagnostic = Diagnostic::new(code::AMBIGUOUS_NAME, message, name.span).at("which one?");
    if first == second {
        let has_it = |qualifier: &&Name| {
            let columns = scope.part(qualifier).unwrap_or_default();
            scope.columns[columns]
                .iter()
                .any(|column| column.name == first)
        };
        let qualifiers = scope
            .parts
            .iter()
            .filter_map(|part| part.qualifier.as_ref());
        let qualifiers = qualifiers.filter(has_it);
        let written = qualifiers.map(|qualifier| format!("`{}.{}`", qualifier.text, name.text));
        let written: Vec<_> = written.collect();
        return diagnostic.help(format!("write {}", written.join(" or ")));
    }
    diagnostic
        .note("unquoted names match whatever the case of their letters")
        .help(format!("write `\"{first}\"` or `\"{second}\"`"))
}
