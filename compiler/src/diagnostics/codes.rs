//! The codes of all diagnostics. Each has a section with an example in `docs/errors.md`; a test
//! checks that both lists agree and that each example gives its code.

use super::Severity;

/// The code of a diagnostic: `E` and four digits for errors, `W` and four digits for warnings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(&'static str);

impl Code {
    /// The code as printed, `E0201`.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// Error or warning, by the letter.
    pub fn severity(self) -> Severity {
        if self.0.starts_with('E') {
            Severity::Error
        } else {
            Severity::Warning
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])+ $name:ident = $text:literal,)+) => {
        /// One constant per code.
        pub mod code {
            use super::Code;
            $($(#[$doc])+ pub const $name: Code = Code($text);)+
        }
        /// Every code.
        pub const ALL: &[Code] = &[$(code::$name),+];
    };
}

codes! {
    // E00xx: the text itself (parse)
    /// The text is not SQL of this dialect at this place.
    SYNTAX = "E0001",
    /// A string, comment or quoted name is not closed, or a character does not belong here.
    TOKEN = "E0002",
    /// Parentheses or operators are nested too deeply.
    NESTING = "E0003",
    /// `...` stands where columns belong.
    ELLIPSIS = "E0004",
    /// An option such as `topics = …` stands outside `WITH (…)`.
    BARE_OPTION = "E0005",
    /// The file holds nothing to run.
    EMPTY = "E0006",
    /// A statement that pipelines do not have, such as DROP.
    STATEMENT = "E0007",

    // E01xx: options, connections, topics (bind)
    /// An option that does not exist for this connector or format.
    UNKNOWN_OPTION = "E0101",
    /// An option is given twice.
    REPEATED_OPTION = "E0102",
    /// An option's value has the wrong type or is out of range.
    OPTION_VALUE = "E0103",
    /// A topic filter or topic is invalid.
    TOPIC = "E0104",
    /// An option that must be given is missing.
    MISSING_OPTION = "E0105",
    /// Options that exclude or need one another.
    OPTION_CONFLICT = "E0106",
    /// An unknown connector, connection kind or format.
    UNKNOWN_CONNECTOR = "E0107",
    /// The broker URL is invalid.
    BROKER_URL = "E0108",
    /// A `${…}` reference is malformed or stands where none is allowed.
    VARIABLE = "E0109",
    /// Options for TLS at a broker without TLS.
    WITHOUT_TLS = "E0112",
    /// An Avro schema that cannot be had, or is none.
    AVRO_SCHEMA = "E0113",

    // E02xx: names (bind)
    /// No such column.
    UNKNOWN_COLUMN = "E0201",
    /// No such table, view or connection.
    UNKNOWN_RELATION = "E0202",
    /// Two things of one name.
    DUPLICATE_NAME = "E0203",
    /// An unquoted name matches several, or stands in several relations.
    AMBIGUOUS_NAME = "E0204",
    /// No such function, or not with these arguments.
    UNKNOWN_FUNCTION = "E0205",
    /// A system table in a pipeline file.
    SYSTEM_TABLE = "E0206",
    /// One table is both read and written.
    TABLE_ROLE = "E0207",
    /// A JSON path is malformed.
    JSON_PATH = "E0208",
    /// Unknown metadata.
    METADATA = "E0209",

    // E03xx: types (bind)
    /// Operands whose types do not go together.
    OPERAND_TYPES = "E0301",
    /// A value of the wrong type at this place, or a cast that does not exist.
    TYPE_MISMATCH = "E0302",
    /// A literal that does not fit its type.
    LITERAL = "E0303",
    /// The columns of an INSERT do not match its query.
    INSERT_COLUMNS = "E0304",
    /// A constant expression that always fails.
    CONSTANT_FAILS = "E0305",
    /// A clause that contradicts the column's type or another clause.
    COLUMN_CLAUSE = "E0306",
    /// A timestamp pattern that cannot be read.
    TIME_PATTERN = "E0307",
    /// A timestamp pattern that tells no instant, or more than one.
    TIME_PATTERN_PARTS = "E0308",
    /// A type that does not exist.
    UNKNOWN_TYPE = "E0310",
    /// A constant argument that its function can never take.
    ARGUMENT = "E0311",

    // E04xx: not yet
    /// A construct or type of the dialect that is not supported yet.
    UNSUPPORTED = "E0401",
    /// Options of the dialect that are not supported yet.
    UNSUPPORTED_OPTION = "E0402",

    // W05xx: warnings
    /// A literal password in the file.
    PASSWORD = "W0501",
    /// Messages sent while the binary is down are lost.
    CLEAN_SESSION = "W0502",
    /// The names at an INSERT's positions are a permutation of the sink's.
    PERMUTATION = "W0503",
    /// Overlapping topic filters on a 3.1.1 connection.
    OVERLAP = "W0504",
    /// A table, view or connection that nothing uses.
    UNUSED = "W0505",
    /// A comparison with NULL, which is never true.
    NULL_COMPARISON = "W0506",
    /// A topic that begins or ends with a space.
    TOPIC_SPACES = "W0507",
    /// Several flows to standard output whose lines nothing tells apart.
    MIXED_OUTPUT = "W0508",
    /// The broker's certificate is not checked.
    UNVERIFIED = "W0512",
    /// Everyone in the network can ask the pipeline.
    OPEN_CONTROL = "W0513",
    /// Messages of one topic do not stay in order.
    ORDER = "W0515",
    /// Retained messages are not received.
    RETAINED = "W0516",
    /// A condition that is never true, or a branch that is never taken.
    NEVER_TRUE = "W0521",
    /// A condition that is always true.
    ALWAYS_TRUE = "W0522",
    /// A test for a NULL, or a replacement of one, where there is never any.
    NEVER_NULL = "W0523",
    /// An instant is compared with a day.
    DAY_COMPARED = "W0524",
    /// An INSERT rounds or cuts values to the sink's type.
    NARROWED = "W0525",
    /// A topic filter that another one of the same table contains.
    CONTAINED_FILTER = "W0526",
}
