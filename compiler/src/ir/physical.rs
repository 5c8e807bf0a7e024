//! The physical plan: for each source table that is read, what its decoder must find, what each
//! flow reads, in which order it decides, and what it writes. Emitting it takes no decisions.

use super::logical::{
    AvroFormat, BadData, Connection, Expr, History, Metadata, OutputColumn, PathStep, Qos,
    RawFormat, Root, Settings, Sink, SourceColumn, TimeFormat, TopicPart, Validation, Value,
    ValueForm,
};
use crate::source::Span;
use crate::types::DataType;

/// A pipeline ready to be emitted.
#[derive(Clone, Debug)]
pub struct PhysicalPlan {
    /// The pipeline's name.
    pub name: String,
    /// Connections that a table or sink uses.
    pub connections: Vec<Connection>,
    /// Sinks that a flow uses.
    pub sinks: Vec<Sink>,
    /// Source tables that a flow reads, each with its flows.
    pub tables: Vec<Table>,
    /// Literals in the SQL that hold secrets ([`super::logical::LogicalPlan::secrets`]).
    pub secrets: Vec<Span>,
    /// What SET says.
    pub settings: Settings,
}

/// A source table, its decoder and its flows.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// Index into [`PhysicalPlan::connections`].
    pub connection: usize,
    /// Topic filters (templates).
    pub topics: Vec<String>,
    /// Quality of service.
    pub qos: Qos,
    /// Messages per batch, at most.
    pub batch_size: u32,
    /// Milliseconds per batch, at most.
    pub batch_timeout_ms: u32,
    /// What becomes of a bad message.
    pub bad_data: BadData,
    /// Which of its last messages are kept to be asked for; None: none.
    pub history: Option<History>,
    /// All that it declares, for those who ask: flows read [`Table::columns`].
    pub declared: Vec<Declared>,
    /// What computes its generated columns for them; None where it has none, or nobody can ask.
    pub generated: Option<Box<Generated>>,
    /// What the decoder must find in a message.
    pub decoder: Decoder,
    /// The columns that a check or a flow reads, in declared order. Expressions in flows name
    /// them by index ([`super::logical::ExprKind::Column`]); indices behind them name the
    /// branch's locals ([`Step::Let`]), in order.
    pub columns: Vec<Column>,
    /// Names of declared columns that nothing reads: the decoder checks their syntax alone.
    pub skipped: Vec<String>,
    /// What every message is checked for before any flow, in declared order.
    pub checks: Vec<Check>,
    /// What runs on each message, in file order.
    pub flows: Vec<Flow>,
}

/// A declared column.
#[derive(Clone, Debug)]
pub enum Declared {
    /// It is in the message.
    Column(SourceColumn),
    /// It is computed of others.
    Computed {
        /// The column.
        column: OutputColumn,
        /// Where its expression stands.
        expression: Span,
    },
}

/// What computes the generated columns of a table for those who ask for its messages, whether a
/// flow reads them or not.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The table once more, with one flow: they are its row.
    pub table: Table,
    /// Where that flow leads, which takes JSON.
    pub sink: Sink,
}

/// What a message is checked for.
#[derive(Clone, Debug)]
pub enum Check {
    /// A column (index into [`Table::columns`]) must not be NULL.
    NotNull(usize),
    /// An expression must not be false.
    Expr {
        /// Columns that it needs and no check before it has converted.
        reads: Vec<usize>,
        /// The expression. A column that is checked for NULL later can be NULL.
        expr: Expr,
    },
}

/// How a table's messages are decoded.
#[derive(Clone, Debug)]
pub enum Decoder {
    /// Values are found, and converted when they are read ([`Read::Slot`]).
    Json(JsonDecoder),
    /// The payload is the value ([`Read::Value`]).
    Raw(RawFormat),
    /// All that is read is decoded at once ([`Read::Value`]).
    Avro(AvroFormat),
}

/// What the JSON decoder finds.
#[derive(Clone, Debug)]
pub struct JsonDecoder {
    /// The distinct places that are needed, each a slot that the decoder fills with the value's
    /// span. Sorted by path.
    pub slots: Vec<Vec<PathStep>>,
    /// How much of a message is validated.
    pub validation: Validation,
    /// Whether what stands around the document is cut off.
    pub trim: bool,
    /// What a message holds.
    pub root: Root,
    /// The line: a message that a sender writes with the declared keys in their order, without
    /// white space. None where the table is no flat one of few keys.
    pub line: Option<Vec<LineStep>>,
}

/// One key of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineStep {
    /// The key.
    pub key: String,
    /// The kind of value that the column's type expects behind it.
    pub value: LineValue,
    /// The slot to fill, where the value is needed.
    pub slot: Option<usize>,
}

/// The kind of a value on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineValue {
    /// A string.
    String,
    /// A number.
    Number,
    /// `true`, `false` or `null`.
    Word,
}

/// A column as read.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// Its type.
    pub data_type: DataType,
    /// Whether it can be NULL behind the checks.
    pub nullable: bool,
    /// What stands for a missing one.
    pub default: Option<Value>,
    /// Where it comes from.
    pub read: Read,
}

/// Where a column's value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// A slot of the JSON decoder.
    Slot {
        /// Index into [`JsonDecoder::slots`].
        slot: usize,
        /// For TIMESTAMP.
        format: Option<TimeFormat>,
        /// For other types, where they are not written as usual.
        form: Option<ValueForm>,
    },
    /// A value that the decoder gives in the column's type: the one at this place.
    Value(Vec<PathStep>),
    /// The message around the payload, cast to the column's type where it differs.
    Metadata(Metadata),
}

/// What becomes of a message of the table on its way to one sink.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// Index into [`PhysicalPlan::sinks`].
    pub sink: usize,
    /// The columns of its rows.
    pub columns: Vec<OutputColumn>,
    /// The ways that lead a message to rows: one, but for UNION ALL. They are gone in order, and a
    /// message that fails on one of them gives no row at all.
    pub branches: Vec<Branch>,
    /// Each row is written as `{"name": {…}}`.
    pub wrap_in_name: bool,
    /// What of each row's topic is its own: outputs of each branch.
    pub topic_parts: Vec<TopicPart>,
    /// What holds for the delivery of its rows, and what weakens that: short texts, the level
    /// (`at least once: …`) first.
    pub guarantee: Vec<String>,
}

/// One way from a message to a row.
#[derive(Clone, Debug)]
pub struct Branch {
    /// What happens to a row, in this order, before the outputs are evaluated.
    pub steps: Vec<Step>,
    /// The output row, evaluated from left to right.
    pub outputs: Vec<Output>,
}

/// One step of a branch. Its expressions are over columns and locals of earlier steps.
#[derive(Clone, Debug)]
pub enum Step {
    /// Convert these columns (indices into [`Table::columns`], in declared order), which no
    /// earlier step has converted.
    Read(Vec<usize>),
    /// Compute a local.
    Let {
        /// Its name, unlike that of any column or other local.
        name: String,
        /// Its value.
        expr: Expr,
    },
    /// Go on if this BOOLEAN is true, else reject the row.
    Keep(Expr),
    /// Go on once for each element of an array: not at all where it is NULL. Gives two locals.
    Unnest {
        /// The array.
        array: Expr,
        /// The name of the local that holds the element.
        element: String,
        /// The name of the local that holds its number, from 1, a BIGINT.
        number: String,
    },
}

/// One output column.
#[derive(Clone, Debug)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// How it is made.
    pub value: OutputValue,
}

/// How an output value is made.
#[derive(Clone, Debug)]
pub enum OutputValue {
    /// A bare column whose text is passed through as the sender wrote it (integers and DOUBLE;
    /// TIMESTAMP when canonical). It is checked when the columns of the outputs are
    /// read: behind the last [`Step::Keep`], in declared order with the others.
    Passthrough(usize),
    /// Anything else.
    Expr(Expr),
}
