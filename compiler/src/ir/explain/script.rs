//! The syntax tree, as s-expressions.

use super::{Outline, shown};
use crate::ir::ast::{
    Branch, ColumnClause, ColumnClauseKind, ColumnDefinition, Expr, ExprKind, Literal, Name,
    OptionEntry, OptionValue, Query, Relation, RelationKind, Script, Select, SelectItem, Statement,
};

/// What the file says, one statement after the other.
pub fn script(script: &Script) -> String {
    let mut outline = Outline::default();
    for each in &script.statements {
        statement(&mut outline, each);
    }
    outline.text
}

fn statement(outline: &mut Outline, statement: &Statement) {
    match statement {
        Statement::CreateConnection(create) => {
            let (created, kind) = (name(&create.name), name(&create.kind));
            outline.line(0, format!("(create-connection {created} {kind}"));
            options(outline, &create.options);
        }
        Statement::CreateTable(create) => {
            outline.line(0, format!("(create-table {}", name(&create.name)));
            for column in &create.columns {
                outline.line(1, column_definition(column));
            }
            for check in &create.checks {
                outline.line(1, format!("(check {})", expression(&check.expr)));
            }
            options(outline, &create.column_list_options);
            options(outline, &create.options);
            if let Some(select) = &create.query {
                query(outline, 1, select);
            }
        }
        Statement::CreateView(create) => {
            let columns = parenthesised(create.columns.iter().map(name));
            outline.line(0, format!("(create-view {}{columns}", name(&create.name)));
            query(outline, 1, &create.query);
        }
        Statement::Insert(insert) => {
            let columns = parenthesised(insert.columns.iter().map(name));
            outline.line(0, format!("(insert {}{columns}", name(&insert.table)));
            query(outline, 1, &insert.query);
        }
        Statement::Select(select) => {
            outline.line(0, "(run");
            query(outline, 1, select);
        }
        Statement::Set(set) => {
            outline.line(0, "(set");
            options(outline, std::slice::from_ref(&set.entry));
        }
    }
    close(outline);
}

/// Closes the statement on its last line.
fn close(outline: &mut Outline) {
    outline.text.pop();
    outline.text.push_str(")\n");
}

fn parenthesised(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!(" ({})", parts.join(" "))
    }
}

fn name(name: &Name) -> String {
    if name.quoted {
        format!("\"{}\"", shown(&name.text))
    } else {
        shown(&name.text)
    }
}

fn text(text: &str) -> String {
    format!("'{}'", shown(text))
}

fn options(outline: &mut Outline, options: &[OptionEntry]) {
    for OptionEntry { key, value } in options {
        let value = match value {
            OptionValue::Text(value) => text(&value.value),
            OptionValue::Number { text, .. } => text.clone(),
            OptionValue::Boolean { value, .. } => value.to_string(),
            OptionValue::Array { items, .. } => {
                let items: Vec<_> = items.iter().map(|item| text(&item.value)).collect();
                format!("[{}]", items.join(" "))
            }
        };
        outline.line(1, format!("(option {} {value})", name(key)));
    }
}

fn column_definition(column: &ColumnDefinition) -> String {
    let clauses: String = column.clauses.iter().map(clause).collect();
    format!(
        "(column {} {}{clauses})",
        name(&column.name),
        column.data_type
    )
}

fn clause(clause: &ColumnClause) -> String {
    match &clause.kind {
        ColumnClauseKind::NotNull => " not-null".to_owned(),
        ColumnClauseKind::Null => " null".to_owned(),
        ColumnClauseKind::Path(path) => format!(" (path {})", text(&path.value)),
        ColumnClauseKind::Format(format) => format!(" (format {})", text(&format.value)),
        ColumnClauseKind::Metadata(from) => format!(" (metadata {})", text(&from.value)),
        ColumnClauseKind::Default(value) => format!(" (default {})", expression(value)),
        ColumnClauseKind::Check(expr) => format!(" (check {})", expression(expr)),
        ColumnClauseKind::Generated(expr) => format!(" (generated {})", expression(expr)),
    }
}

fn query(outline: &mut Outline, level: usize, query: &Query) {
    for table in &query.ctes {
        let columns = parenthesised(table.columns.iter().map(name));
        outline.line(level, format!("(with {}{columns}", name(&table.name)));
        self::query(outline, level + 1, &table.query);
        close(outline);
    }
    let several = query.branches.len() > 1;
    if several {
        outline.line(level, "(union-all");
    }
    for branch in &query.branches {
        let level = level + usize::from(several);
        match branch {
            Branch::Select(select) => self::select(outline, level, select),
            Branch::Query(query) => self::query(outline, level, query),
        }
    }
    if several {
        close(outline);
    }
}

fn select(outline: &mut Outline, level: usize, select: &Select) {
    outline.line(level, "(select");
    for item in &select.items {
        outline.line(level + 1, select_item(item));
    }
    relation(outline, level + 1, &select.from);
    for unnest in &select.unnests {
        let alias = unnest.alias.as_ref();
        let alias = alias.map_or_else(String::new, |alias| format!(" {}", name(alias)));
        let ordinality = if unnest.ordinality { " numbered" } else { "" };
        let columns = parenthesised(unnest.columns.iter().map(name));
        let array = expression(&unnest.array);
        outline.line(
            level + 1,
            format!("(unnest{ordinality} {array}{alias}{columns})"),
        );
    }
    if let Some(predicate) = &select.predicate {
        outline.line(level + 1, format!("(where {})", expression(predicate)));
    }
    close(outline);
}

fn select_item(item: &SelectItem) -> String {
    match item {
        SelectItem::Wildcard(_) => "*".to_owned(),
        SelectItem::QualifiedWildcard { qualifier, .. } => format!("{}.*", name(qualifier)),
        SelectItem::Expr { expr, alias: None } => expression(expr),
        SelectItem::Expr {
            expr,
            alias: Some(alias),
        } => format!("(as {} {})", name(alias), expression(expr)),
    }
}

fn relation(outline: &mut Outline, level: usize, relation: &Relation) {
    let alias = relation.alias.as_ref();
    let alias = alias.map_or_else(String::new, |alias| format!(" {}", name(alias)));
    let columns = parenthesised(relation.columns.iter().map(name));
    match &relation.kind {
        RelationKind::Named { schema, name: read } => {
            let schema = schema.as_ref().map(|schema| format!("{}.", name(schema)));
            let schema = schema.unwrap_or_default();
            outline.line(
                level,
                format!("(from {schema}{}{alias}{columns})", name(read)),
            );
        }
        RelationKind::Query(query) => {
            outline.line(level, format!("(from{alias}{columns}"));
            self::query(outline, level + 1, query);
            close(outline);
        }
    }
}

fn expression(expr: &Expr) -> String {
    let head = match &expr.kind {
        ExprKind::Column {
            qualifier,
            name: column,
        } => match qualifier {
            Some(qualifier) => return format!("{}.{}", name(qualifier), name(column)),
            None => return name(column),
        },
        ExprKind::Literal(value) => return literal(value),
        ExprKind::Unsupported => return "unsupported".to_owned(),
        ExprKind::Not(_) => "not".to_owned(),
        ExprKind::Negate(_) => "-".to_owned(),
        ExprKind::BitNot(_) => "~".to_owned(),
        ExprKind::Binary { op, .. } => op.as_str().to_ascii_lowercase(),
        ExprKind::IsNull { negated, .. } => not(*negated, "is-null"),
        ExprKind::IsTruth { value, negated, .. } => not(*negated, truth(*value)),
        ExprKind::IsDistinct { negated, .. } => not(*negated, "is-distinct"),
        ExprKind::InList { negated, .. } => not(*negated, "in"),
        ExprKind::Between {
            symmetric, negated, ..
        } => {
            let head = ["between", "between-symmetric"][usize::from(*symmetric)];
            not(*negated, head)
        }
        ExprKind::Case { .. } => "case".to_owned(),
        ExprKind::Cast { tried, .. } => ["cast", "try-cast"][usize::from(*tried)].to_owned(),
        ExprKind::Like {
            any_case, negated, ..
        } => not(*negated, ["like", "ilike"][usize::from(*any_case)]),
        ExprKind::Field { name: field, .. } => format!("field {}", name(field)),
        ExprKind::Subscript { .. } => "subscript".to_owned(),
        ExprKind::Any { op, .. } => format!("{}-any", op.as_str()),
        ExprKind::Call { name: function, .. } => name(function),
    };
    let parts: Vec<_> = parts(expr).into_iter().map(expression).collect();
    let parts = parts.join(" ");
    if let ExprKind::Cast { data_type, .. } = &expr.kind {
        return format!("({head} {parts} {data_type})");
    }
    if parts.is_empty() {
        return format!("({head})");
    }
    format!("({head} {parts})")
}

fn not(negated: bool, head: &str) -> String {
    format!("{}{head}", if negated { "not-" } else { "" })
}

/// The operands, in the order in which they are written.
fn parts(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Column { .. } | ExprKind::Literal(_) | ExprKind::Unsupported => Vec::new(),
        ExprKind::Not(operand)
        | ExprKind::Negate(operand)
        | ExprKind::BitNot(operand)
        | ExprKind::IsNull { operand, .. }
        | ExprKind::IsTruth { operand, .. }
        | ExprKind::Field { operand, .. }
        | ExprKind::Cast { operand, .. } => vec![operand],
        ExprKind::Subscript { operand, subscript } => vec![operand, subscript],
        ExprKind::Any { left, array, .. } => vec![left, array],
        ExprKind::Binary { left, right, .. } | ExprKind::IsDistinct { left, right, .. } => {
            vec![left, right]
        }
        ExprKind::InList { operand, list, .. } => std::iter::once(&**operand).chain(list).collect(),
        ExprKind::Between {
            operand, low, high, ..
        } => vec![operand, low, high],
        ExprKind::Case {
            operand,
            branches,
            otherwise,
        } => case_parts(operand.as_deref(), branches, otherwise.as_deref()),
        ExprKind::Like {
            operand, pattern, ..
        } => vec![operand, pattern],
        ExprKind::Call { arguments, .. } => arguments.iter().collect(),
    }
}

fn case_parts<'e>(
    operand: Option<&'e Expr>,
    branches: &'e [(Expr, Expr)],
    otherwise: Option<&'e Expr>,
) -> Vec<&'e Expr> {
    let branches = branches
        .iter()
        .flat_map(|(condition, result)| [condition, result]);
    operand
        .into_iter()
        .chain(branches)
        .chain(otherwise)
        .collect()
}

fn truth(value: Option<bool>) -> &'static str {
    match value {
        Some(true) => "is-true",
        Some(false) => "is-false",
        None => "is-unknown",
    }
}

fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Null => "null".to_owned(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Number(digits) => digits.clone(),
        Literal::Text(value) => text(&value.value),
        Literal::Typed {
            data_type,
            text: value,
        } => format!("({data_type} {})", text(&value.value)),
    }
}
