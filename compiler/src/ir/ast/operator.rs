//! Operators as they are written.

/// Operators with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
    /// `^`
    Power,
    /// `&`
    BitAnd,
    /// `|`
    BitOr,
    /// `#`
    BitXor,
    /// `<<`
    ShiftLeft,
    /// `>>`
    ShiftRight,
    /// `||`
    Concat,
    /// `->`
    JsonGet,
    /// `->>`
    JsonGetText,
    /// `~`
    Matches,
    /// `~*`
    MatchesAnyCase,
    /// `!~`
    MatchesNot,
    /// `!~*`
    MatchesNotAnyCase,
    /// `=`
    Equal,
    /// `<>`, `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `AND`
    And,
    /// `OR`
    Or,
}

impl BinaryOperator {
    /// The operator as SQL writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
            Self::Power => "^",
            Self::BitAnd => "&",
            Self::BitOr => "|",
            Self::BitXor => "#",
            Self::ShiftLeft => "<<",
            Self::ShiftRight => ">>",
            Self::Concat => "||",
            Self::JsonGet => "->",
            Self::JsonGetText => "->>",
            Self::Matches => "~",
            Self::MatchesAnyCase => "~*",
            Self::MatchesNot => "!~",
            Self::MatchesNotAnyCase => "!~*",
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::And => "AND",
            Self::Or => "OR",
        }
    }

    /// Whether it searches for a regular expression.
    pub fn is_match(self) -> bool {
        matches!(
            self,
            Self::Matches | Self::MatchesAnyCase | Self::MatchesNot | Self::MatchesNotAnyCase
        )
    }
}
