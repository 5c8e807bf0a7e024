//! Failures as clients of PostgreSQL are told them, with a code of its table of error codes
//! (PostgreSQL's documentation, appendix A).

use crate::engine::explained;
use crate::failure::Failure;
use datafusion::arrow::error::ArrowError;
use datafusion::common::SchemaError;
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::parser::ParserError;
use datafusion_postgres::pgwire;
use pgwire::api::{ClientInfo, ErrorHandler};
use pgwire::error::{ErrorInfo, PgWireError};

/// A mistake in the SQL.
pub const SYNTAX: &str = "42601";
/// What only reads cannot do this.
pub const READ_ONLY: &str = "25006";
/// There is more of it than is read.
pub const TOO_LONG: &str = "54000";
/// It took too long.
pub const TIMEOUT: &str = "57014";
/// It is a mistake of the engine.
pub const BROKEN: &str = "XX000";
/// The pipeline cannot be asked.
const UNREACHABLE: &str = "58030";

/// A failure of ours.
pub fn refusal(failure: &Failure, code: &str) -> PgWireError {
    let message = failure.message().to_owned();
    let mut info = ErrorInfo::new("ERROR".to_owned(), code.to_owned(), message);
    info.hint = failure.way_out().map(str::to_owned);
    PgWireError::UserError(Box::new(info))
}

/// The pipeline has no answer.
pub fn unreachable(failure: &Failure) -> PgWireError {
    refusal(failure, UNREACHABLE)
}

/// A failure of the engine.
pub fn of_engine(error: &DataFusionError) -> PgWireError {
    refusal(&explained(error), code(error))
}

fn code(error: &DataFusionError) -> &'static str {
    match error.find_root() {
        DataFusionError::SQL(..) => SYNTAX,
        DataFusionError::SchemaError(inner, _) => match **inner {
            SchemaError::FieldNotFound { .. } => "42703",
            SchemaError::AmbiguousReference { .. } => "42702",
            SchemaError::DuplicateQualifiedField { .. }
            | SchemaError::DuplicateUnqualifiedField { .. } => "42701",
        },
        DataFusionError::Plan(_) => "42000",
        DataFusionError::NotImplemented(_) => "0A000",
        DataFusionError::ResourcesExhausted(_) => "53200",
        DataFusionError::External(inner) if inner.is::<Failure>() => UNREACHABLE,
        DataFusionError::ArrowError(inner, _) => match **inner {
            ArrowError::DivideByZero => "22012",
            ArrowError::ArithmeticOverflow(_) => "22003",
            ArrowError::CastError(_) | ArrowError::ParseError(_) => "22P02",
            _ => "22000",
        },
        _ => BROKEN,
    }
}

/// What the library reports is said in our words, too.
pub struct InOurWords;

impl ErrorHandler for InOurWords {
    fn on_error<C>(&self, _: &C, error: &mut PgWireError)
    where
        C: ClientInfo,
    {
        let PgWireError::ApiError(inner) = error else {
            return;
        };
        if let Some(engine) = inner.downcast_ref::<DataFusionError>() {
            *error = of_engine(engine);
        } else if let Some(parser) = inner.downcast_ref::<ParserError>() {
            *error = refusal(&Failure::new(parser.to_string()), SYNTAX);
        }
    }
}
