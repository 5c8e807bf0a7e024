//! UNNEST: the elements of an array as rows.

use super::coerce::Operand;
use super::relation::{Column, Type};
use super::scope::Scope;
use super::{Binder, Bound, Reported};
use crate::diagnostics::{Diagnostic, code, counted};
use crate::ir::ast::{self, Name, Unnest};
use crate::ir::logical::{Access, Expr, ExprKind, OutputColumn, Relation};
use crate::source::Span;
use crate::types::{DataType, IntegerType};

/// What the elements of an UNNEST without alias are called, and their column.
const ELEMENT: &str = "unnest";

/// What numbers of elements are called.
const ORDINALITY: &str = "ordinality";

/// The arguments of `UNNEST(…)` as an entry of a SELECT list.
pub(super) fn unnest_call(expr: &ast::Expr) -> Option<&[ast::Expr]> {
    match &expr.kind {
        ast::ExprKind::Call { name, arguments } if is_unnest(name) => Some(arguments),
        _ => None,
    }
}

/// Whether a function is UNNEST, which is none.
pub(super) fn is_unnest(name: &Name) -> bool {
    !name.quoted && name.text.eq_ignore_ascii_case(ELEMENT)
}

impl Binder<'_> {
    /// The UNNESTs of a FROM over what stands before them.
    pub(super) fn unnests(
        &mut self,
        scope: &mut Scope,
        relation: Option<Relation>,
        unnests: &[Unnest],
    ) -> Option<Relation> {
        unnests.iter().fold(relation, |relation, unnest| {
            self.unnest_relation(scope, relation, unnest)
        })
    }

    fn unnest_relation(
        &mut self,
        scope: &mut Scope,
        relation: Option<Relation>,
        written: &Unnest,
    ) -> Option<Relation> {
        let name = written.alias.clone().unwrap_or_else(|| Name {
            text: ELEMENT.to_owned(),
            quoted: false,
            span: written.span,
        });
        let array = self.array(scope, &written.array);
        let Ok(array) = array else {
            // what reads the elements is no mistake of its own
            scope.add_elements(name, written.span, Vec::new());
            scope.complete = false;
            return None;
        };
        let element = element_of(&array);
        let at = scope.columns.len();
        let number = written.ordinality.then_some(ORDINALITY);
        let mut columns = elements(at, element, &name.text, written.array.span);
        let given = columns.len() + usize::from(written.ordinality);
        if let Some(number) = number {
            columns.push((number.to_owned(), number_expr(at + 1, written.span)));
        }
        self.check_list(&written.columns);
        if written.columns.len() > given {
            let diagnostic = too_many_names(&written.columns, given);
            self.report(diagnostic);
        }
        for ((column, _), name) in columns.iter_mut().zip(&written.columns) {
            column.clone_from(&name.text);
        }
        let visible = columns.iter().map(|(name, expr)| Column {
            name: name.clone(),
            known: Some(Type {
                data_type: expr.data_type,
                nullable: expr.nullable,
            }),
            declared: None,
        });
        let before: Vec<Column> = scope.columns.clone();
        scope.add_elements(name.clone(), written.span, visible.collect());
        let relation = unnest(relation?, at, array, &name.text, number);
        Some(exposed(relation, &before, columns))
    }

    /// `UNNEST(array)` in a SELECT list: a row for each element, whose other columns repeat.
    pub(super) fn unnest_item(
        &mut self,
        scope: &Scope,
        span: Span,
        arguments: &[ast::Expr],
        unnested: &mut Option<Expr>,
    ) -> Bound<Operand> {
        let [argument] = arguments else {
            let message = "UNNEST takes one array";
            let diagnostic = Diagnostic::new(code::UNKNOWN_FUNCTION, message, span);
            return Err(self.report(diagnostic.help("write `UNNEST(array)`")));
        };
        let array = self.array(scope, argument)?;
        if unnested.is_some() {
            let message = "a second UNNEST in a SELECT list is not supported yet";
            return Err(self.report(
                Diagnostic::new(code::UNSUPPORTED, message, span)
                    .at("the rows of which one?")
                    .help("write them in FROM: `FROM t, UNNEST(t.a) AS x, UNNEST(t.b) AS y`"),
            ));
        }
        let element = element_of(&array);
        *unnested = Some(array);
        Ok(Operand::Typed(Expr {
            kind: ExprKind::Column(scope.columns.len()),
            data_type: element,
            nullable: true,
            span,
        }))
    }

    /// An expression that must be an array.
    pub(super) fn array(&mut self, scope: &Scope, written: &ast::Expr) -> Bound<Expr> {
        let operand = self.operand(scope, written)?;
        let expr = self.output(operand, None)?;
        self.as_array(scope, expr)
    }

    /// An expression that must be an array.
    pub(super) fn as_array(&mut self, scope: &Scope, expr: Expr) -> Bound<Expr> {
        if let DataType::Array(_) = expr.data_type {
            return Ok(expr);
        }
        let name = expr.data_type;
        let message = format!("an array is needed, not `{name}`");
        let mut diagnostic = Diagnostic::new(code::TYPE_MISMATCH, message, expr.span)
            .at(format!("is `{name}`"))
            .help(array_help(name));
        if let Some(declared) = scope.declared(&expr) {
            diagnostic = diagnostic.context(declared, format!("declared `{name}` here"));
        }
        Err(self.report(diagnostic))
    }
}

/// How there is an array to take the elements of.
fn array_help(instead: DataType) -> &'static str {
    if instead == DataType::Json {
        "declare a column for the array: `items JSON[] PATH '$.…'`, or `STRUCT<…>[]`"
    } else {
        "declare the column as an array, such as `DOUBLE[]` or `STRUCT<…>[]`"
    }
}

/// The rows of `input`, which has `at` columns, for each element of `array`.
pub(super) fn unnest(
    input: Relation,
    at: usize,
    array: Expr,
    name: &str,
    number: Option<&str>,
) -> Relation {
    Relation::Unnest {
        element: OutputColumn {
            name: name.to_owned(),
            data_type: element_of(&array),
            nullable: true,
        },
        input: Box::new(input),
        array,
        at,
        number: number.map(str::to_owned),
    }
}

/// The type of an array's elements.
pub(super) fn element_of(array: &Expr) -> DataType {
    match array.data_type {
        DataType::Array(of) => of.element(),
        other => unreachable!("an array has an array's type, not {other}"),
    }
}

/// What an element in column `at` gives: the fields of a STRUCT, or itself.
fn elements(at: usize, data_type: DataType, name: &str, span: Span) -> Vec<(String, Expr)> {
    let element = Expr {
        kind: ExprKind::Column(at),
        data_type,
        nullable: true,
        span,
    };
    let DataType::Struct(of) = data_type else {
        return vec![(name.to_owned(), element)];
    };
    let fields = of.fields().iter().enumerate();
    fields
        .map(|(index, field)| {
            let expr = Expr {
                kind: ExprKind::Access {
                    access: Access::Field(index),
                    operands: vec![element.clone()],
                },
                data_type: field.data_type,
                nullable: true,
                span,
            };
            (field.name.clone(), expr)
        })
        .collect()
}

fn number_expr(at: usize, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Column(at),
        data_type: DataType::Integer(IntegerType::Int64),
        nullable: false,
        span,
    }
}

/// The columns before the elements as they are, and behind them what the elements give.
fn exposed(relation: Relation, before: &[Column], columns: Vec<(String, Expr)>) -> Relation {
    let as_it_is = |(index, column): (usize, &Column)| {
        let known = column.known.ok_or(Reported).ok()?;
        let expr = Expr {
            kind: ExprKind::Column(index),
            data_type: known.data_type,
            nullable: known.nullable,
            span: column.declared.unwrap_or_default(),
        };
        Some((column.name.clone(), expr))
    };
    let before = before.iter().enumerate().filter_map(as_it_is);
    let columns = before.chain(columns).map(|(name, expr)| {
        let output = OutputColumn {
            name,
            data_type: expr.data_type,
            nullable: expr.nullable,
        };
        (output, expr)
    });
    Relation::Project {
        columns: columns.collect(),
        input: Box::new(relation),
    }
}

fn too_many_names(list: &[Name], width: usize) -> Diagnostic {
    let span = list[0].span.to(list[list.len() - 1].span);
    let message = format!(
        "{} named, but the elements give {width}",
        counted(list.len(), "column")
    );
    Diagnostic::new(code::INSERT_COLUMNS, message, span)
        .at(counted(list.len(), "name"))
        .help("name no more columns than there are")
}
