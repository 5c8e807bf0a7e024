//! Tables and views as queries see them.

use crate::catalog::Catalog;
use crate::ir::ast::Name;
use crate::ir::logical::{Expr, ExprKind, LogicalPlan, OutputColumn, Relation, Value};
use crate::ir::reserved::is_reserved;
use crate::source::Span;
use crate::types::DataType;

/// All tables and views so far.
#[derive(Debug, Default)]
pub(super) struct Relations {
    pub(super) catalog: Catalog<Defined>,
}

/// What the name of a table or view stands for.
#[derive(Clone, Debug)]
pub(super) enum Defined {
    /// A source table or view.
    Readable(Readable),
    /// A sink.
    Sink(SinkTable),
    /// Something that could not be bound.
    Poisoned,
}

/// What a FROM can name.
#[derive(Clone, Debug)]
pub(super) struct Readable {
    /// `table` or `view`
    pub(super) kind: &'static str,
    /// Its rows; None if a part of it could not be bound.
    pub(super) relation: Option<Relation>,
    /// Its columns as far as they are known.
    pub(super) columns: Vec<Column>,
    /// Whether `columns` are all there are.
    pub(super) complete: bool,
}

/// A column as a query sees it.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// Its name.
    pub(super) name: String,
    /// Its type and nullability; None if its definition is in error.
    pub(super) known: Option<Type>,
    /// Where its type is declared, if it comes straight from a table.
    pub(super) declared: Option<Span>,
}

/// A type, and whether NULL belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Type {
    pub(super) data_type: DataType,
    pub(super) nullable: bool,
}

/// What an INSERT can name.
#[derive(Clone, Debug)]
pub(super) struct SinkTable {
    /// Index into the plan's sinks; None if a part of it could not be bound.
    pub(super) index: Option<usize>,
    /// Its declared columns; none where it takes the query's.
    pub(super) columns: Vec<SinkColumn>,
}

/// A column of a sink.
#[derive(Clone, Debug)]
pub(super) struct SinkColumn {
    pub(super) column: OutputColumn,
    /// What fills it where an INSERT leaves it out; None: NULL.
    pub(super) default: Option<Value>,
    /// Where it is declared.
    pub(super) span: Span,
}

/// `relation` with `names` for its first columns; a count that differs has been reported.
pub(super) fn renamed(plan: &LogicalPlan, relation: Relation, names: &[Name]) -> Relation {
    let rename = |column: &mut OutputColumn, name: &Name| column.name.clone_from(&name.text);
    match relation {
        Relation::Project { input, mut columns } => {
            for ((column, _), name) in columns.iter_mut().zip(names) {
                rename(column, name);
            }
            Relation::Project { input, columns }
        }
        Relation::UnionAll {
            inputs,
            mut columns,
        } => {
            for (column, name) in columns.iter_mut().zip(names) {
                rename(column, name);
            }
            let inputs = inputs.into_iter();
            let inputs = inputs.map(|input| renamed(plan, input, names)).collect();
            Relation::UnionAll { inputs, columns }
        }
        // they have the names of what is below them, so the new ones take an operator
        input @ (Relation::Scan { .. } | Relation::Filter { .. } | Relation::Unnest { .. }) => {
            let mut columns = passed_on(plan, &input);
            for ((column, expr), name) in columns.iter_mut().zip(names) {
                rename(column, name);
                expr.span = name.span;
            }
            Relation::Project {
                input: Box::new(input),
                columns,
            }
        }
    }
}

/// The columns of `input`, each as it is.
fn passed_on(plan: &LogicalPlan, input: &Relation) -> Vec<(OutputColumn, Expr)> {
    let pass_on = |(index, column): (usize, OutputColumn)| {
        let expr = Expr {
            kind: ExprKind::Column(index),
            data_type: column.data_type,
            nullable: column.nullable,
            span: Span::default(),
        };
        (column, expr)
    };
    let columns = plan.columns(input).into_iter();
    columns.enumerate().map(pass_on).collect()
}

/// The names of columns as a diagnostic lists them: `` `a`, `b c` ``.
pub(super) fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// A name as SQL writes it: in double quotes where it takes them.
pub(super) fn in_sql(name: &str) -> String {
    let starts_plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if starts_plain && is_plain && !is_reserved(name) {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    fn name(text: &str) -> Name {
        Name {
            text: text.to_owned(),
            quoted: true,
            span: Span::default(),
        }
    }

    #[test]
    fn whatever_is_renamed_has_the_new_names() {
        let sql = "CREATE TABLE t (a INT, b TEXT)
                   WITH (connector = 'mqtt', broker = 'tcp://h', topic = 'x');
                   SELECT a, b FROM t WHERE a > 1 UNION ALL SELECT a, b FROM t;";
        let source = SourceFile::new("t.sql", sql);
        let plan = crate::check(&source).0.expect("it is sound");
        let mut relation = plan.flows[0].query.clone();
        let mut checked = 0;
        loop {
            let new = renamed(&plan, relation.clone(), &[name("x"), name("y z")]);
            let (old, new) = (plan.columns(&relation), plan.columns(&new));
            assert_eq!([&*new[0].name, &*new[1].name], ["x", "y z"]);
            let types = |columns: &[OutputColumn]| -> Vec<_> {
                columns.iter().map(|c| (c.data_type, c.nullable)).collect()
            };
            assert_eq!(types(&new), types(&old));
            checked += 1;
            relation = match relation {
                Relation::Scan { .. } => break,
                Relation::Filter { input, .. }
                | Relation::Unnest { input, .. }
                | Relation::Project { input, .. } => *input,
                Relation::UnionAll { mut inputs, .. } => inputs.remove(0),
            };
        }
        assert_eq!(checked, 4, "a union, a projection, a filter and a scan");
    }

    #[test]
    fn names_are_quoted_where_they_must_be() {
        let cases = [
            ("a_1", "a_1"),
            ("y z", "\"y z\""),
            ("1a", "\"1a\""),
            ("", "\"\""),
            ("a\"b", "\"a\"\"b\""),
            ("Select", "\"Select\""),
        ];
        for (name, sql) in cases {
            assert_eq!(in_sql(name), sql);
        }
    }
}
