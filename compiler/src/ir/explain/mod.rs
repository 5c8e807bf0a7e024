//! The intermediate representations as readable text: for `laminarc explain` and for tests.
//! What comes from the SQL is shown escaped, so that a line stays a line.

mod cost;
mod endpoint;
mod expression;
mod graph;
mod logical;
mod physical;
mod script;

pub use cost::{ceilings, cost};
pub use graph::{Picture, graph};
pub use logical::logical;
pub use physical::physical;
pub use script::script;

use super::logical::PathStep;

/// Text that grows line by line.
#[derive(Default)]
struct Outline {
    text: String,
}

impl Outline {
    /// Adds a line, two spaces per level to the right.
    fn line(&mut self, level: usize, line: impl AsRef<str>) {
        self.text.push_str(&"  ".repeat(level));
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }
}

/// A name or text on one line.
fn shown(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || c.is_ascii_graphic() || c == ' ';
    let escape = |c: char| {
        if plain(c) {
            c.to_string()
        } else {
            c.escape_default().to_string()
        }
    };
    text.chars().map(escape).collect()
}

/// The name of something in the plan, in double quotes unless it is a plain identifier.
fn named(name: &str) -> String {
    let starts_like_one = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if starts_like_one && is_plain(name) {
        name.to_owned()
    } else {
        format!("\"{}\"", shown(&name.replace('"', "\"\"")))
    }
}

/// A path in the notation of RFC 9535.
fn json_path(path: &[PathStep]) -> String {
    let steps = path.iter().map(|step| match step {
        PathStep::Key(key) if is_plain(key) => format!(".{key}"),
        PathStep::Key(key) => {
            let key = key.replace('\\', "\\\\").replace('"', "\\\"");
            format!(".\"{}\"", shown(&key))
        }
        PathStep::Index(index) => format!("[{index}]"),
    });
    std::iter::once("$".to_owned()).chain(steps).collect()
}

fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
