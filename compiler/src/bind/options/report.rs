//! What is said about options that are wrong.

use crate::connectors::{CONNECTION, CONNECTORS, ConnectorSpec, OptionSpec};
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::ir::ast::OptionEntry;
use crate::source::Span;

/// What other systems call an option.
const OTHER_NAMES: &[(&[&str], &str)] = &[
    (&["user", "user_name", "login"], "username"),
    (&["pass", "passwd", "pwd", "secret"], "password"),
    (&["server", "host", "uri", "address", "brokers"], "broker"),
    (&["clientid", "client"], "client_id"),
    (&["file", "filename", "file_path"], "path"),
    (&["endpoint", "uri"], "url"),
];

/// An example of an option that takes a JSON array of texts.
pub(super) fn example_of_list(name: &str) -> String {
    let elements = match name {
        "headers" => "\"Authorization: Bearer ${TOKEN}\"",
        "user_properties" => "\"site: hall 4\"",
        _ => "\"a/b\", \"c/#\"",
    };
    format!("write `{name} = '[{elements}]'`")
}

pub(super) fn unknown_option(
    owner: &str,
    specs: &[&'static OptionSpec],
    entry: &OptionEntry,
) -> Diagnostic {
    let key = &entry.key.text;
    let message = format!("no option `{key}` for {owner}");
    let diagnostic = Diagnostic::new(code::UNKNOWN_OPTION, message, entry.key.span);
    let diagnostic = diagnostic.at("unknown option");
    let is_known = |name: &str| specs.iter().any(|spec| spec.name == name);
    let meant = OTHER_NAMES
        .iter()
        .find(|(others, name)| others.contains(&key.to_lowercase().as_str()) && is_known(name));
    if let Some((_, name)) = meant {
        return diagnostic.help(format!("it is called `{name}` here"));
    }
    if let Some(near) = nearest(key, specs.iter().map(|spec| spec.name)) {
        return diagnostic.help(format!("an option with a similar name exists: `{near}`"));
    }
    let is_it = |spec: &OptionSpec| spec.name.eq_ignore_ascii_case(key);
    let takes = |connector: &ConnectorSpec| {
        let options = connector.source_options.iter();
        options.chain(connector.sink_options).any(is_it)
    };
    let is_of_connection =
        |spec: &&OptionSpec| CONNECTION.iter().any(|other| other.name == spec.name);
    let mut owners = Vec::new();
    if CONNECTION.iter().any(is_it) {
        owners.push("connections".to_owned());
    } else if specs.iter().all(is_of_connection) && CONNECTORS.iter().any(takes) {
        return diagnostic
            .note(format!("`{key}` is an option of tables"))
            .help(format!("move `{key}` to the `WITH (…)` of a table"));
    }
    for spec in CONNECTORS {
        let uses = [
            ("sources", spec.source_options),
            ("sinks", spec.sink_options),
        ];
        for (what, _) in uses.iter().filter(|(_, options)| options.iter().any(is_it)) {
            owners.push(format!("{what} with connector `{}`", spec.name()));
        }
    }
    if owners.is_empty() {
        let mut names: Vec<&str> = specs.iter().map(|spec| spec.name).collect();
        names.sort_unstable();
        return diagnostic.note(format!("the options are {}", names.join(", ")));
    }
    diagnostic.note(format!("`{key}` is an option of {}", owners.join(", ")))
}

pub(super) fn repeated_option(name: &str, entry: &OptionEntry, earlier: Span) -> Diagnostic {
    let message = format!("option `{name}` is given twice");
    Diagnostic::new(code::REPEATED_OPTION, message, entry.key.span)
        .at("given again")
        .context(earlier, "first given here")
        .help("keep the one that you mean")
}

pub(super) fn wrong_value(name: &str, span: Span, wanted: &str) -> Diagnostic {
    let message = format!("wrong value for option `{name}`");
    Diagnostic::new(code::OPTION_VALUE, message, span).at(format!("expected {wanted}"))
}

pub(super) fn no_variable(spec: &OptionSpec, span: Span) -> Diagnostic {
    let message = format!("option `{}` takes no `${{…}}`", spec.name);
    Diagnostic::new(code::VARIABLE, message, span)
        .at("must be known when the pipeline is built")
        .note("the generated code is made for this value; `${…}` is read when the binary starts")
        .help("write the value itself")
}

pub(super) fn malformed_variable(spec: &OptionSpec, span: Span, problem: String) -> Diagnostic {
    let message = format!("malformed `${{…}}` in option `{}`", spec.name);
    Diagnostic::new(code::VARIABLE, message, span)
        .at(problem)
        .help("write `${NAME}` or `${NAME:-default}`; `$$` is a dollar sign")
}
