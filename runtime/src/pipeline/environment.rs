//! The variables of templates, from the environment of the process, or from files that it names.

pub use crate::template::{TemplateError, Variable, resolve};

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _};

/// Looks a variable up in the environment of the process. Where it is not set, and `NAME_FILE` is,
/// the file of that path holds its value, but for a line end behind it. The environment of a
/// process never changes; a file may, and is read again when the process is asked to.
pub fn variable(name: &str) -> Variable {
    if let Some(value) = std::env::var_os(name) {
        let not_utf8 = |_| TemplateError::NotUtf8(name.to_owned());
        return Some(value.into_string().map_err(not_utf8));
    }
    let of_file = format!("{name}_FILE");
    let path = std::env::var_os(&of_file)?;
    let unreadable = |error: io::Error| TemplateError::Unreadable {
        name: of_file,
        path: path.to_string_lossy().into_owned(),
        error: error.to_string(),
    };
    Some(content(&path).map_err(unreadable))
}

/// A value is smaller.
const MAX_FILE: u64 = 64 << 10;

fn content(path: &OsStr) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?
        .take(MAX_FILE + 1)
        .read_to_string(&mut text)?;
    if text.len() as u64 > MAX_FILE {
        return Err(io::Error::other("it has more than 64 KiB"));
    }
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    Ok(line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_holds_a_value_and_a_line_end() {
        let path = std::env::temp_dir().join(format!("laminar-value-{}", std::process::id()));
        for (text, value) in [("a b\n", "a b"), ("a\r\n", "a"), ("a\n\n", "a\n"), ("", "")] {
            std::fs::write(&path, text).expect("writable");
            assert_eq!(content(path.as_os_str()).ok().as_deref(), Some(value));
        }
        std::fs::write(&path, "x".repeat(70_000)).expect("writable");
        assert!(content(path.as_os_str()).is_err());
        std::fs::remove_file(&path).expect("it is ours");
        assert!(content(path.as_os_str()).is_err());
    }
}
