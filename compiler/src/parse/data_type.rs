//! The names of data types.

use super::cursor::{Parsed, Parser};
use super::report::abbreviated;
use super::tokens::Kind;
use crate::catalog::same;
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::ir::ast::Name;
use crate::source::Span;
use crate::types::{ArrayType, DataType, Field, IntegerType, StructType, TimestampPrecision};

/// STRUCTs inside one another, and dimensions of arrays, at most.
const MAX_STRUCTS: usize = 16;

/// What a type's first word leads to.
#[derive(Clone, Copy)]
enum Rule {
    /// This type, with nothing behind it.
    Plain(DataType),
    /// An integer of this width, `UNSIGNED` or not.
    Integer {
        signed: IntegerType,
        unsigned: IntegerType,
    },
    /// `FLOAT`, `FLOAT(p)`: binary digits choose the width, as in `PostgreSQL`.
    Float,
    /// `DOUBLE [PRECISION]`
    Double,
    /// `DECIMAL(p, s)`
    Decimal,
    /// `VARCHAR`, `CHARACTER VARYING`: text without a length.
    Varying,
    /// `TIMESTAMP [(p)] [WITH TIME ZONE]`
    Timestamp,
    /// `TIME`
    Time,
    /// `INTERVAL`
    Interval,
    /// `STRUCT<name type, …>`
    Struct,
    /// `ARRAY<type>`, another way to write `type[]`
    Array,
    /// A type of other systems, and what to take instead.
    Foreign(&'static str),
}

const fn integer(signed: IntegerType, unsigned: IntegerType) -> Rule {
    Rule::Integer { signed, unsigned }
}

/// The first words of all types known to us or to other systems; the usual spellings first, since
/// they are suggested first.
const TYPES: &[(&str, Rule)] = &[
    ("BOOLEAN", Rule::Plain(DataType::Boolean)),
    ("BOOL", Rule::Plain(DataType::Boolean)),
    ("TINYINT", integer(IntegerType::Int8, IntegerType::UInt8)),
    ("SMALLINT", integer(IntegerType::Int16, IntegerType::UInt16)),
    ("INT", integer(IntegerType::Int32, IntegerType::UInt32)),
    ("INTEGER", integer(IntegerType::Int32, IntegerType::UInt32)),
    ("BIGINT", integer(IntegerType::Int64, IntegerType::UInt64)),
    ("REAL", Rule::Plain(DataType::Float32)),
    ("FLOAT", Rule::Float),
    ("DOUBLE", Rule::Double),
    ("DECIMAL", Rule::Decimal),
    ("NUMERIC", Rule::Decimal),
    ("TEXT", Rule::Plain(DataType::Text)),
    ("STRING", Rule::Plain(DataType::Text)),
    ("VARCHAR", Rule::Varying),
    ("CHARACTER", Rule::Varying),
    ("CHAR", Rule::Varying),
    ("BYTEA", Rule::Plain(DataType::Bytes)),
    ("TIMESTAMP", Rule::Timestamp),
    ("TIMESTAMPTZ", Rule::Timestamp),
    ("DATE", Rule::Plain(DataType::Date)),
    ("TIME", Rule::Time),
    ("INTERVAL", Rule::Interval),
    ("JSON", Rule::Plain(DataType::Json)),
    ("INT2", integer(IntegerType::Int16, IntegerType::UInt16)),
    ("INT4", integer(IntegerType::Int32, IntegerType::UInt32)),
    ("INT8", integer(IntegerType::Int64, IntegerType::UInt64)),
    ("FLOAT4", Rule::Plain(DataType::Float32)),
    ("FLOAT8", Rule::Plain(DataType::Float64)),
    ("DEC", Rule::Decimal),
    ("JSONB", Rule::Foreign("JSON")),
    ("UINT8", Rule::Foreign("TINYINT UNSIGNED")),
    ("UINT16", Rule::Foreign("SMALLINT UNSIGNED")),
    ("UINT32", Rule::Foreign("INT UNSIGNED")),
    ("UINT64", Rule::Foreign("BIGINT UNSIGNED")),
    ("INT16", Rule::Foreign("SMALLINT")),
    ("INT32", Rule::Foreign("INT")),
    ("INT64", Rule::Foreign("BIGINT")),
    ("MEDIUMINT", Rule::Foreign("INT")),
    ("HUGEINT", Rule::Foreign("DECIMAL(38, 0)")),
    ("SERIAL", Rule::Foreign("INT")),
    ("BIGSERIAL", Rule::Foreign("BIGINT")),
    ("FLOAT32", Rule::Foreign("REAL")),
    ("FLOAT64", Rule::Foreign("DOUBLE")),
    ("NUMBER", Rule::Foreign("DOUBLE")),
    ("MONEY", Rule::Foreign("DECIMAL(18, 2)")),
    ("BIT", Rule::Foreign("BOOLEAN")),
    ("NVARCHAR", Rule::Foreign("TEXT")),
    ("VARCHAR2", Rule::Foreign("TEXT")),
    ("NCHAR", Rule::Foreign("TEXT")),
    ("BPCHAR", Rule::Foreign("TEXT")),
    ("CLOB", Rule::Foreign("TEXT")),
    ("UUID", Rule::Foreign("TEXT")),
    ("ENUM", Rule::Foreign("TEXT")),
    ("INET", Rule::Foreign("TEXT")),
    ("XML", Rule::Foreign("TEXT")),
    ("BLOB", Rule::Foreign("BYTEA")),
    ("BYTES", Rule::Foreign("BYTEA")),
    ("BINARY", Rule::Foreign("BYTEA")),
    ("VARBINARY", Rule::Foreign("BYTEA")),
    ("DATETIME", Rule::Foreign("TIMESTAMP")),
    ("TIMESTAMP_LTZ", Rule::Foreign("TIMESTAMP")),
    ("TIMETZ", Rule::Foreign("TIME")),
    ("ROW", Rule::Foreign("STRUCT<name type, …>")),
    ("STRUCT", Rule::Struct),
    ("MAP", Rule::Foreign("JSON")),
    ("OBJECT", Rule::Foreign("JSON")),
    ("VARIANT", Rule::Foreign("JSON")),
    ("ARRAY", Rule::Array),
    (
        "LIST",
        Rule::Foreign("a type with `[]` behind it, as in `INT[]`,"),
    ),
];

/// Whether `word` begins the name of a type, of this dialect or of others.
pub(super) fn is_type(word: &str) -> bool {
    rule(word).is_some()
}

fn rule(word: &str) -> Option<Rule> {
    let found = TYPES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(word));
    found.map(|(_, rule)| *rule)
}

impl Parser<'_> {
    /// Whether the token `ahead` begins a type.
    pub(super) fn is_type_at(&self, ahead: usize) -> bool {
        let token = self.peek_at(ahead);
        matches!(token.kind, Kind::Word) && rule(self.slice(token)).is_some()
    }

    /// A type and where it stands. One that is not supported is reported, and TEXT returned so
    /// that the statement can be read on.
    pub(super) fn data_type(&mut self) -> Parsed<(DataType, Span)> {
        let token = self.peek();
        let start = token.span;
        let Kind::Word = token.kind else {
            return Err(self.expected("a type"));
        };
        let word = self.slice(token);
        let Some(rule) = rule(word) else {
            return Err(self.unknown_type(word));
        };
        self.advance();
        let data_type = match rule {
            Rule::Plain(data_type) => data_type,
            Rule::Integer { signed, unsigned } => self.integer_type(signed, unsigned),
            Rule::Float => self.float_type()?,
            Rule::Double => {
                self.accept_keyword("PRECISION");
                DataType::Float64
            }
            Rule::Decimal => self.decimal_type(start)?,
            Rule::Varying => self.varying_type(start),
            Rule::Timestamp => self.timestamp_type(start)?,
            Rule::Time => self.time_type(start),
            Rule::Interval => self.interval_type(start),
            Rule::Struct => self.struct_type(start)?,
            Rule::Array => self.array_type(start)?,
            Rule::Foreign(instead) => self.foreign_type(start, instead),
        };
        let data_type = self.array_suffixes(data_type, start);
        Ok((data_type, self.since(start)))
    }

    /// `<type>` behind ARRAY.
    fn array_type(&mut self, start: Span) -> Parsed<DataType> {
        let opening = self.open_type(start, "`ARRAY<INT>`, or `INT[]`")?;
        let (element, _) = self.data_type()?;
        self.close_type(opening)?;
        Ok(DataType::Array(ArrayType::new(element)))
    }

    /// The `<` behind a type at `start`.
    fn open_type(&mut self, start: Span, example: &str) -> Parsed<Span> {
        if !self.is_symbol("<") {
            let error = self.expected("`<`");
            return Err(error.help(format!("write what it is made of: {example}")));
        }
        let opening = self.advance().span;
        self.structs += 1;
        if self.structs > MAX_STRUCTS {
            let message = format!("more than {MAX_STRUCTS} types stand inside one another");
            return Err(Diagnostic::new(code::NESTING, message, start)
                .at("one type too many")
                .help("take JSON for the inner ones"));
        }
        Ok(opening)
    }

    /// `<name type, …>` behind STRUCT.
    fn struct_type(&mut self, start: Span) -> Parsed<DataType> {
        let opening = self.open_type(start, "`STRUCT<lat DOUBLE, lon DOUBLE>`")?;
        let mut names: Vec<Name> = Vec::new();
        let mut fields = Vec::new();
        loop {
            let name = self.any_name("a field")?;
            let (data_type, _) = self.data_type()?;
            if let Some(earlier) = names.iter().find(|earlier| same(earlier, &name)) {
                let message = format!("two fields are named `{}`", name.text);
                return Err(Diagnostic::new(code::DUPLICATE_NAME, message, name.span)
                    .at("named again")
                    .context(earlier.span, "first named here"));
            }
            fields.push(Field {
                name: name.text.clone(),
                data_type,
            });
            names.push(name);
            if !self.accept_symbol(",") {
                break;
            }
        }
        self.close_type(opening)?;
        Ok(DataType::Struct(StructType::new(fields)))
    }

    /// `>`; the tokenizer sees `>>` as one symbol, of which each half closes a type.
    fn close_type(&mut self, opening: Span) -> Parsed<()> {
        self.structs -= 1;
        if self.is_symbol(">>") {
            self.half_closed = !self.half_closed;
            if !self.half_closed {
                self.advance();
            }
            return Ok(());
        }
        self.expect_closing(">", opening).map(drop)
    }

    fn unknown_type(&self, word: &str) -> Diagnostic {
        let message = format!("there is no type `{}`", abbreviated(word));
        let error =
            Diagnostic::new(code::UNKNOWN_TYPE, message, self.peek().span).at("unknown type");
        let names = TYPES
            .iter()
            .filter(|(_, rule)| !matches!(rule, Rule::Foreign(_)))
            .map(|(name, _)| *name);
        match nearest(word, names) {
            Some(name) => error.help(format!("did you mean `{name}`?")),
            None => error.help(
                "types are BOOLEAN, TINYINT, SMALLINT, INT, BIGINT, REAL, DOUBLE, DECIMAL(p, s), \
                 TEXT, BYTEA, TIMESTAMP, DATE, TIME, INTERVAL, JSON, STRUCT<…> and arrays of \
                 these, `T[]`",
            ),
        }
    }

    fn integer_type(&mut self, signed: IntegerType, unsigned: IntegerType) -> DataType {
        DataType::Integer(if self.accept_keyword("UNSIGNED") {
            unsigned
        } else {
            self.accept_keyword("SIGNED");
            signed
        })
    }

    fn float_type(&mut self) -> Parsed<DataType> {
        let Some((digits, span)) = self.type_parameters()? else {
            return Ok(DataType::Float64);
        };
        match digits.as_slice() {
            [1..=24] => Ok(DataType::Float32),
            [25..=53] => Ok(DataType::Float64),
            _ => Err(
                Diagnostic::new(code::LITERAL, "a FLOAT has 1 to 53 binary digits", span)
                    .help("write FLOAT for 53, REAL for 24"),
            ),
        }
    }

    fn decimal_type(&mut self, start: Span) -> Parsed<DataType> {
        const MAX_PRECISION: u64 = 38;
        let Some((digits, span)) = self.type_parameters()? else {
            self.unsupported(
                "`DECIMAL` without a precision",
                self.since(start),
                "say how many digits it has, in all and behind the point: `DECIMAL(18, 4)`",
            );
            return Ok(DataType::Text);
        };
        let (precision, scale) = match digits.as_slice() {
            [precision] => (*precision, 0),
            [precision, scale] => (*precision, *scale),
            _ => (0, 0),
        };
        if precision == 0 || precision > MAX_PRECISION || scale > precision {
            return Err(Diagnostic::new(
                code::LITERAL,
                "a DECIMAL has 1 to 38 digits, at most all of them behind the point",
                span,
            )
            .help("write it as `DECIMAL(18, 4)`: 18 digits in all, 4 behind the point"));
        }
        let digits = |n: u64| u8::try_from(n).expect("at most 38, as checked above");
        Ok(DataType::Decimal {
            precision: digits(precision),
            scale: digits(scale),
        })
    }

    fn varying_type(&mut self, start: Span) -> DataType {
        let blank_padded = !self.source.slice(start).eq_ignore_ascii_case("VARCHAR")
            && !self.accept_keyword("VARYING");
        if self.is_symbol("(") {
            self.skip_brackets();
            self.unsupported(
                "a text type with a length",
                self.since(start),
                "no length is checked: write TEXT",
            );
        } else if blank_padded {
            self.unsupported("`CHAR`", self.since(start), "take TEXT");
        }
        DataType::Text
    }

    fn timestamp_type(&mut self, start: Span) -> Parsed<DataType> {
        let precision = match self.type_parameters()? {
            None => TimestampPrecision::default(),
            Some((digits, span)) => match digits.as_slice() {
                [0] => TimestampPrecision::Seconds,
                [3] => TimestampPrecision::Milliseconds,
                [6] => TimestampPrecision::Microseconds,
                [9] => TimestampPrecision::Nanoseconds,
                _ => {
                    return Err(Diagnostic::new(
                        code::LITERAL,
                        "a TIMESTAMP has 0, 3, 6 or 9 digits behind the second",
                        span,
                    )
                    .help("take the next larger one; TIMESTAMP alone has 6"));
                }
            },
        };
        if self.accept_phrase("WITHOUT TIME ZONE") {
            self.unsupported(
                "`TIMESTAMP WITHOUT TIME ZONE`",
                self.since(start),
                "a TIMESTAMP is an instant in UTC: write TIMESTAMP",
            );
        }
        self.accept_phrase("WITH TIME ZONE");
        Ok(DataType::Timestamp(precision))
    }

    fn time_type(&mut self, start: Span) -> DataType {
        let plain = self.previous_span();
        if self.is_symbol("(") {
            self.skip_brackets();
        }
        let _ = self.accept_phrase("WITH TIME ZONE") || self.accept_phrase("WITHOUT TIME ZONE");
        if self.previous_span() != plain {
            self.unsupported(
                "a `TIME` with a precision or a zone",
                self.since(start),
                "write TIME: a time of day in microseconds",
            );
        }
        DataType::Time
    }

    fn interval_type(&mut self, start: Span) -> DataType {
        let plain = self.previous_span();
        if self.is_symbol("(") {
            self.skip_brackets();
        }
        while self.is_any_keyword(&["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "TO"]) {
            self.advance();
        }
        if self.previous_span() != plain {
            self.unsupported(
                "an `INTERVAL` of certain fields",
                self.since(start),
                "write INTERVAL: it has them all",
            );
        }
        DataType::Interval
    }

    /// A type of other systems, with whatever belongs to it.
    fn foreign_type(&mut self, start: Span, instead: &str) -> DataType {
        if self.is_symbol("(") {
            self.skip_brackets();
        }
        if self.is_symbol("<") {
            self.skip_angle_brackets();
        }
        let name = self.source.slice(start).to_ascii_uppercase();
        self.unsupported(
            format!("the type `{name}`"),
            self.since(start),
            &format!("take {instead} for `{name}`"),
        );
        DataType::Text
    }

    /// `<…>` behind STRUCT and the like; the tokenizer may see `>>` as one symbol.
    fn skip_angle_brackets(&mut self) {
        let mut depth = 0_usize;
        while !self.at_end() {
            match self.advance_slice() {
                "<" => depth += 1,
                "<<" => depth += 2,
                ">" => depth = depth.saturating_sub(1),
                ">>" => depth = depth.saturating_sub(2),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }

    /// `[]` and `ARRAY` behind a type.
    fn array_suffixes(&mut self, mut data_type: DataType, start: Span) -> DataType {
        let mut depth = 0;
        while (self.is_symbol("[") || self.is_keyword("ARRAY")) && !self.half_closed {
            let bracket = self.advance().span;
            if self.source.slice(bracket) == "[" && !self.accept_symbol("]") {
                self.skip_until(|parser| parser.is_symbol("]"));
                self.accept_symbol("]");
                let help = "leave the length out: no length is checked";
                self.unsupported("an array type with a length", self.since(start), help);
            }
            depth += 1;
            if depth > MAX_STRUCTS {
                self.unsupported("an array of so many dimensions", self.since(start), "");
                return data_type;
            }
            data_type = DataType::Array(ArrayType::new(data_type));
        }
        data_type
    }

    /// `(1, 2)` behind a type's name, with its span.
    fn type_parameters(&mut self) -> Parsed<Option<(Vec<u64>, Span)>> {
        if !self.is_symbol("(") {
            return Ok(None);
        }
        let opening = self.advance().span;
        let mut numbers = Vec::new();
        loop {
            let token = self.peek();
            let number = match token.kind {
                Kind::Number => self.slice(token).parse().ok(),
                Kind::Word
                | Kind::Quoted(_)
                | Kind::Text(_)
                | Kind::Symbol
                | Kind::Invalid(_)
                | Kind::End => None,
            };
            let Some(number) = number else {
                return Err(self.expected("a whole number"));
            };
            numbers.push(number);
            self.advance();
            if !self.accept_symbol(",") {
                break;
            }
        }
        self.expect_closing(")", opening)?;
        Ok(Some((numbers, self.since(opening))))
    }
}
