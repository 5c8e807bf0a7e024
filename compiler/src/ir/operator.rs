//! The operators of the logical plan.

/// Operators of [`ExprKind::Binary`](super::logical::ExprKind::Binary).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`; integers truncate towards zero
    Divide,
    /// `%`; the sign of the dividend
    Modulo,
    /// `&` over integers of one type
    BitAnd,
    /// `|` over integers of one type
    BitOr,
    /// `#` over integers of one type, and `~x` as `x # -1`
    BitXor,
    /// `<<`; the right operand is an INT
    ShiftLeft,
    /// `>>`; the right operand is an INT
    ShiftRight,
    /// `||` over two TEXTs or two BYTEAs
    Concat,
    /// `->` over JSON and TEXT (a key) or INT (an index); NULL where there is no such value
    JsonGet,
    /// `->>`: the same as TEXT, of a string what it stands for
    JsonGetText,
}

impl Operator {
    /// As SQL writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
            Self::BitAnd => "&",
            Self::BitOr => "|",
            Self::BitXor => "#",
            Self::ShiftLeft => "<<",
            Self::ShiftRight => ">>",
            Self::Concat => "||",
            Self::JsonGet => "->",
            Self::JsonGetText => "->>",
        }
    }

    /// Whether it can be NULL though its operands are not.
    pub fn can_be_null(self) -> bool {
        matches!(self, Self::JsonGet | Self::JsonGetText)
    }

    /// Whether it can be a row error.
    pub fn can_fail(self) -> bool {
        match self {
            Self::Add
            | Self::Subtract
            | Self::Multiply
            | Self::Divide
            | Self::Modulo
            | Self::JsonGetText => true,
            Self::BitAnd
            | Self::BitOr
            | Self::BitXor
            | Self::ShiftLeft
            | Self::ShiftRight
            | Self::Concat
            | Self::JsonGet => false,
        }
    }
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareOperator {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}
