//! A pipeline inside a user's crate: [`include_sql!`] and [`sql!`] compile SQL to a module with a
//! struct for the rows of each table and view, a decoder for each table, and a pipeline that
//! messages are pushed into. The crate needs `laminar-runtime` as a dependency, too, under that
//! name: what the module holds is written against it.
//!
//! The compiler is the command line's, and so are its messages: a mistake in the SQL is one error
//! at the literal that shows the place in the SQL. Nothing is printed, written or fetched; what a
//! schema registry said comes from the lock file beside the SQL (`laminarc lock`). Cargo runs the
//! macro again when the SQL, a schema or the lock file changes.

mod expand;
mod input;
mod literal;
mod schemas;

use proc_macro::TokenStream;

/// The pipeline of a file of SQL, as a module.
///
/// The path is relative to the crate's folder, where its `Cargo.toml` is. The module is public and
/// called like the file, unless it is given a visibility and a name:
///
/// ```text
/// laminar_macros::include_sql!("pipeline.sql");
/// laminar_macros::include_sql!(mod alerts = "sql/alerts.sql");
/// laminar_macros::include_sql!(pub(crate) mod alerts = "sql/alerts.sql");
/// ```
#[proc_macro]
pub fn include_sql(tokens: TokenStream) -> TokenStream {
    expand::expand(tokens, expand::Kind::File)
}

/// The pipeline of SQL in a string literal, as a module.
///
/// It is public and called `pipeline`, unless it is given a visibility and a name:
///
/// ```text
/// laminar_macros::sql!(mod alerts = "CREATE TABLE …");
/// ```
#[proc_macro]
pub fn sql(tokens: TokenStream) -> TokenStream {
    expand::expand(tokens, expand::Kind::Text)
}
