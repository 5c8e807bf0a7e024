//! The Laminar compiler: SQL text in, a package of Rust source files out.
//!
//! The stages, each a folder with one public function: [`parse`], [`bind`], [`lint`], [`lower`],
//! [`emit`]; the data that passes between them is in [`ir`]. All of that is pure. Files,
//! environment and processes are the business of [`build`] and of the command line alone.

#![forbid(unsafe_code)]

pub mod avro;
pub mod bind;
#[cfg(feature = "cli")]
pub mod build;
pub mod catalog;
#[cfg(feature = "cli")]
pub mod cli;
pub mod connectors;
#[cfg(feature = "cli")]
pub mod demo;
#[cfg(feature = "cli")]
pub mod deploy;
pub mod diagnostics;
pub mod emit;
pub mod functions;
#[cfg(feature = "cli")]
pub mod infer;
pub mod ir;
mod json;
pub mod lint;
pub mod lower;
#[cfg(feature = "cli")]
mod mqtt;
pub mod parse;
#[cfg(feature = "cli")]
mod percent;
pub mod source;
pub mod types;

use avro::{Reference, Schemas};
use diagnostics::{Diagnostic, Diagnostics};
use ir::logical::LogicalPlan;
use source::SourceFile;

/// Parses, binds and lints `source`: the checked plan, or None if there are errors; and all
/// diagnostics, in file order, warnings included.
///
/// Avro tables need [`check_with`].
pub fn check(source: &SourceFile) -> (Option<LogicalPlan>, Vec<Diagnostic>) {
    check_with(source, &Schemas::default())
}

/// [`check`] with the schemas of Avro tables: those that [`schemas_of`] names.
pub fn check_with(
    source: &SourceFile,
    schemas: &Schemas,
) -> (Option<LogicalPlan>, Vec<Diagnostic>) {
    let mut diagnostics = Diagnostics::new();
    let script = parse::parse(source, &mut diagnostics);
    let plan = bind::bind(source, &script, schemas, &mut diagnostics);
    if let Some(plan) = plan.as_ref().filter(|_| !diagnostics.has_errors()) {
        lint::lint(plan, source, &mut diagnostics);
        lower::check(plan, &mut diagnostics);
    }
    let plan = plan.filter(|_| !diagnostics.has_errors());
    (plan, diagnostics.finish())
}

/// The items of a module that holds the pipeline inside another crate, or None if there are errors;
/// and all diagnostics, as [`check_with`].
pub fn library(source: &SourceFile, schemas: &Schemas) -> (Option<emit::Library>, Vec<Diagnostic>) {
    let (plan, mut found) = check_with(source, schemas);
    let Some(plan) = plan else {
        return (None, found);
    };
    let tables = plan.of_tables();
    let mut diagnostics = Diagnostics::new();
    lower::check(&tables, &mut diagnostics);
    let is_sound = !diagnostics.has_errors();
    found.append(&mut diagnostics.finish());
    let library = is_sound.then(|| {
        let parts = emit::Parts {
            flows: &lower::lower_to_values(&plan),
            written: &lower::lower(&plan.of_named_sinks()),
            tables: &lower::lower_to_values(&tables),
        };
        emit::library(parts, source)
    });
    (library, found)
}

/// The schemas that `source` names, each once: somebody must read or fetch them before
/// [`check_with`].
pub fn schemas_of(source: &SourceFile) -> Vec<Reference> {
    let mut diagnostics = Diagnostics::new();
    let script = parse::parse(source, &mut diagnostics);
    let references = bind::references(&script);
    // what is wrong with the file is said when it is checked
    drop(diagnostics.finish());
    references
}
