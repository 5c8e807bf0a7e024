//! What processes left that were killed: their unfinished files, with all rows that they had
//! confirmed.

use super::part::{self, Part};
use super::path::{self, Pattern};
use crate::spec::FilesSpec;
use std::fs;
use std::io;
use std::path::Path;

/// The files below the pattern's folder that were begun and not finished.
///
/// # Errors
/// What the system says.
pub fn left_behind(spec: &'static FilesSpec, pattern: &Pattern) -> io::Result<Vec<Part>> {
    let (mut found, suffix) = (Vec::new(), part::suffix(spec));
    let root = fs::read_dir(pattern.root())?;
    search(root, pattern.depth(), &mut |path| {
        let Some(named) = path::visible(path, suffix) else {
            return Ok(());
        };
        if pattern.may_have_named(&named) {
            found.extend(Part::left(spec, path.to_owned(), named.clone())?);
        }
        Ok(())
    })?;
    Ok(found)
}

fn search(
    folder: fs::ReadDir,
    depth: usize,
    found: &mut impl FnMut(&Path) -> io::Result<()>,
) -> io::Result<()> {
    for entry in folder {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_file() {
            found(&entry.path())?;
        } else if kind.is_dir() && depth > 0 {
            let path = entry.path();
            match fs::read_dir(&path) {
                Ok(below) => search(below, depth - 1, found)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                // somebody else's, such as `lost+found` where a disk is mounted
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                    let path = path.display();
                    tracing::warn!("files are not looked for in `{path}`: {error}");
                }
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}
