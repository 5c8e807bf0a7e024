//! The logical plan: every name resolved, every expression typed, every option a typed value.
//! It says what the pipeline means, not how it is run.

pub use super::access::Access;
pub use super::endpoint::{
    BadData, Compression, Connection, DeadLetter, DeadLetterFormat, FilesSink, History, LastWill,
    MqttVersion, PathValue, Properties, Qos, Reconnect, RowFormat, Sink, SinkKind, Tls, Topic,
    TopicColumn, TopicPart, Transport, Webhook, WebhookFormat,
};
pub use super::format::{AvroFormat, AvroFraming, Format, JsonFormat, RawFormat, Root, Validation};
pub use super::operator::{CompareOperator, Operator};
pub use super::relation::{OutputColumn, Relation};
pub use super::settings::{LogFormat, LogLevel, Settings};
pub use super::time_pattern::{TimeFormat, TimeItem, TimePart, TimePattern};
use crate::functions::Function;
use crate::source::Span;
use crate::types::{DataType, IntegerType};

/// A checked pipeline.
#[derive(Clone, Debug)]
pub struct LogicalPlan {
    /// The pipeline's name: the file's stem.
    pub name: String,
    /// Connections, in file order. Inline options of a table make a connection named after it.
    pub connections: Vec<Connection>,
    /// Source tables, in file order, whether read or not.
    pub sources: Vec<Source>,
    /// Sinks, in file order; the implicit standard output comes last where a flow needs it.
    pub sinks: Vec<Sink>,
    /// Views, in file order: kept for `explain`, since flows hold their own copies.
    pub views: Vec<View>,
    /// What runs, in file order.
    pub flows: Vec<Flow>,
    /// Literals in the SQL that hold secrets, quotes included: they are blanked wherever the SQL
    /// is kept or shown.
    pub secrets: Vec<Span>,
    /// What SET says.
    pub settings: Settings,
}

/// A source table.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// Index into [`LogicalPlan::connections`].
    pub connection: usize,
    /// Topic filters (templates), none contained in another.
    pub topics: Vec<String>,
    /// Quality of service asked for.
    pub qos: Qos,
    /// Messages handed to sinks and acknowledged together, at most.
    pub batch_size: u32,
    /// Milliseconds after which an incomplete batch is handed on.
    pub batch_timeout_ms: u32,
    /// What becomes of a bad message.
    pub bad_data: BadData,
    /// Which of its last messages are kept to be asked for; None: none.
    pub history: Option<History>,
    /// What its messages are.
    pub format: Format,
    /// Columns that a message holds, in declared order. Those that are generated are none of
    /// them: what reads the table has them as a projection.
    pub columns: Vec<SourceColumn>,
    /// What each message is checked for beside NOT NULL, in declared order.
    pub checks: Vec<Check>,
    /// All that is declared, generated columns too: what a query on the table reads.
    pub rows: Relation,
}

/// `CHECK (expr)`: the message is bad where it is false.
#[derive(Clone, Debug)]
pub struct Check {
    /// Of type BOOLEAN, over the source's columns. Those at `behind` and later can be NULL in it
    /// even if they are NOT NULL, which is checked later.
    pub expr: Expr,
    /// How many of the source's columns are declared, and checked, before it.
    pub behind: usize,
}

/// A declared column.
#[derive(Clone, Debug)]
pub struct SourceColumn {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// Its type.
    pub data_type: DataType,
    /// NOT NULL: checked on each message.
    pub not_null: bool,
    /// Where its value comes from.
    pub origin: Origin,
    /// The pattern of a TIMESTAMP's text, where it has one: then `origin` has no format.
    pub pattern: Option<TimePattern>,
    /// How other types are written, where that is not as usual.
    pub form: Option<ValueForm>,
    /// What stands for a missing key; never NULL.
    pub default: Option<Value>,
}

/// How a value is written in JSON where that is not as usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueForm {
    /// A number, or a string that holds one.
    NumberOrString,
    /// `ON`, `off`, `true`, `0`, `yes` …
    OnOff,
    /// Bytes as hexadecimal digits.
    Hex,
}

impl ValueForm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::NumberOrString, Self::OnOff, Self::Hex];

    /// As SQL names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::NumberOrString => "number_or_string",
            Self::OnOff => "on_off",
            Self::Hex => "hex",
        }
    }
}

/// Where a column's value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A place in the document, which is the JSON, the Avro data or the payload as it is; an empty
    /// path is all of it.
    Path {
        /// Keys and indices from the root.
        path: Vec<PathStep>,
        /// How a TIMESTAMP without a pattern is written; None for other types.
        format: Option<TimestampFormat>,
    },
    /// The message around the payload.
    Metadata(Metadata),
}

/// One step of a JSON path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathStep {
    /// `.key`
    Key(String),
    /// `[index]`, from 0
    Index(u32),
}

/// How a TIMESTAMP is written in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestampFormat {
    /// RFC 3339, with the liberties of dialect §4.
    Rfc3339,
    /// Seconds since the epoch.
    UnixSeconds,
    /// Milliseconds since the epoch.
    UnixMilliseconds,
    /// Microseconds since the epoch.
    UnixMicroseconds,
    /// Nanoseconds since the epoch.
    UnixNanoseconds,
}

impl TimestampFormat {
    /// As SQL names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rfc3339 => "rfc3339",
            Self::UnixSeconds => "unix_s",
            Self::UnixMilliseconds => "unix_ms",
            Self::UnixMicroseconds => "unix_us",
            Self::UnixNanoseconds => "unix_ns",
        }
    }
}

/// What a message carries beside its payload. Natural types in brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Metadata {
    /// `topic` (TEXT, never null)
    Topic,
    /// `topic.N` (TEXT), levels counted from 1
    TopicLevel(u32),
    /// `qos` (SMALLINT, never null)
    Qos,
    /// `retain` (BOOLEAN, never null)
    Retain,
    /// `duplicate` (BOOLEAN, never null)
    Duplicate,
    /// `received_at` (TIMESTAMP, never null)
    ReceivedAt,
    /// `content_type` (TEXT)
    ContentType,
    /// `response_topic` (TEXT)
    ResponseTopic,
    /// `correlation_data` (BYTEA)
    CorrelationData,
    /// `user_property.NAME` (TEXT)
    UserProperty(String),
    /// `message_expiry_interval` (BIGINT, seconds)
    MessageExpiryInterval,
}

/// A named query, checked.
#[derive(Clone, Debug)]
pub struct View {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// What it computes.
    pub query: Relation,
}

/// A query whose rows go to a sink.
#[derive(Clone, Debug)]
pub struct Flow {
    /// The view's name, or the sink's for an INSERT, or `select_N` for a bare SELECT.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// Index into [`LogicalPlan::sinks`].
    pub sink: usize,
    /// What it computes; its columns are the sink's by position, cast already.
    pub query: Relation,
    /// Each row is written as `{"name": {…}}`.
    pub wrap_in_name: bool,
    /// What of each row's topic is its own, in the order of the sink's topic.
    pub topic_parts: Vec<TopicPart>,
}

/// A typed expression over the columns of one relation.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its type.
    pub data_type: DataType,
    /// Whether it can be NULL.
    pub nullable: bool,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of [`Expr`].
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A column of the input, by position.
    Column(usize),
    /// A constant of the expression's type.
    Literal(Value),
    /// NOT over a BOOLEAN.
    Not(Box<Expr>),
    /// Unary minus; operand and result have one type. An overflow is a row error.
    Negate(Box<Expr>),
    /// An operator with two operands that gives NULL where one of them is NULL. What it makes of
    /// which types is the binder's `arithmetic` and `concatenation`.
    Binary {
        /// Which.
        op: Operator,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// Both operands have one type, or are integers of any types (compared exactly).
    Compare {
        /// Which.
        op: CompareOperator,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// All of two or more BOOLEANs, evaluated left to right.
    And(Vec<Expr>),
    /// Any of two or more BOOLEANs, evaluated left to right.
    Or(Vec<Expr>),
    /// IS [NOT] NULL, never NULL itself.
    IsNull {
        /// The operand.
        operand: Box<Expr>,
        /// `NOT`
        negated: bool,
    },
    /// IS [NOT] TRUE / FALSE / UNKNOWN over a BOOLEAN, never NULL itself.
    IsTruth {
        /// The operand.
        operand: Box<Expr>,
        /// None is UNKNOWN.
        value: Option<bool>,
        /// `NOT`
        negated: bool,
    },
    /// [NOT] IN; the operand and all elements have one type, or are integers.
    InList {
        /// The operand.
        operand: Box<Expr>,
        /// The list, at least one.
        list: Vec<Expr>,
        /// `NOT`
        negated: bool,
    },
    /// The first branch whose condition is true, else `otherwise`, else NULL. All results have
    /// the expression's type. (The simple form is bound as comparisons.)
    Case {
        /// Conditions (BOOLEAN) and results.
        branches: Vec<(Expr, Expr)>,
        /// ELSE
        otherwise: Option<Box<Expr>>,
    },
    /// From the operand's type to the expression's.
    Cast(Box<Expr>),
    /// The same, NULL where the cast itself fails. Only of casts that can.
    TryCast(Box<Expr>),
    /// IS [NOT] DISTINCT FROM, never NULL itself; operands as in a comparison.
    IsDistinct {
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
        /// `NOT`
        negated: bool,
    },
    /// `[NOT] LIKE` over TEXT.
    Like {
        /// Whatever the case of letters: ILIKE.
        any_case: bool,
        /// The operand.
        operand: Box<Expr>,
        /// The pattern, TEXT.
        pattern: Box<Expr>,
        /// The escape character, if any.
        escape: Option<char>,
        /// `NOT`
        negated: bool,
    },
    /// Something within a value of a nested type; NULL where there is nothing.
    Access {
        /// What.
        access: Access,
        /// The value, and what else it takes.
        operands: Vec<Expr>,
    },
    /// A function; its arguments have the types of the signature.
    Call {
        /// Which.
        function: &'static Function,
        /// Its arguments.
        arguments: Vec<Expr>,
    },
}

/// A constant. Which variant belongs to which [`DataType`] follows from the names.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// NULL of any type
    Null,
    /// BOOLEAN
    Boolean(bool),
    /// any integer type, within its range
    Integer(i128),
    /// REAL, finite
    Float32(f32),
    /// DOUBLE, finite
    Float64(f64),
    /// DECIMAL: the value times ten to the type's scale
    Decimal(i128),
    /// TEXT, and JSON as its text
    Text(String),
    /// BYTEA
    Bytes(Vec<u8>),
    /// TIMESTAMP: microseconds, nanoseconds at precision 9
    Timestamp(i64),
    /// DATE: days since 1970-01-01
    Date(i32),
    /// TIME: microseconds since midnight
    Time(i64),
    /// INTERVAL; equal by its parts, not as SQL compares it
    Interval {
        /// Months.
        months: i32,
        /// Days.
        days: i32,
        /// Microseconds.
        micros: i64,
    },
}

impl LogicalPlan {
    /// The plan of all tables as they are: a flow for each, of its name and with all that it
    /// declares, to nowhere.
    #[must_use]
    pub fn of_tables(&self) -> Self {
        let flows = self.sources.iter().map(|source| Flow {
            name: source.name.clone(),
            span: source.span,
            sink: 0,
            query: source.rows.clone(),
            wrap_in_name: false,
            topic_parts: Vec::new(),
        });
        let nowhere = Sink {
            name: "blackhole".to_owned(),
            span: None,
            columns: Vec::new(),
            kind: SinkKind::Blackhole,
        };
        Self {
            flows: flows.collect(),
            sinks: vec![nowhere],
            ..self.clone()
        }
    }

    /// The plan of the flows into sinks that the SQL names.
    #[must_use]
    pub fn of_named_sinks(&self) -> Self {
        let mut plan = self.clone();
        plan.flows.retain(|flow| self.sinks[flow.sink].is_named());
        plan
    }

    /// The columns that a relation gives.
    pub fn columns(&self, relation: &Relation) -> Vec<OutputColumn> {
        match relation {
            Relation::Scan { source } => self.sources[*source]
                .columns
                .iter()
                .map(|column| OutputColumn {
                    name: column.name.clone(),
                    data_type: column.data_type,
                    nullable: column.nullable(),
                })
                .collect(),
            Relation::Filter { input, .. } => self.columns(input),
            Relation::Unnest {
                input,
                element,
                number,
                ..
            } => {
                let number = number.as_ref().map(|name| OutputColumn {
                    name: name.clone(),
                    data_type: DataType::Integer(IntegerType::Int64),
                    nullable: false,
                });
                let mut columns = self.columns(input);
                columns.push(element.clone());
                columns.extend(number);
                columns
            }
            Relation::Project { columns, .. } => {
                columns.iter().map(|(column, _)| column.clone()).collect()
            }
            Relation::UnionAll { columns, .. } => columns.clone(),
        }
    }
}

impl SourceColumn {
    /// Whether the column can be NULL in a row that reached a query.
    pub fn nullable(&self) -> bool {
        let never_null = match &self.origin {
            // even a whole message can be `null`
            Origin::Path { .. } => false,
            Origin::Metadata(metadata) => !metadata.can_be_absent() || self.default.is_some(),
        };
        !self.not_null && !never_null
    }

    /// How a TIMESTAMP is written in the payload; None for other types.
    pub fn time_format(&self) -> Option<TimeFormat> {
        match (&self.origin, &self.pattern) {
            (_, Some(pattern)) => Some(TimeFormat::Pattern(pattern.clone())),
            (Origin::Path { format, .. }, None) => format.map(TimeFormat::Named),
            (Origin::Metadata(_), None) => None,
        }
    }
}
