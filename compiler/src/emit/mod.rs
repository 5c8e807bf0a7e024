//! Physical plan to Rust: the files of a crate that links to the runtime.
//!
//! Nothing is decided here; each piece of the plan becomes the code that does it. The output
//! depends on the arguments alone, is formatted, has no `unsafe`, and SQL text gets into it only
//! through [`names`] and [`literal`].

mod avro;
mod check;
mod column;
mod declared;
mod expression;
mod flow;
mod form;
mod json;
mod library;
mod literal;
mod names;
mod patterns;
mod row;
mod settings;
mod sites;
mod spec;
mod table;
mod topic_part;
mod values;
mod written;

pub use library::{Library, Parts, library};

use crate::ir::logical::{Compression, RowFormat, Sink, SinkKind, Transport};
use crate::ir::physical::PhysicalPlan;
use crate::source::{SourceFile, Span};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use std::collections::BTreeSet;

/// What tells one build of a pipeline from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity<'a> {
    /// SHA-256 of the SQL text, in hexadecimal.
    pub sql_hash: &'a str,
    /// The version of the compiler.
    pub compiler_version: &'a str,
}

/// A generated package: paths and contents. Nothing is written to disk here.
///
/// The manifest and the lock file are not among the files: package name, path of the runtime and
/// build profile are the business of [`crate::build`](../build/index.html), which writes both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The pipeline's name as a slug: `[a-z0-9-]`, at most 40 characters.
    pub slug: String,
    /// The features of `laminar-runtime` that the plan needs, sorted.
    pub features: Vec<&'static str>,
    /// Relative path and content of each source file, sorted by path.
    pub files: Vec<(String, String)>,
}

/// Emits the package of `plan`; `source` supplies the SQL text and its lines.
pub fn emit(plan: &PhysicalPlan, source: &SourceFile, identity: &Identity<'_>) -> Package {
    let file = |path: &str, content: String| (path.to_owned(), content);
    Package {
        slug: names::slug(&plan.name),
        features: features(plan),
        files: vec![
            file("src/main.rs", MAIN.to_owned()),
            file("src/pipeline.rs", pipeline(plan, source, identity)),
            file("src/pipeline.sql", blanked(source.text(), &plan.secrets)),
        ],
    }
}

/// The sets of features that a pipeline may need: without TLS and WebSocket, and with both, be it
/// for the control endpoint alone; each without regular expressions, and with them. Each is a build
/// of the runtime of its own, so there are no more; and who needs none of the rest is not to pay
/// for it. A webhook adds its own feature to any of them, and so do files of columns, each way to
/// compress files, and tables.
pub const FEATURES: [&[&str]; 4] = [
    &["mqtt"],
    &["mqtt", "tls", "ws"],
    &["mqtt", "regex"],
    &["mqtt", "regex", "tls", "ws"],
];

fn features(plan: &PhysicalPlan) -> Vec<&'static str> {
    let mut transports = plan.connections.iter().map(|each| each.transport);
    let all_plain = transports.all(|each| each == Transport::Tcp);
    let all_plain = all_plain && plan.settings.control_tls.is_none();
    let [tcp, tls, tcp_and_regex, tls_and_regex] = FEATURES;
    let needed = match (all_plain, patterns::are_used(plan)) {
        (true, false) => tcp,
        (false, false) => tls,
        (true, true) => tcp_and_regex,
        (false, true) => tls_and_regex,
    };
    let mut needed = needed.to_vec();
    let is_webhook = |sink: &Sink| matches!(sink.kind, SinkKind::Webhook(_));
    if plan.sinks.iter().any(is_webhook) {
        needed.push("webhook");
    }
    if plan.sinks.iter().any(is_columnar) {
        needed.push("arrow");
    }
    needed.extend(codecs(&plan.sinks));
    if plan.sinks.iter().any(is_table) {
        needed.push("table");
    }
    needed.sort_unstable();
    needed
}

/// The features of the runtime that what sinks compress needs, sorted.
fn codecs(sinks: &[Sink]) -> BTreeSet<&'static str> {
    sinks.iter().filter_map(codec).collect()
}

/// The feature for how a sink compresses its files, beyond what their format always links.
fn codec(sink: &Sink) -> Option<&'static str> {
    let SinkKind::Files(files) = &sink.kind else {
        return None;
    };
    match files.compression {
        Compression::None | Compression::Snappy => None,
        Compression::Lz4 => Some("lz4"),
        Compression::Gzip => Some("gzip"),
        Compression::Zstd => Some("zstd"),
    }
}

/// Whether a sink shows a table.
fn is_table(sink: &Sink) -> bool {
    sink.kind.format() == RowFormat::Table
}

/// Whether a sink keeps rows as columns.
fn is_columnar(sink: &Sink) -> bool {
    sink.kind.format().is_columnar()
}

/// Whether `tokens` name the member `name` of the variable `of`.
fn mentions_member(tokens: &TokenStream, of: &str, name: &Ident) -> bool {
    let tokens: Vec<_> = tokens.clone().into_iter().collect();
    let is_member = |three: &[TokenTree]| match three {
        [
            TokenTree::Ident(first),
            TokenTree::Punct(dot),
            TokenTree::Ident(last),
        ] => first == of && dot.as_char() == '.' && last == name,
        _ => false,
    };
    tokens.windows(3).any(is_member)
        || tokens.iter().any(|token| match token {
            TokenTree::Group(group) => mentions_member(&group.stream(), of, name),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
}

const MAIN: &str = include_str!("../../../templates/src/main.rs");

/// The generated module: `src/pipeline.rs`.
pub fn pipeline(plan: &PhysicalPlan, source: &SourceFile, identity: &Identity<'_>) -> String {
    let mut scope = names::Scope::default();
    let modules: Vec<_> = plan
        .tables
        .iter()
        .map(|table| table::module(plan, table, source, &mut scope))
        .collect();
    let specification = spec::pipeline(plan, &modules, source, identity);
    let modules = modules.iter().map(|module| &module.tokens);
    let doc = format!(
        " Pipeline `{}`, generated by laminarc {}. Change the SQL, not this file.",
        names::shown(&plan.name),
        names::shown(identity.compiler_version),
    );
    let tokens = quote! {
        #![doc = #doc]
        #specification
        #(#modules)*
    };
    formatted(&tokens)
}

/// Without the command line nobody reads the code, and what formats it costs the first build of
/// whoever uses the macros seconds.
#[cfg(not(feature = "cli"))]
fn formatted(tokens: &TokenStream) -> String {
    tokens.to_string()
}

#[cfg(feature = "cli")]
fn formatted(tokens: &TokenStream) -> String {
    let file = syn::parse2(tokens.clone())
        .unwrap_or_else(|error| panic!("the emitter wrote Rust that is none: {error}\n{tokens}"));
    spaced(&prettyplease::unparse(&file))
}

/// The formatted code with an empty line between items. Items are told by how their first line
/// starts; no literal spans lines, so no line is part of one.
#[cfg(feature = "cli")]
fn spaced(code: &str) -> String {
    const ITEMS: &[&str] = &["///", "#[", "pub ", "static ", "impl ", "fn ", "use "];
    let is_item = |line: &str| ITEMS.iter().any(|item| line.starts_with(item));
    let mut spaced = String::with_capacity(code.len() + 64);
    let mut before = "{";
    for line in code.lines() {
        let item = line.trim_start();
        let belongs =
            before.starts_with("///") || before.starts_with("#[") || before.ends_with('{');
        let lists_on = before.starts_with("const ") && item.starts_with("///");
        if is_item(item) && !belongs && !lists_on {
            spaced.push('\n');
        }
        spaced.push_str(line);
        spaced.push('\n');
        before = item;
    }
    spaced
}

/// The SQL with each secret replaced by `'***'`.
fn blanked(sql: &str, secrets: &[Span]) -> String {
    let mut secrets = secrets.to_vec();
    secrets.sort_unstable();
    let (mut blanked, mut end) = (String::with_capacity(sql.len()), 0);
    for secret in secrets {
        let range = secret.range();
        if range.start >= end {
            blanked.push_str(&sql[end..range.start]);
            blanked.push_str("'***'");
            end = range.end;
        }
    }
    blanked.push_str(&sql[end..]);
    blanked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_blanked() {
        let sql = "a = 'secret', b = 'other'";
        let secrets = [Span::new(18..25), Span::new(4..12)];
        assert_eq!(blanked(sql, &secrets), "a = '***', b = '***'");
        assert_eq!(blanked(sql, &[]), sql);
    }
}
