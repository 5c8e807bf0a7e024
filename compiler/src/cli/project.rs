//! `laminarc new`: a project to start from.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use super::failure::Failure;
use super::folder;
use super::shell;
use super::style::GREEN;

/// Name and content of each file.
const FILES: [(&str, &str); 4] = [
    (
        "pipeline.sql",
        include_str!("../../../templates/project/pipeline.sql"),
    ),
    (
        "pipeline.input.jsonl",
        include_str!("../../../templates/project/pipeline.input.jsonl"),
    ),
    (
        "pipeline.expected.jsonl",
        include_str!("../../../templates/project/pipeline.expected.jsonl"),
    ),
    (
        "README.md",
        include_str!("../../../templates/project/README.md"),
    ),
];

/// Writes the project to `folder`, which must be new or empty.
pub(super) fn create(folder: &Path) -> Result<ExitCode, Failure> {
    let way_out = "name a folder that does not exist yet";
    folder::check(folder, "start a project in", || false, way_out)?;
    fs::create_dir_all(folder).map_err(|error| Failure::path("create", folder, error))?;
    for (name, text) in FILES {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|error| Failure::path("write", &path, error))?;
    }
    let shown = folder.display();
    anstream::eprintln!("{GREEN}created{GREEN:#} {shown} with a pipeline to start from; next:");
    anstream::eprintln!("  cd {}", shell::quoted(&shown.to_string()));
    anstream::eprintln!("  laminarc run pipeline.sql -- --replay pipeline.input.jsonl");
    anstream::eprintln!("  laminarc test");
    Ok(ExitCode::SUCCESS)
}
