//! Why a message is bad, for whoever pushed it.

use super::TableInfo;
use crate::error::{Place, Reason, RowError};
use crate::spec::SiteSpec;
use std::error::Error;
use std::fmt;

/// Why a message could not be decoded, or a row not be computed: which table, which column or
/// expression, and where in the payload. It is small and `Copy`; text is made where it is shown.
#[derive(Clone, Copy)]
pub struct DecodeError {
    table: &'static TableInfo,
    error: RowError,
}

impl DecodeError {
    /// What the table's code says.
    pub(super) fn new(table: &'static TableInfo, error: RowError) -> Self {
        Self { table, error }
    }

    /// Why.
    pub fn reason(&self) -> Reason {
        self.error.reason
    }

    /// The table whose message it is.
    pub fn table(&self) -> &'static str {
        self.table.name
    }

    /// The column whose value is bad; None where it is the payload or an expression.
    pub fn column(&self) -> Option<&'static str> {
        match self.error.place {
            Place::Column { column, .. } => self.table.columns.get(usize::from(column)).copied(),
            Place::Payload { .. } | Place::Expression { .. } => None,
        }
    }

    /// Where in the payload, in bytes from its start; None where an expression failed.
    pub fn offset(&self) -> Option<usize> {
        match self.error.place {
            Place::Payload { offset } | Place::Column { offset, .. } => {
                usize::try_from(offset).ok()
            }
            Place::Expression { .. } => None,
        }
    }

    /// The expression of the SQL that failed; None where it is a column or the payload.
    pub fn expression(&self) -> Option<&'static SiteSpec> {
        match self.error.place {
            Place::Expression { site } => self.table.sites.get(usize::from(site)),
            Place::Payload { .. } | Place::Column { .. } => None,
        }
    }
}

impl PartialEq for DecodeError {
    fn eq(&self, other: &Self) -> bool {
        (self.table.name, self.error) == (other.table.name, other.error)
    }
}

impl Eq for DecodeError {}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("table", &self.table.name)
            .field("reason", &self.error.reason)
            .field("column", &self.column())
            .field("offset", &self.offset())
            .field("expression", &self.expression())
            .finish()
    }
}

/// One line: `sensor_data.temperature at byte 17: a JSON value of the wrong kind`.
impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.table.name)?;
        if let Some(column) = self.column() {
            write!(f, ".{column}")?;
        }
        if let Some(offset) = self.offset() {
            write!(f, " at byte {offset}")?;
        }
        if let Some(SiteSpec { line, column, text }) = self.expression() {
            write!(f, " at {line}:{column}, `{text}`")?;
        }
        write!(f, ": {}", self.error.reason)
    }
}

impl Error for DecodeError {}
