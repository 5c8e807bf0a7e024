//! Conditions.

use super::{Expression, Generator};
use crate::facts;
use crate::types::{TYPES, is_comparable, meet};
use crate::values;
use laminarc::types::DataType;

/// Patterns for LIKE, beside texts that are drawn.
const PATTERNS: &[&str] = &[
    "a%", "%", "_", "%b%", "%c", "a_c", "", "__", "%%", "a\\%b", "\\_", "%\\", "_%_", "%ä%", "Ä%",
    "%日_", "a%b%c", "\\\\", "%e",
];

impl Generator<'_> {
    pub(super) fn boolean(&mut self, depth: usize) -> Expression {
        let not = if self.random.chance(40) { "NOT " } else { "" };
        let boolean = DataType::Boolean;
        match self.random.below(13) {
            0 => {
                let operand = self.expression(boolean, depth);
                Expression::of("(NOT $1)", &[&operand], boolean)
            }
            1..4 => {
                let op = *self.random.pick(&["AND", "OR"]);
                let operands = [(); 3].map(|()| self.expression(boolean, depth));
                let template = match self.random.below(3) {
                    0 => format!("($1 {op} $2 {op} $3)"),
                    _ => format!("($1 {op} $2)"),
                };
                Expression::of(&template, &operands.each_ref(), boolean)
            }
            4 => {
                let operand = self.any(depth);
                Expression::of(&format!("($1 IS {not}NULL)"), &[&operand], boolean)
            }
            5 => {
                let what = *self.random.pick(&["TRUE", "FALSE", "UNKNOWN"]);
                let operand = self.expression(boolean, depth);
                Expression::of(&format!("($1 IS {not}{what})"), &[&operand], boolean)
            }
            6 => self.like(not, depth),
            7 => self.in_list(not, depth),
            8 => self.between(not, depth),
            9 => {
                let text = self.expression(DataType::Text, depth);
                let pattern = self.one_of(super::texts::PATTERNS);
                let op = *self.random.pick(&["~", "~*", "!~", "!~*"]);
                Expression::of(&format!("($1 {op} $2)"), &[&text, &pattern], boolean)
            }
            _ => self.comparison(depth),
        }
    }

    /// A type whose values can be compared.
    pub(super) fn comparable(&mut self) -> DataType {
        loop {
            let data_type = self.data_type();
            if is_comparable(data_type) {
                return data_type;
            }
        }
    }

    /// One that can be compared with `data_type`.
    fn beside(&mut self, data_type: DataType) -> DataType {
        for _ in 0..4 {
            let other = *self.random.pick(TYPES);
            if meet(data_type, other).is_some() {
                return other;
            }
        }
        data_type
    }

    /// What stands on the other side of an operator: typed, or a literal that becomes it.
    fn other_side(&mut self, data_type: DataType, depth: usize) -> Expression {
        if self.random.chance(20) {
            return self.untyped(data_type);
        }
        let other = self.beside(data_type);
        self.expression(other, depth)
    }

    fn comparison(&mut self, depth: usize) -> Expression {
        let data_type = self.comparable();
        let op = *self.random.pick(&["=", "<>", "!=", "<", "<=", ">", ">="]);
        let left = self.expression(data_type, depth);
        let right = self.other_side(data_type, depth);
        let template = match self.random.below(5) {
            0 | 1 => format!("($1 {op} $2)"),
            2 | 3 => format!("($2 {op} $1)"),
            _ => {
                let not = if self.random.chance(50) { "NOT " } else { "" };
                format!("($1 IS {not}DISTINCT FROM $2)")
            }
        };
        Expression::of(&template, &[&left, &right], DataType::Boolean)
    }

    fn between(&mut self, not: &str, depth: usize) -> Expression {
        let data_type = self.comparable();
        let operand = self.expression(data_type, depth);
        let (low, high) = (
            self.other_side(data_type, depth),
            self.other_side(data_type, depth),
        );
        let symmetric = if self.random.chance(15) {
            "SYMMETRIC "
        } else {
            ""
        };
        let template = format!("($1 {not}BETWEEN {symmetric}$2 AND $3)");
        Expression::of(&template, &[&operand, &low, &high], DataType::Boolean)
    }

    fn in_list(&mut self, not: &str, depth: usize) -> Expression {
        let data_type = self.comparable();
        let operand = self.expression(data_type, depth);
        let mut elements: Vec<Expression> = (0..=self.random.below(4))
            .map(|_| self.expression(data_type, 0))
            .collect();
        // of a column: beside a constant NULL, an operand that fails would not be evaluated
        let null = || {
            let column = facts::null_column(data_type);
            Expression::new("NULL".to_owned(), format!("r.{column}"), data_type)
        };
        if self.random.chance(20) {
            elements.push(null());
        }
        // nothing to compare with, but the operand may fail
        if self.random.chance(5) {
            elements = vec![null()];
        }
        let list = |text: fn(&Expression) -> &str| {
            elements.iter().map(text).collect::<Vec<_>>().join(", ")
        };
        let (laminar, postgres) = (list(|e| &e.laminar), list(|e| &e.postgres));
        Expression::new(
            format!("({} {not}IN ({laminar}))", operand.laminar),
            format!("({} {not}IN ({postgres}))", operand.postgres),
            DataType::Boolean,
        )
    }

    fn like(&mut self, not: &str, depth: usize) -> Expression {
        let operand = self.expression(DataType::Text, depth);
        let known: &str = self.random.pick::<&str>(PATTERNS);
        let pattern = match self.random.below(10) {
            0..6 => literal(known),
            6..8 => literal(&values::text(self.random)),
            _ => self.expression(DataType::Text, depth),
        };
        let (clause, escape) = match self.random.below(8) {
            0 => (" ESCAPE 'a'", "a"),
            1 => (" ESCAPE ''", ""),
            2 => (" ESCAPE '_'", "_"),
            _ => ("", "\\"),
        };
        let (text, like) = (&operand.postgres, &pattern.postgres);
        let any_case = if self.random.chance(25) { "I" } else { "" };
        let function = format!("is_{}like", any_case.to_lowercase());
        let (laminar, wanted) = (&operand.laminar, &pattern.laminar);
        Expression::new(
            format!("({laminar} {not}{any_case}LIKE {wanted}{clause})"),
            format!("({not}{function}({text}, {like}, '{escape}'))"),
            DataType::Boolean,
        )
    }
}

fn literal(text: &str) -> Expression {
    Expression::same(values::quoted(text), DataType::Text)
}
