//! Where sinks write files, and what must be there for them.

use crate::ir::endpoint::{Sink, SinkKind};
use crate::ir::physical::PhysicalPlan;
use std::collections::BTreeSet;

/// The folder that a sink's files are in, as far as the SQL says it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Folder {
    /// Below the working folder; empty: that itself.
    Relative(String),
    /// Anywhere else.
    Absolute(String),
    /// A variable decides.
    Unknown,
}

/// The folders of all sinks that write files.
pub(super) fn folders(plan: &PhysicalPlan) -> BTreeSet<Folder> {
    plan.sinks
        .iter()
        .filter_map(path)
        .map(|(_, path)| folder(path))
        .collect()
}

/// Whether rows go to standard output.
pub(super) fn prints(plan: &PhysicalPlan) -> bool {
    let is_stdout = |sink: &Sink| matches!(sink.kind, SinkKind::Stdout { .. });
    plan.sinks.iter().any(is_stdout)
}

/// What whoever deploys must do for files.
pub(super) fn notes(plan: &PhysicalPlan, name: &str) -> Vec<String> {
    let sinks = plan.sinks.iter().filter_map(path);
    let notes = sinks.filter_map(|(sink, path)| match folder(path) {
        Folder::Relative(_) => None,
        Folder::Absolute(folder) => Some(format!(
            "`{sink}` writes to {folder}: that folder must be there, for the user `{USER}`"
        )),
        Folder::Unknown => Some(format!(
            "a variable decides where `{sink}` writes: only below /var/lib/laminar-{name} is it \
             allowed to, unless the unit is changed"
        )),
    });
    notes.collect()
}

/// The user of a unit that writes to a folder outside of its own.
pub(super) const USER: &str = "laminar";

/// The name of a sink that writes files, and the path (template) that they begin with.
fn path(sink: &Sink) -> Option<(&str, &str)> {
    match &sink.kind {
        SinkKind::File { path, .. } => Some((&sink.name, path)),
        SinkKind::Files(files) => Some((&sink.name, &files.prefix)),
        SinkKind::Stdout { .. }
        | SinkKind::Blackhole
        | SinkKind::Mqtt { .. }
        | SinkKind::Webhook(_) => None,
    }
}

fn folder(path: &str) -> Folder {
    let literal = path.split("${").next().unwrap_or_default();
    let literal = literal.replace("$$", "$");
    if literal.is_empty() && !path.is_empty() {
        return Folder::Unknown;
    }
    let folder = literal.rsplit_once('/').map(|(folder, _)| folder);
    let mut parts = Vec::new();
    for part in folder.unwrap_or_default().split('/') {
        match part {
            "" | "." => {}
            // what is above the working folder, nobody knows
            ".." => return Folder::Unknown,
            part => parts.push(part),
        }
    }
    let folder = parts.join("/");
    if literal.starts_with('/') {
        Folder::Absolute(format!("/{folder}"))
    } else {
        Folder::Relative(folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_told_by_paths() {
        let relative = |path: &str| Folder::Relative(path.to_owned());
        let absolute = |path: &str| Folder::Absolute(path.to_owned());
        let cases = [
            ("rows.jsonl", relative("")),
            ("./a//b/rows.jsonl", relative("a/b")),
            ("rows-${SITE}.jsonl", relative("")),
            ("rows/${SITE}/x", relative("rows")),
            ("/data/rows.jsonl", absolute("/data")),
            ("/rows.jsonl", absolute("/")),
            ("/data/${SITE}/x", absolute("/data")),
            ("${FOLDER}/x", Folder::Unknown),
            ("../x", Folder::Unknown),
            ("a$$b/x", relative("a$b")),
            ("", relative("")),
        ];
        for (path, expected) in cases {
            assert_eq!(folder(path), expected, "{path}");
        }
    }
}
