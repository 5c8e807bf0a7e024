//! The signatures of all SQL functions: tables, no logic. A function is a row of its family's
//! table, a body in the runtime's `function` room, and an example in `docs/functions.md`.
//!
//! Rows of one name are its overloads. Which of them a call means is decided as PostgreSQL does;
//! where that leaves several, the first row wins.

mod bytes;
mod conditional;
mod domain;
mod foreign;
mod interval;
mod json;
mod math;
mod other;
mod regex;
mod text;
mod time;
mod unavailable;
mod units;

pub use domain::{DOMAINS, Domain};
pub use foreign::{FOREIGN, Foreign};
pub use unavailable::{AGGREGATES, LATER, REFUSED};

use crate::types::{DataType, IntegerType, TimestampPrecision};
use std::fmt;

/// A SQL function with one list of parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its SQL names, lower case; the first is how it is called in plans.
    pub names: &'static [&'static str],
    /// What it takes.
    pub parameters: &'static [Parameter],
    /// What the last parameters are where they are left out.
    pub defaults: &'static [Constant],
    /// Whether the last parameter may be given any number of times, but at least once.
    pub variadic: bool,
    /// What it gives.
    pub result: ResultType,
    /// How NULL arguments are treated.
    pub nulls: Nulls,
    /// Whether evaluating it can be a row error.
    pub fallible: bool,
    /// How it is evaluated.
    pub body: Body,
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// This type, or what becomes one by an implicit cast.
    Is(DataType),
    /// A number of any type. All such arguments of a call are brought to one type, as are those
    /// of each of the kinds that follow.
    Number,
    /// An integer of any type.
    Integer,
    /// A DECIMAL.
    Decimal,
    /// A TIMESTAMP of any precision.
    Timestamp,
    /// A value of any type that can be compared.
    Comparable,
    /// A value of any type.
    Any,
    /// A value of any type but BOOLEAN, as the text that a CAST makes of it.
    AsText,
    /// The key or index of a JSON value.
    Key,
    /// A constant JSON path, as variadic [`Self::Key`]s from then on.
    Path,
    /// A TEXT that is a topic filter.
    Filter,
    /// A TEXT that is a regular expression.
    Pattern,
    /// A constant TEXT, the flags of a regular expression.
    Flags,
    /// A constant TEXT, a template.
    Template(Filled),
    /// A constant that is one of some words.
    Word(&'static Words),
}

/// What a template is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    /// A number, as `to_char` writes it.
    Number,
    /// An instant, as it is read.
    Instant,
}

/// Words that a constant argument may be, and what generated code calls them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// What they are: `unit of time`.
    pub what: &'static str,
    /// The enum of the runtime; None where the function needs not be told.
    pub rust: Option<&'static str>,
    /// Each word, lower case, with its variant, in lists that others have, too.
    pub known: &'static [&'static [(&'static str, &'static str)]],
}

impl Words {
    /// Each word, lower case, with its variant.
    pub fn known(&self) -> impl Iterator<Item = &'static (&'static str, &'static str)> + use<> {
        self.known.iter().copied().flatten()
    }

    /// The variant of a word in lower case.
    pub fn variant(&self, word: &str) -> Option<&'static str> {
        let mut known = self.known();
        known
            .find(|(known, _)| *known == word)
            .map(|(_, variant)| *variant)
    }
}

/// A default argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constant {
    /// An integer.
    Integer(i64),
    /// A text.
    Text(&'static str),
}

/// Result types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultType {
    /// This one.
    Is(DataType),
    /// The type of the first argument, once it is cast.
    SameAsFirst,
    /// The type of the last argument, once it is cast.
    SameAsLast,
    /// TIMESTAMP, and TIMESTAMP(9) where the last argument is one, once it is cast.
    Instant,
    /// A DECIMAL like the first argument with one more digit in front. It has as many digits
    /// behind the point as the second argument says, if that is constant and not more.
    Rounded,
    /// As `Rounded`, without digits behind the point.
    Whole,
    /// TEXT[]
    Texts,
}

/// NULL behaviour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// NULL if any argument is. Arguments in place of a variadic parameter do not count.
    Strict,
    /// NULL if any argument is, and for other arguments too.
    StrictOrMissing,
    /// NULL only if all arguments are; those behind the first that is not are not evaluated.
    FirstNotNull,
    /// NULL only if all arguments are; those that are NULL are passed over.
    PassedOver,
    /// Can be NULL whatever the arguments.
    Always,
}

/// How a function is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// By a function of the runtime, over values that are not NULL.
    Runtime {
        /// Its name in `function`.
        name: &'static str,
        /// Whether its result is made in the message's arena, which is its last argument.
        arena: bool,
    },
    /// `coalesce`: arguments behind the first that is not NULL are not evaluated.
    Coalesce,
    /// `nullif`
    Nullif,
    /// `now`: the message's receive time.
    Now,
    /// `greatest` and `least`: by a function of the runtime over an array.
    Extreme {
        /// Its name where no argument can be NULL.
        name: &'static str,
        /// Its name where one can.
        nullable: &'static str,
    },
    /// An operator in the guise of a function.
    Operator(Operator),
}

/// Operators that have a function of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `mod(a, b)`
    Modulo,
}

const TEXT: DataType = DataType::Text;
const BYTEA: DataType = DataType::Bytes;
const BOOLEAN: DataType = DataType::Boolean;
const INT: DataType = DataType::Integer(IntegerType::Int32);
const BIGINT: DataType = DataType::Integer(IntegerType::Int64);
const REAL: DataType = DataType::Float32;
const DOUBLE: DataType = DataType::Float64;
const JSON: DataType = DataType::Json;
const TIMESTAMP: DataType = DataType::Timestamp(TimestampPrecision::Microseconds);

impl Function {
    /// A strict function that cannot fail, evaluated by the runtime's function of its first name.
    const fn new(
        names: &'static [&'static str],
        parameters: &'static [Parameter],
        result: DataType,
    ) -> Self {
        let name = names[0];
        Self {
            names,
            parameters,
            defaults: &[],
            variadic: false,
            result: ResultType::Is(result),
            nulls: Nulls::Strict,
            fallible: false,
            body: Body::Runtime { name, arena: false },
        }
    }

    /// The same, whose result has the type of the first argument.
    const fn same(names: &'static [&'static str], parameters: &'static [Parameter]) -> Self {
        Self {
            result: ResultType::SameAsFirst,
            ..Self::new(names, parameters, TEXT)
        }
    }

    /// Evaluated by the runtime's function `name`.
    const fn by(self, name: &'static str) -> Self {
        let arena = matches!(self.body, Body::Runtime { arena: true, .. });
        self.evaluated(Body::Runtime { name, arena })
    }

    /// Its result is made in the message's arena.
    const fn in_arena(self) -> Self {
        match self.body {
            Body::Runtime { name, .. } => self.evaluated(Body::Runtime { name, arena: true }),
            Body::Coalesce
            | Body::Nullif
            | Body::Now
            | Body::Extreme { .. }
            | Body::Operator(_) => self,
        }
    }

    const fn evaluated(self, body: Body) -> Self {
        Self { body, ..self }
    }

    const fn fallible(self) -> Self {
        Self {
            fallible: true,
            ..self
        }
    }

    const fn nulls(self, nulls: Nulls) -> Self {
        Self { nulls, ..self }
    }

    const fn defaults(self, defaults: &'static [Constant]) -> Self {
        Self { defaults, ..self }
    }

    const fn variadic(self) -> Self {
        Self {
            variadic: true,
            ..self
        }
    }

    const fn result(self, result: ResultType) -> Self {
        Self { result, ..self }
    }

    /// How plans and diagnostics call it.
    pub fn name(&self) -> &'static str {
        self.names[0]
    }

    /// Least and greatest number of arguments.
    pub fn arity(&self) -> (usize, usize) {
        let is_path = matches!(self.parameters.last(), Some(Parameter::Path));
        let most = if self.variadic && !is_path {
            MOST_ARGUMENTS
        } else {
            self.parameters.len()
        };
        (self.parameters.len() - self.defaults.len(), most)
    }

    /// The parameter of argument `at`.
    pub fn parameter(&self, at: usize) -> Parameter {
        self.parameters[at.min(self.parameters.len() - 1)]
    }

    /// How many of `arguments` must not be NULL: those in front of the variadic ones.
    pub fn strict_arguments(&self, arguments: usize) -> usize {
        if self.variadic {
            self.parameters.len() - 1
        } else {
            arguments
        }
    }
}

/// Arguments that a variadic function takes at most.
const MOST_ARGUMENTS: usize = 64;

/// Every function: the tables of all families.
pub fn functions() -> impl Iterator<Item = &'static Function> {
    let families = [
        bytes::FUNCTIONS,
        conditional::FUNCTIONS,
        json::FUNCTIONS,
        math::FUNCTIONS,
        other::FUNCTIONS,
        regex::FUNCTIONS,
        text::FUNCTIONS,
        time::FUNCTIONS,
        // behind those of instants: a text without a type is one rather
        interval::FUNCTIONS,
    ];
    families.into_iter().flatten()
}

/// The functions that have this name, lower case.
pub fn overloads(name: &str) -> Vec<&'static Function> {
    functions()
        .filter(|function| function.names.contains(&name))
        .collect()
}

/// All names of functions, sorted.
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<_> = functions()
        .flat_map(|function| function.names)
        .copied()
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

impl Function {
    /// The signature under one of its names: `lpad(TEXT, BIGINT [, TEXT])`.
    pub fn shown(&self, name: &str) -> String {
        let needed = self.parameters.len() - self.defaults.len();
        let parameters =
            self.parameters
                .iter()
                .enumerate()
                .map(|(at, parameter)| match (at, at < needed) {
                    (0, true) => parameter.to_string(),
                    (0, false) => format!("[{parameter}]"),
                    (_, true) => format!(", {parameter}"),
                    (_, false) => format!(" [, {parameter}]"),
                });
        let parameters = parameters.collect::<String>();
        let more = if self.variadic { ", …" } else { "" };
        format!("{name}({parameters}{more})")
    }
}

/// As diagnostics show it.
impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(data_type) => data_type.fmt(f),
            Self::Number => f.write_str("a number"),
            Self::Integer => f.write_str("an integer"),
            Self::Decimal => f.write_str("a DECIMAL"),
            Self::Timestamp => f.write_str("a TIMESTAMP"),
            Self::Comparable => f.write_str("a value that can be compared"),
            Self::Any | Self::AsText => f.write_str("a value"),
            Self::Key => f.write_str("a key or index"),
            Self::Path => f.write_str("a JSON path"),
            Self::Filter => f.write_str("a topic filter"),
            Self::Pattern => f.write_str("a regular expression"),
            Self::Flags => f.write_str("flags"),
            Self::Template(_) => f.write_str("a template"),
            Self::Word(words) => write!(f, "a {}", words.what),
        }
    }
}
