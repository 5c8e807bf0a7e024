//! The operators that may follow an operand, and how strongly they bind.

use super::cursor::Parser;
use super::tokens::Kind;
use crate::ir::ast::BinaryOperator;

/// Binding powers, weakest first (`PostgreSQL`, "Operator Precedence").
pub(super) mod power {
    pub(in crate::parse) const OR: u8 = 1;
    pub(in crate::parse) const AND: u8 = 2;
    pub(in crate::parse) const NOT: u8 = 3;
    pub(in crate::parse) const IS: u8 = 4;
    pub(in crate::parse) const COMPARISON: u8 = 5;
    pub(in crate::parse) const MATCH: u8 = 6;
    pub(in crate::parse) const OTHER: u8 = 7;
    pub(in crate::parse) const SUM: u8 = 8;
    pub(in crate::parse) const PRODUCT: u8 = 9;
    pub(in crate::parse) const EXPONENT: u8 = 10;
    pub(in crate::parse) const ZONE: u8 = 11;
    pub(in crate::parse) const SIGN: u8 = 12;
    pub(in crate::parse) const SUBSCRIPT: u8 = 13;
    pub(in crate::parse) const CAST: u8 = 14;
}

/// What may follow an operand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Infix {
    /// AND, OR, `||`
    Chain(BinaryOperator),
    /// `+` … `>=`
    Binary(BinaryOperator),
    /// IS …
    Is,
    /// [NOT] IN, BETWEEN, LIKE, ILIKE
    Match,
    /// An operator that is not supported yet.
    Unsupported,
    /// `::`
    DoubleColon,
    /// `[`
    Subscript,
    /// `.` and a name
    Field,
    /// AT TIME ZONE
    TimeZone,
    /// COLLATE
    Collate,
}

impl Parser<'_> {
    /// The operator that comes next, with its binding power.
    pub(super) fn infix(&self) -> Option<(Infix, u8)> {
        let token = self.peek();
        match token.kind {
            Kind::Symbol if self.is_field() => Some((Infix::Field, power::SUBSCRIPT)),
            Kind::Symbol => symbol_infix(self.slice(token)),
            Kind::Word => self.word_infix(),
            Kind::Quoted(_) | Kind::Text(_) | Kind::Number | Kind::Invalid(_) | Kind::End => None,
        }
    }

    fn is_field(&self) -> bool {
        let name = &self.peek_at(1).kind;
        self.is_symbol(".") && matches!(name, Kind::Word | Kind::Quoted(_))
    }

    fn word_infix(&self) -> Option<(Infix, u8)> {
        let matching = ["IN", "BETWEEN", "LIKE", "ILIKE"];
        let unsupported = ["SIMILAR", "RLIKE", "REGEXP", "GLOB"];
        let ahead = usize::from(self.is_keyword("NOT"));
        let is_any = |words: &[&str]| words.iter().any(|word| self.is_keyword_at(ahead, word));
        if is_any(&matching) {
            Some((Infix::Match, power::MATCH))
        } else if is_any(&unsupported) {
            Some((Infix::Unsupported, power::MATCH))
        } else if self.is_keyword("AND") {
            Some((Infix::Chain(BinaryOperator::And), power::AND))
        } else if self.is_keyword("OR") {
            Some((Infix::Chain(BinaryOperator::Or), power::OR))
        } else if self.is_keyword("IS") {
            Some((Infix::Is, power::IS))
        } else if self.is_phrase("AT TIME ZONE") {
            Some((Infix::TimeZone, power::ZONE))
        } else if self.is_keyword("COLLATE") {
            Some((Infix::Collate, power::ZONE))
        } else {
            None
        }
    }
}

/// The operator of a symbol.
fn symbol_infix(symbol: &str) -> Option<(Infix, u8)> {
    use BinaryOperator as B;
    let (op, power) = match symbol {
        "+" => (B::Add, power::SUM),
        "-" => (B::Subtract, power::SUM),
        "*" => (B::Multiply, power::PRODUCT),
        "/" => (B::Divide, power::PRODUCT),
        "%" => (B::Modulo, power::PRODUCT),
        "^" => (B::Power, power::EXPONENT),
        "&" => (B::BitAnd, power::OTHER),
        "|" => (B::BitOr, power::OTHER),
        "#" => (B::BitXor, power::OTHER),
        "<<" => (B::ShiftLeft, power::OTHER),
        ">>" => (B::ShiftRight, power::OTHER),
        "||" => return Some((Infix::Chain(B::Concat), power::OTHER)),
        "->" => (B::JsonGet, power::OTHER),
        "->>" => (B::JsonGetText, power::OTHER),
        "~" => (B::Matches, power::OTHER),
        "~*" => (B::MatchesAnyCase, power::OTHER),
        "!~" => (B::MatchesNot, power::OTHER),
        "!~*" => (B::MatchesNotAnyCase, power::OTHER),
        "=" | "==" => (B::Equal, power::COMPARISON),
        "<>" | "!=" => (B::NotEqual, power::COMPARISON),
        "<" => (B::Less, power::COMPARISON),
        "<=" => (B::LessOrEqual, power::COMPARISON),
        ">" => (B::Greater, power::COMPARISON),
        ">=" | "=>" => (B::GreaterOrEqual, power::COMPARISON),
        "&&" => return Some((Infix::Chain(B::And), power::AND)),
        "::" => return Some((Infix::DoubleColon, power::CAST)),
        "[" => return Some((Infix::Subscript, power::SUBSCRIPT)),
        "(" | ")" | "," | "." | "{" | "}" | "]" | ":" | "\\" | ":=" | "!" => return None,
        _ => return Some((Infix::Unsupported, power::OTHER)),
    };
    Some((Infix::Binary(op), power))
}
