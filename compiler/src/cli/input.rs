//! From a file's name to a checked plan.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::failure::Failure;
use super::{schemas, style};
use crate::diagnostics::{Diagnostic, Severity, counted, render};
use crate::ir::logical::LogicalPlan;
use crate::source::SourceFile;

/// Reads the pipeline at `path`, or from standard input for `-`.
pub(super) fn read(path: &Path) -> Result<SourceFile, Failure> {
    if path == Path::new("-") {
        let bytes = limited(io::stdin()).map_err(|e| Failure::path("read", path, e))?;
        return source(Path::new("<stdin>"), bytes);
    }
    if path.is_dir() {
        let inside = path.join("pipeline.sql");
        let failure = Failure::path("read", path, "it is a folder, not a pipeline file");
        if inside.is_file() {
            return Err(failure.help(format!("did you mean {}?", inside.display())));
        }
        return Err(failure);
    }
    let bytes = File::open(path).and_then(limited);
    source(
        path,
        bytes.map_err(|error| Failure::path("read", path, error))?,
    )
}

/// Shows a diagnostic on standard error.
pub(super) fn show(diagnostic: &Diagnostic, source: &SourceFile) {
    let text = render(diagnostic, source, style::for_diagnostics());
    anstream::eprintln!("{}\n", text.trim_end_matches('\n'));
}

/// Messages shown of one file. Nobody reads more of them before the next try.
const MAX_SHOWN: usize = 100;

/// What warnings are taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Warnings {
    /// Advice.
    Shown,
    /// Mistakes.
    Denied,
}

impl Warnings {
    /// What the flag asks for.
    pub(super) fn denied_if(deny_warnings: bool) -> Self {
        if deny_warnings {
            Self::Denied
        } else {
            Self::Shown
        }
    }
}

/// Checks `source` and shows its diagnostics. Gives the plan and the number of warnings.
pub(super) fn check(
    source: &SourceFile,
    policy: Warnings,
) -> Result<(LogicalPlan, usize), Failure> {
    let (plan, diagnostics) = crate::check_with(source, &schemas::load(source));
    for diagnostic in diagnostics.iter().take(MAX_SHOWN) {
        show(diagnostic, source);
    }
    if let Some(more) = diagnostics
        .len()
        .checked_sub(MAX_SHOWN)
        .filter(|more| *more > 0)
    {
        anstream::eprintln!("{more} more messages are not shown\n");
    }
    let errors = diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .count();
    let warnings = diagnostics.len() - errors;
    let refused = warnings > 0 && policy == Warnings::Denied;
    if let Some(plan) = plan.filter(|_| !refused) {
        return Ok((plan, warnings));
    }
    let (red, bold, name) = (style::RED, style::BOLD, source.name());
    let counts = match errors {
        0 => denied(warnings),
        _ => counts(errors, warnings),
    };
    anstream::eprintln!("{red}error{red:#}{bold}: {name}: {counts}{bold:#}");
    Err(Failure::Sql)
}

/// Why a pipeline without errors is refused.
pub(super) fn denied(warnings: usize) -> String {
    format!(
        "{}, denied by --deny-warnings",
        counted(warnings, "warning")
    )
}

/// `2 errors, 1 warning`.
fn counts(errors: usize, warnings: usize) -> String {
    match warnings {
        0 => counted(errors, "error"),
        _ => format!(
            "{}, {}",
            counted(errors, "error"),
            counted(warnings, "warning")
        ),
    }
}

/// Everything, or one byte more than is accepted.
fn limited(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(SourceFile::MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn source(path: &Path, bytes: Vec<u8>) -> Result<SourceFile, Failure> {
    if bytes.len() > SourceFile::MAX_BYTES {
        let limit = SourceFile::MAX_BYTES >> 20;
        let why = format!("it is larger than {limit} MiB, which no pipeline is");
        return Err(Failure::path("read", path, why));
    }
    let text = String::from_utf8(bytes).map_err(|error| not_utf8(path, error.as_bytes()))?;
    // A byte-order mark is what some editors leave at the start.
    let text = text
        .strip_prefix('\u{feff}')
        .map(ToOwned::to_owned)
        .unwrap_or(text);
    Ok(SourceFile::new(path.display().to_string(), text))
}

fn not_utf8(path: &Path, bytes: &[u8]) -> Failure {
    let valid = bytes
        .utf8_chunks()
        .next()
        .map_or(0, |chunk| chunk.valid().len());
    let line = bytes[..valid].split(|byte| *byte == b'\n').count();
    let why = format!("it is not UTF-8 text: line {line}, byte {valid} of the file");
    Failure::path("read", path, why).help("save it as UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(bytes: &[u8]) -> String {
        match source(Path::new("p.sql"), bytes.to_owned()) {
            Err(Failure::Environment { message, .. }) => message,
            other => panic!("accepted: {other:?}"),
        }
    }

    #[test]
    fn what_is_not_a_pipeline_file_is_refused() {
        let cases: [(&[u8], &str); 3] = [
            (b"SELECT 1;\nSELECT '\xff'", "line 2, byte 18 of the file"),
            (b"\xfe", "line 1, byte 0 of the file"),
            (&vec![b' '; SourceFile::MAX_BYTES + 1], "larger than 16 MiB"),
        ];
        for (bytes, expected) in cases {
            let message = refusal(bytes);
            assert!(message.contains(expected), "{message}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_left_out() {
        let file = source(Path::new("p.sql"), b"\xef\xbb\xbfSELECT".to_vec()).expect("UTF-8");
        assert_eq!(file.text(), "SELECT");
    }
}
