//! The syntax tree: what the file says, with the place of each piece, before any name is looked
//! up. It is this project's own, so that the SQL parser in use shows nowhere but in `parse`.

mod operator;
mod query;

pub use operator::BinaryOperator;
pub use query::{Branch, CommonTable, Query, Relation, RelationKind, Select, SelectItem, Unnest};

use crate::source::{SourceFile, Span};
use crate::types::DataType;
use std::ops::Range;

/// A name as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The spelling, without quotes.
    pub text: String,
    /// `"quoted"` names match exactly, others ASCII case-insensitively.
    pub quoted: bool,
    /// Where it stands, quotes included.
    pub span: Span,
}

impl Name {
    /// Whether this reference means the declared `name`.
    pub fn matches(&self, name: &str) -> bool {
        if self.quoted {
            self.text == name
        } else {
            self.text.eq_ignore_ascii_case(name)
        }
    }
}

/// A string literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The value, `''` folded to `'`.
    pub value: String,
    /// Where it stands, quotes included.
    pub span: Span,
}

impl Text {
    /// The place of `range` (bytes of the value) in the source; the whole literal if the literal
    /// is not a plain single-quoted one.
    pub fn span_within(&self, source: &SourceFile, range: Range<usize>) -> Span {
        let raw = source.slice(self.span);
        let Some(inner) = raw.strip_prefix('\'') else {
            return self.span;
        };
        let start = self.span.start as usize + 1;
        // value offset → source offset: each folded quote takes one more byte in the source
        let place = |value_at: usize| {
            let (mut value, mut chars) = (0, inner.char_indices());
            while let Some((at, c)) = chars.next() {
                if value >= value_at {
                    return start + at;
                }
                value += c.len_utf8();
                if c == '\'' {
                    chars.next();
                }
            }
            self.span.end as usize
        };
        Span::new(place(range.start)..place(range.end))
    }
}

/// A whole pipeline file.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// In file order; statements that did not parse are left out (and reported).
    pub statements: Vec<Statement>,
    /// The names that left-out statements would have defined: that such a name is unknown has
    /// been reported already, at its cause.
    pub broken: Vec<Name>,
}

/// One statement.
#[derive(Clone, Debug)]
pub enum Statement {
    /// `CREATE CONNECTION name FROM kind WITH (…)`
    CreateConnection(CreateConnection),
    /// `CREATE TABLE name (…) WITH (…) [AS query]`
    CreateTable(CreateTable),
    /// `CREATE VIEW name [(columns)] AS query`
    CreateView(CreateView),
    /// `INSERT INTO sink [(columns)] query`
    Insert(Insert),
    /// `SELECT …` alone
    Select(Query),
    /// `SET name = value`
    Set(Set),
}

/// `SET name = value`
#[derive(Clone, Debug)]
pub struct Set {
    /// The setting and its value.
    pub entry: OptionEntry,
    /// All of it.
    pub span: Span,
}

/// `CREATE CONNECTION name FROM kind WITH (…)`
#[derive(Clone, Debug)]
pub struct CreateConnection {
    /// The connection's name.
    pub name: Name,
    /// `mqtt_source`, `mqtt`, `mqtt_sink`
    pub kind: Name,
    /// What stands in `WITH (…)`.
    pub options: Vec<OptionEntry>,
    /// `CREATE … )`
    pub span: Span,
}

/// `CREATE TABLE name (…) WITH (…) [AS query]`
#[derive(Clone, Debug)]
pub struct CreateTable {
    /// The table's name.
    pub name: Name,
    /// Declared columns, empty where there is no list.
    pub columns: Vec<ColumnDefinition>,
    /// Checks of the whole table, in order.
    pub checks: Vec<TableCheck>,
    /// Options that stand in the column list (the Avro form of §5).
    pub column_list_options: Vec<OptionEntry>,
    /// What stands in `WITH (…)`.
    pub options: Vec<OptionEntry>,
    /// `AS query`
    pub query: Option<Query>,
    /// `CREATE … )`
    pub span: Span,
}

/// `key = value` in `WITH (…)`
#[derive(Clone, Debug)]
pub struct OptionEntry {
    /// The key; `'raw_bytes.include_topic'` and `json.validation` alike.
    pub key: Name,
    /// The value.
    pub value: OptionValue,
}

/// An option's value as written.
#[derive(Clone, Debug)]
pub enum OptionValue {
    /// `'…'`
    Text(Text),
    /// `1`, `-2.5`, as written
    Number {
        /// The digits, with sign.
        text: String,
        /// Where.
        span: Span,
    },
    /// `true`, `false`
    Boolean {
        /// Which.
        value: bool,
        /// Where.
        span: Span,
    },
    /// `['a', 'b']`, only for lists such as topics
    Array {
        /// The elements.
        items: Vec<Text>,
        /// Where, brackets included.
        span: Span,
    },
}

impl OptionValue {
    /// Where the value stands.
    pub fn span(&self) -> Span {
        match self {
            Self::Text(text) => text.span,
            Self::Number { span, .. } | Self::Boolean { span, .. } | Self::Array { span, .. } => {
                *span
            }
        }
    }
}

/// `CHECK (expr)` among the columns
#[derive(Clone, Debug)]
pub struct TableCheck {
    /// What must not be false.
    pub expr: Expr,
    /// How many columns stand before it.
    pub behind: usize,
    /// All of it.
    pub span: Span,
}

/// `name type clauses`
#[derive(Clone, Debug)]
pub struct ColumnDefinition {
    /// The column's name.
    pub name: Name,
    /// Its type.
    pub data_type: DataType,
    /// Where the type stands.
    pub type_span: Span,
    /// What follows the type.
    pub clauses: Vec<ColumnClause>,
    /// All of it.
    pub span: Span,
}

/// A clause behind a column's type.
#[derive(Clone, Debug)]
pub struct ColumnClause {
    /// Which.
    pub kind: ColumnClauseKind,
    /// Where, keyword included.
    pub span: Span,
}

/// The kinds of [`ColumnClause`].
#[derive(Clone, Debug)]
pub enum ColumnClauseKind {
    /// `NOT NULL`
    NotNull,
    /// `NULL`: says nothing
    Null,
    /// `PATH '$.a.b'`
    Path(Text),
    /// `FORMAT 'unix_ms'`
    Format(Text),
    /// `METADATA FROM 'topic'`
    Metadata(Text),
    /// `DEFAULT literal`
    Default(Expr),
    /// `CHECK (expr)`
    Check(Expr),
    /// `GENERATED ALWAYS AS (expr) [STORED]`
    Generated(Expr),
}

/// `CREATE VIEW name [(columns)] AS query`
#[derive(Clone, Debug)]
pub struct CreateView {
    /// The view's name.
    pub name: Name,
    /// New names of the columns, where given.
    pub columns: Vec<Name>,
    /// The query.
    pub query: Query,
    /// The whole statement.
    pub span: Span,
}

/// `INSERT INTO sink [(columns)] query`
#[derive(Clone, Debug)]
pub struct Insert {
    /// The sink table.
    pub table: Name,
    /// The columns to fill, where given.
    pub columns: Vec<Name>,
    /// The query.
    pub query: Query,
    /// The whole statement.
    pub span: Span,
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where, operands included.
    pub span: Span,
}

/// The kinds of [`Expr`].
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `[qualifier.]name`
    Column {
        /// The relation's name or alias.
        qualifier: Option<Name>,
        /// The column's name.
        name: Name,
    },
    /// A literal.
    Literal(Literal),
    /// `NOT x`
    Not(Box<Expr>),
    /// `-x`
    Negate(Box<Expr>),
    /// `~x`
    BitNot(Box<Expr>),
    /// `a op b`
    Binary {
        /// Which.
        op: BinaryOperator,
        /// Where the operator's own token stands.
        op_span: Span,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `x IS [NOT] NULL`
    IsNull {
        /// The operand.
        operand: Box<Expr>,
        /// `NOT`
        negated: bool,
    },
    /// `x IS [NOT] TRUE | FALSE | UNKNOWN`
    IsTruth {
        /// The operand.
        operand: Box<Expr>,
        /// None is UNKNOWN.
        value: Option<bool>,
        /// `NOT`
        negated: bool,
    },
    /// `a IS [NOT] DISTINCT FROM b`
    IsDistinct {
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
        /// `NOT`
        negated: bool,
    },
    /// `x [NOT] IN (a, b)`
    InList {
        /// The operand.
        operand: Box<Expr>,
        /// The list, at least one.
        list: Vec<Expr>,
        /// `NOT`
        negated: bool,
    },
    /// `x [NOT] BETWEEN [SYMMETRIC] low AND high`
    Between {
        /// The operand.
        operand: Box<Expr>,
        /// Lower end, included.
        low: Box<Expr>,
        /// Upper end, included.
        high: Box<Expr>,
        /// Whichever end is the lower one.
        symmetric: bool,
        /// `NOT`
        negated: bool,
    },
    /// `CASE [operand] WHEN … THEN … [ELSE …] END`
    Case {
        /// The simple form's operand.
        operand: Option<Box<Expr>>,
        /// WHEN and THEN, at least one.
        branches: Vec<(Expr, Expr)>,
        /// ELSE
        otherwise: Option<Box<Expr>>,
    },
    /// `CAST(x AS type)`, `x::type`, `TRY_CAST(x AS type)`
    Cast {
        /// The operand.
        operand: Box<Expr>,
        /// NULL where the cast fails: `TRY_CAST`.
        tried: bool,
        /// The wanted type.
        data_type: DataType,
        /// Where the type stands.
        type_span: Span,
    },
    /// `x [NOT] LIKE pattern [ESCAPE c]`, and ILIKE
    Like {
        /// Whatever the case of letters: `ILIKE`.
        any_case: bool,
        /// The operand.
        operand: Box<Expr>,
        /// The pattern.
        pattern: Box<Expr>,
        /// The escape character; a backslash where none is given, None where it is `''`.
        escape: Option<char>,
        /// `NOT`
        negated: bool,
    },
    /// `x.field`, of what is no table
    Field {
        /// The operand.
        operand: Box<Expr>,
        /// The field's name.
        name: Name,
    },
    /// `x[subscript]`
    Subscript {
        /// The operand.
        operand: Box<Expr>,
        /// The subscript, from 1.
        subscript: Box<Expr>,
    },
    /// `x op ANY (array)`
    Any {
        /// Which.
        op: BinaryOperator,
        /// Where the operator's own token stands.
        op_span: Span,
        /// Left operand.
        left: Box<Expr>,
        /// The array.
        array: Box<Expr>,
    },
    /// `name(arguments)`
    Call {
        /// The function.
        name: Name,
        /// Its arguments.
        arguments: Vec<Expr>,
    },
    /// What was reported as not supported yet: of no known type.
    Unsupported,
}

/// A literal as written.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `NULL`
    Null,
    /// `true`, `false`
    Boolean(bool),
    /// `1`, `2.50`, `1e9`: the digits as written, without sign
    Number(String),
    /// `'…'`
    Text(Text),
    /// `TIMESTAMP '…'`, `DATE '…'`, `TIME '…'`
    Typed {
        /// The type in front.
        data_type: DataType,
        /// The text behind it.
        text: Text,
    },
}
