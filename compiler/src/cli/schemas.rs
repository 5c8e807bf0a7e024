//! The schemas of Avro tables: read from files, from a registry, or from the lock file that keeps
//! what a registry said, so that the next build needs no network and finds the same.

mod lock;
mod registry;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::failure::Failure;
use super::input;
use super::style::GREEN;
use crate::avro::{self, Lock, Reference, Schemas};
use crate::bind::resolved;
use crate::diagnostics::counted;
use crate::source::SourceFile;

/// The largest schema that is read, in bytes.
const LARGEST: u64 = 4 << 20;

/// What the tables of `source` name. What a registry says is kept in the lock file beside it.
pub(super) fn load(source: &SourceFile) -> Schemas {
    let mut schemas = Schemas::default();
    let references = crate::schemas_of(source);
    if references.is_empty() {
        return schemas;
    }
    let file = Path::new(source.name());
    let lock = lock::read(&lock_path(file));
    let mut fetched = Vec::new();
    for reference in references {
        let found = match &reference {
            Reference::File(path) => beside(file, path),
            Reference::Registry { url, id } => match &lock {
                Err(problem) => Err(problem.clone()),
                Ok(lock) => match lock.get(url, *id) {
                    Some(text) => Ok(text.to_owned()),
                    None => fetch(url, *id)
                        .inspect(|text| fetched.push((url.clone(), *id, text.clone()))),
                },
            },
        };
        schemas.insert(reference, found);
    }
    if let (Ok(mut lock), false, false) = (lock, fetched.is_empty(), source.name().starts_with('<'))
    {
        for (url, id, text) in fetched {
            lock.set(&url, id, text);
        }
        if let Err(problem) = lock::write(&lock, &lock_path(file)) {
            anstream::eprintln!("{problem}\n");
        }
    }
    schemas
}

/// `laminarc lock FILE`: asks the registries anew, or another one for all of them.
pub(super) fn lock(file: &Path, registry: Option<&str>) -> Result<ExitCode, Failure> {
    let source = input::read(file)?;
    if source.name().starts_with('<') {
        return Err(Failure::new(
            "what is read from standard input has no lock file",
        ));
    }
    let path = lock_path(file);
    // what the SQL does not name any more is not kept
    let mut lock = Lock::default();
    let mut count = 0;
    for reference in crate::schemas_of(&source) {
        let Reference::Registry { url, id } = reference else {
            continue;
        };
        let from = registry.unwrap_or(&url);
        lock.set(&url, id, fetch(from, id).map_err(Failure::new)?);
        count += 1;
    }
    if count == 0 {
        let message = format!("{} names no schema of a registry", source.name());
        return Err(Failure::new(message).help("a file named by `schema_file` is read as it is"));
    }
    lock::write(&lock, &path).map_err(Failure::new)?;
    let (schemas, path) = (counted(count, "schema"), path.display());
    anstream::eprintln!("{GREEN}locked{GREEN:#} {schemas} in {path}");
    Ok(ExitCode::SUCCESS)
}

/// `pipeline.lock` beside `pipeline.sql`.
fn lock_path(file: &Path) -> PathBuf {
    file.with_extension("lock")
}

/// The text of a file whose path is relative to that of the SQL.
fn beside(sql: &Path, path: &str) -> Result<String, String> {
    let path = sql.parent().unwrap_or(Path::new("")).join(path);
    let shown = path.display();
    let size = fs::metadata(&path).map_err(|error| format!("cannot read {shown}: {error}"))?;
    if size.len() > LARGEST {
        return Err(format!("{shown} is larger than {} MiB", LARGEST >> 20));
    }
    fs::read_to_string(&path).map_err(|error| format!("cannot read {shown}: {error}"))
}

fn fetch(url: &str, id: u32) -> Result<String, String> {
    let url = resolved(url, |name| env::var(name).ok()).map_err(|name| {
        format!("the registry's URL needs the variable {name}, which is not set")
    })?;
    // what is none is not kept: the registry may have a better one tomorrow
    registry::schema(&url, id).and_then(|text| match avro::parse(&text) {
        Ok(_) => Ok(text),
        Err(problem) => Err(format!("schema {id} is none: {}", problem.text)),
    })
}
