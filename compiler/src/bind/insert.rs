//! INSERT INTO, and CREATE TABLE … AS: a query's columns into a sink's.

use super::coerce::cast_to;
use super::flow::{Draft, Target};
use super::query::{Names, Rows};
use super::relation::{Column, Defined, SinkColumn, SinkTable, in_sql, listed, renamed};
use super::{Binder, Bound, Reported};
use crate::diagnostics::{Diagnostic, code, counted, nearest};
use crate::ir::ast::{self, Insert, Name};
use crate::ir::logical::{Expr, ExprKind, OutputColumn, Relation, SinkKind, Value};
use crate::source::Span;
use crate::types::DataType;
use crate::types::cast::{CastKind, cast_kind};

impl Binder<'_> {
    pub(super) fn insert(&mut self, insert: &Insert) {
        let found = self
            .relations
            .catalog
            .find(&insert.table)
            .map(|entry| entry.item.clone());
        match found {
            Ok(Defined::Sink(table)) => {
                let list = (!insert.columns.is_empty()).then_some(insert.columns.as_slice());
                self.flow_into(
                    &insert.table,
                    &table,
                    list,
                    &insert.query,
                    insert.table.span,
                );
                return;
            }
            Ok(Defined::Poisoned) => {}
            // that it is read as well was said where it is declared
            Ok(Defined::Readable(readable)) if readable.kind == "table" => {}
            Ok(Defined::Readable(_)) => {
                self.report(view_written(&insert.table));
            }
            Err(missing) => {
                self.missing_relation(&insert.table, &missing, "table");
            }
        }
        // the query's own mistakes are reported all the same
        self.query_as(&insert.query, Names::Replaced, &[]).ok();
    }

    /// Adds a flow of the query's rows into a sink. `list` names the sink's columns to fill.
    pub(super) fn flow_into(
        &mut self,
        name: &Name,
        table: &SinkTable,
        list: Option<&[Name]>,
        query: &ast::Query,
        span: Span,
    ) {
        let names = if list.is_some() || !table.columns.is_empty() {
            Names::Replaced
        } else {
            Names::Kept
        };
        let Ok(targets) = self.targets(name, table, list) else {
            self.query_as(query, names, &[]).ok();
            return;
        };
        let types: Vec<DataType> = targets
            .iter()
            .map(|&at| table.columns[at].column.data_type)
            .collect();
        let Ok(rows) = self.query_as(query, names, &types) else {
            return;
        };
        let Ok(relation) = self.fitted(name, table, list, &targets, rows, query) else {
            return;
        };
        let Some(sink) = table.index else { return };
        let mut topic_parts = Vec::new();
        if let SinkKind::Mqtt { topic, .. } = &self.plan.sinks[sink].kind {
            let (topic, columns) = (topic.clone(), self.plan.columns(&relation));
            match self.topic_parts(&topic, &columns, query.span) {
                Ok(parts) => topic_parts = parts,
                Err(Reported) => return,
            }
        }
        let name = self.flow_name(&self.plan.sinks[sink].name.clone());
        self.flows.push(Draft {
            name,
            span,
            sink: Target::Sink(sink),
            query: relation,
            wrap_in_name: false,
            topic_parts,
        });
    }

    /// The sink's columns to fill, by position of the query's.
    fn targets(
        &mut self,
        table_name: &Name,
        table: &SinkTable,
        list: Option<&[Name]>,
    ) -> Bound<Vec<usize>> {
        let Some(list) = list.filter(|_| !table.columns.is_empty()) else {
            return Ok((0..table.columns.len()).collect());
        };
        let mut targets: Vec<usize> = Vec::new();
        let mut failed = None;
        for name in list {
            match self.target(table_name, table, name) {
                Ok(at) if targets.contains(&at) => {
                    let message = format!("column `{}` is filled twice", name.text);
                    let diagnostic = Diagnostic::new(code::DUPLICATE_NAME, message, name.span);
                    failed = Some(self.report(diagnostic.at("named again")));
                }
                Ok(at) => targets.push(at),
                Err(reported) => failed = Some(reported),
            }
        }
        if let Some(reported) = failed {
            return Err(reported);
        }
        self.check_left_out(table_name, table, list, &targets)?;
        Ok(targets)
    }

    fn target(&mut self, table_name: &Name, table: &SinkTable, name: &Name) -> Bound<usize> {
        let columns = table.columns.iter().enumerate();
        let mut found = columns.filter(|(_, column)| name.matches(&column.column.name));
        match (found.next(), found.next()) {
            (Some((at, _)), None) => Ok(at),
            (Some(_), Some(_)) => {
                let message = format!("several columns match `{}`", name.text);
                let diagnostic = Diagnostic::new(code::AMBIGUOUS_NAME, message, name.span);
                Err(self.report(diagnostic.help("quote the name to match it exactly")))
            }
            (None, _) => {
                let names: Vec<&str> = table
                    .columns
                    .iter()
                    .map(|column| column.column.name.as_str())
                    .collect();
                let message = format!("no column `{}` in table `{}`", name.text, table_name.text);
                let diagnostic = Diagnostic::new(code::UNKNOWN_COLUMN, message, name.span);
                let diagnostic = diagnostic.at("unknown column");
                Err(
                    self.report(match nearest(&name.text, names.iter().copied()) {
                        Some(near) => diagnostic
                            .help(format!("a column with a similar name exists: `{near}`")),
                        None => diagnostic.note(format!("its columns are {}", listed(names))),
                    }),
                )
            }
        }
    }

    /// Columns that the list leaves out have their default or become NULL, which NOT NULL columns
    /// cannot.
    fn check_left_out(
        &mut self,
        table_name: &Name,
        table: &SinkTable,
        list: &[Name],
        targets: &[usize],
    ) -> Bound<()> {
        let left_out = |(at, column): &(usize, &SinkColumn)| {
            !targets.contains(at) && !column.column.nullable && column.default.is_none()
        };
        let Some((_, column)) = table.columns.iter().enumerate().find(left_out) else {
            return Ok(());
        };
        let name = &column.column.name;
        let span = list[0].span.to(list[list.len() - 1].span);
        let message = format!(
            "column `{name}` of `{}` is NOT NULL and not filled",
            table_name.text
        );
        Err(self.report(
            Diagnostic::new(code::INSERT_COLUMNS, message, span)
                .at(format!("leaves out `{name}`"))
                .context(column.span, "declared NOT NULL here")
                .help(format!(
                    "add `{name}` to the list and a value for it to the query"
                )),
        ))
    }

    /// The query's rows as rows of the sink: counted, cast, in the sink's order.
    fn fitted(
        &mut self,
        name: &Name,
        table: &SinkTable,
        list: Option<&[Name]>,
        targets: &[usize],
        rows: Rows,
        query: &ast::Query,
    ) -> Bound<Relation> {
        if table.columns.is_empty() {
            return self.named(list, rows, query);
        }
        if !rows.complete {
            return Err(Reported);
        }
        if rows.columns.len() != targets.len() {
            let counts = (rows.columns.len(), targets.len());
            return Err(self.report(wrong_count(name, query, counts, table)));
        }
        if list.is_none() {
            self.warn_permutation(name, table, &rows, query);
        }
        let mut failed = None;
        let pairs = targets
            .iter()
            .zip(&rows.columns)
            .zip(&rows.spans)
            .enumerate();
        for (at, ((&target, column), span)) in pairs {
            let fits = self.check_fits(&table.columns[target], column, *span);
            let fits =
                fits.and_then(|()| self.check_not_null(&table.columns[target], &rows, at, *span));
            match fits {
                Ok(()) => self.warn_narrowed(&table.columns[target], &rows, at),
                Err(reported) => failed = failed.or(Some(reported)),
            }
        }
        if let Some(reported) = failed {
            return Err(reported);
        }
        let relation = rows.relation.ok_or(Reported)?;
        Ok(in_sink_order(
            table,
            targets,
            &rows.columns,
            &rows.spans,
            relation,
        ))
    }

    /// A sink without columns of its own takes the query's, under the names of the list.
    fn named(
        &mut self,
        list: Option<&[Name]>,
        mut rows: Rows,
        query: &ast::Query,
    ) -> Bound<Relation> {
        let relation = rows.relation.take().ok_or(Reported)?;
        let Some(list) = list else {
            return Ok(relation);
        };
        if list.len() != rows.columns.len() {
            let message = format!(
                "the list names {}, but the query gives {}",
                counted(list.len(), "column"),
                rows.columns.len()
            );
            let span = list[0].span.to(list[list.len() - 1].span);
            return Err(self.report(
                Diagnostic::new(code::INSERT_COLUMNS, message, span)
                    .at(counted(list.len(), "name"))
                    .context(query.span, counted(rows.columns.len(), "column")),
            ));
        }
        self.check_list(list);
        Ok(renamed(&self.plan, relation, list))
    }

    fn check_fits(&mut self, target: &SinkColumn, column: &Column, span: Span) -> Bound<()> {
        let from = column.known.ok_or(Reported)?.data_type;
        let (to, name) = (target.column.data_type, &target.column.name);
        let kind = cast_kind(from, to);
        if kind.is_some_and(|kind| kind <= CastKind::Assignment) {
            return Ok(());
        }
        let message = format!("`{from}` for column `{name}` of type `{to}`");
        let mut diagnostic = Diagnostic::new(code::TYPE_MISMATCH, message, span)
            .at(format!("gives `{from}`"))
            .context(target.span, format!("declared `{to}` here"));
        diagnostic = match kind {
            Some(_) => {
                let text = self.written(span, &column.name);
                diagnostic.help(format!(
                    "convert it: `CAST({text} AS {to})`{}",
                    self.star(span)
                ))
            }
            None => diagnostic.help(format!("declare the column `{} {from}`", in_sql(name))),
        };
        Err(self.report(diagnostic))
    }

    /// The same names at other positions: probably a mistake.
    fn warn_permutation(
        &mut self,
        name: &Name,
        table: &SinkTable,
        rows: &Rows,
        query: &ast::Query,
    ) {
        let given: Vec<&str> = rows
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        let wanted: Vec<&str> = table
            .columns
            .iter()
            .map(|column| column.column.name.as_str())
            .collect();
        let sorted = |names: &[&str]| {
            let mut names: Vec<String> = names.iter().map(|n| n.to_ascii_lowercase()).collect();
            names.sort_unstable();
            names
        };
        let same_place = |(a, b): (&&str, &&str)| a.eq_ignore_ascii_case(b);
        if given.iter().zip(&wanted).all(same_place) || sorted(&given) != sorted(&wanted) {
            return;
        }
        let message = format!(
            "the query's columns have the names of `{}` in another order",
            name.text
        );
        self.report(
            Diagnostic::new(code::PERMUTATION, message, query.span)
                .at(format!("gives {}", listed(given.iter().copied())))
                .context(name.span, format!("takes {}", listed(wanted)))
                .note("without a column list an INSERT goes by position, not by name")
                .help(format!(
                    "write `INSERT INTO {} ({}) …`",
                    in_sql(&name.text),
                    given
                        .iter()
                        .map(|name| in_sql(name))
                        .collect::<Vec<_>>()
                        .join(", ")
                )),
        );
    }
}

/// The query's rows with the sink's names, types and order; columns left out have their default.
fn in_sink_order(
    table: &SinkTable,
    targets: &[usize],
    columns: &[Column],
    spans: &[Span],
    relation: Relation,
) -> Relation {
    let value = |(at, sink): (usize, &SinkColumn)| {
        let data_type = sink.column.data_type;
        let from = targets.iter().position(|&target| target == at);
        let from = from.and_then(|from| Some((from, columns[from].known?)));
        let expr = match from {
            Some((index, known)) => cast_to(
                Expr {
                    kind: ExprKind::Column(index),
                    data_type: known.data_type,
                    nullable: known.nullable,
                    span: spans[index],
                },
                data_type,
            ),
            None => Expr {
                nullable: sink.default.is_none(),
                kind: ExprKind::Literal(sink.default.clone().unwrap_or(Value::Null)),
                data_type,
                span: sink.span,
            },
        };
        let output = OutputColumn {
            name: sink.column.name.clone(),
            data_type,
            nullable: expr.nullable,
        };
        (output, expr)
    };
    Relation::Project {
        columns: table.columns.iter().enumerate().map(value).collect(),
        input: Box::new(relation),
    }
}

fn view_written(name: &Name) -> Diagnostic {
    let message = format!("`{}` cannot be written", name.text);
    Diagnostic::new(code::TABLE_ROLE, message, name.span)
        .at("a view")
        .help("INSERT INTO a table with a sink connector such as `stdout`, `file` or `mqtt_sink`")
}

fn wrong_count(
    name: &Name,
    query: &ast::Query,
    (given, wanted): (usize, usize),
    table: &SinkTable,
) -> Diagnostic {
    let count = |count: usize| counted(count, "column");
    let names = table
        .columns
        .iter()
        .map(|column| column.column.name.as_str());
    let message = format!(
        "the query gives {}, but `{}` takes {}",
        count(given),
        name.text,
        count(wanted)
    );
    Diagnostic::new(code::INSERT_COLUMNS, message, query.span)
        .at(format!("gives {}", count(given)))
        .context(name.span, format!("its columns are {}", listed(names)))
        .help("name the columns to fill: `INSERT INTO sink (a, b) SELECT …`; others become NULL")
}
