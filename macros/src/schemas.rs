//! The schemas of Avro tables: files, and what a lock file keeps. No registry is asked.

use laminarc::avro::{Lock, Reference, Schemas};
use laminarc::source::SourceFile;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 4 << 20;

/// What the tables of `source` name: files beside the SQL, which stands in `folder`, and schemas
/// in its lock file, where it has one. The paths of the files that were read go to `read`.
pub(crate) fn load(
    source: &SourceFile,
    folder: &Path,
    lock_file: Option<&Path>,
    read: &mut Vec<PathBuf>,
) -> Schemas {
    let mut schemas = Schemas::default();
    let references = laminarc::schemas_of(source);
    let is_registry = |reference: &Reference| matches!(reference, Reference::Registry { .. });
    let lock = match lock_file {
        Some(path) if references.iter().any(is_registry) => lock(path, read),
        Some(_) | None => Ok(Lock::default()),
    };
    for reference in references {
        let found = match &reference {
            Reference::File(path) => text(&folder.join(path), path, read),
            Reference::Registry { url, id } => {
                lock.as_ref().map_err(Clone::clone).and_then(|lock| {
                    let schema = lock.get(url, *id).map(ToOwned::to_owned);
                    schema.ok_or_else(|| not_locked(*id, lock_file))
                })
            }
        };
        schemas.insert(reference, found);
    }
    schemas
}

fn not_locked(id: u32, lock_file: Option<&Path>) -> String {
    let Some(lock_file) = lock_file else {
        return "macros ask no registry: put the SQL into a file, lock its schemas with `laminarc \
                lock FILE`, and use `include_sql!`"
            .to_owned();
    };
    let name = lock_file.file_name().unwrap_or_default().to_string_lossy();
    let sql = Path::new(&*name).with_extension("sql");
    let sql = sql.display();
    format!("schema {id} is not in {name}, and macros ask no registry: run `laminarc lock {sql}`")
}

fn lock(path: &Path, read: &mut Vec<PathBuf>) -> Result<Lock, String> {
    let shown = path.file_name().unwrap_or_default().to_string_lossy();
    match fs::read_to_string(path) {
        Ok(text) => {
            read.push(path.to_owned());
            let lock = Lock::parse(&text);
            lock.ok_or_else(|| format!("{shown} is no lock file of this version: `laminarc lock`"))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Lock::default()),
        Err(error) => Err(format!("cannot read {shown}: {error}")),
    }
}

fn text(path: &Path, shown: &str, read: &mut Vec<PathBuf>) -> Result<String, String> {
    let failed = |error| format!("cannot read {shown}: {error}");
    let found = fs::metadata(path).map_err(failed)?;
    // a device or a pipe may have no end
    if !found.is_file() {
        return Err(format!("cannot read {shown}: it is no file"));
    }
    if found.len() > LARGEST {
        return Err(format!("{shown} is larger than {} MiB", LARGEST >> 20));
    }
    let text = fs::read_to_string(path).map_err(failed)?;
    read.push(path.to_owned());
    Ok(text)
}
