//! What each command does.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{self, ExitCode};
use std::{fs, io};

use super::arguments::{Drawing, Stage};
use super::failure::Failure;
use super::input::{self, Warnings};
use super::progress::Progress;
use super::style::GREEN;
use crate::build::{self, Binary, Cache, Options};
use crate::diagnostics::counted;
use crate::emit::{FEATURES, Identity, Package, emit};
use crate::ir::explain::{self, Picture};
use crate::ir::logical::LogicalPlan;
use crate::lower::lower;
use crate::source::SourceFile;

/// `laminarc check FILE`.
pub(super) fn check(file: &Path, policy: Warnings) -> Result<ExitCode, Failure> {
    let source = input::read(file)?;
    let (plan, warnings) = input::check(&source, policy)?;
    let warnings = match warnings {
        0 => String::new(),
        _ => format!(", {}", counted(warnings, "warning")),
    };
    anstream::eprintln!(
        "{GREEN}ok{GREEN:#} {}: {}{warnings}",
        source.name(),
        summary(&plan)
    );
    Ok(ExitCode::SUCCESS)
}

/// `laminarc build FILE`.
pub(super) fn build(
    file: &Path,
    policy: Warnings,
    output: Option<&Path>,
    options: &Options,
    emit_crate: Option<&Path>,
) -> Result<ExitCode, Failure> {
    let output = output.map_or_else(|| default_output(file), Path::to_owned);
    check_output(file, &output)?;
    let source = input::read(file)?;
    let package = package(&source, policy)?;
    if let Some(folder) = emit_crate {
        check_crate_folder(folder)?;
        build::write_crate(&package, folder, None)?;
    }
    let mut progress = Progress::new();
    let binary = compile(&package, options, &mut progress)?;
    binary.copy_to(&output)?;
    if let Some(folder) = emit_crate {
        build::write_crate(&package, folder, binary.components.as_deref())?;
    }
    let size = fs::metadata(&output).map_or(0, |found| found.len());
    #[expect(
        clippy::cast_precision_loss,
        reason = "shown with one digit behind the point"
    )]
    let megabytes = size as f64 / 1e6;
    anstream::eprintln!(
        "{GREEN}{}{GREEN:#} {} ({megabytes:.1} MB, {:.1} s)",
        if binary.cached { "unchanged" } else { "built" },
        output.display(),
        progress.elapsed().as_secs_f64(),
    );
    Ok(ExitCode::SUCCESS)
}

/// `laminarc run FILE`: on success it does not come back.
pub(super) fn run(
    file: &Path,
    policy: Warnings,
    target_cpu: String,
    arguments: &[OsString],
) -> Result<ExitCode, Failure> {
    let package = package(&input::read(file)?, policy)?;
    let options = Options {
        target_cpu: Some(target_cpu),
        target: None,
    };
    let binary = compile(&package, &options, &mut Progress::new())?;
    let mut command = process::Command::new(&binary.path);
    become_process(command.args(arguments))
        .map_err(|error| Failure::path("start", &binary.path, error))
}

/// `laminarc explain FILE`.
pub(super) fn explain(file: &Path, stage: Stage) -> Result<ExitCode, Failure> {
    let source = input::read(file)?;
    let (plan, _) = input::check(&source, Warnings::Shown)?;
    print(&match stage {
        Stage::Logical => explain::logical(&plan),
        Stage::Physical => explain::physical(&lower(&plan)),
        Stage::Rust => rust(&emitted(&plan, &source)),
    })
}

/// `laminarc explain FILE --cost`.
pub(super) fn cost(file: &Path) -> Result<ExitCode, Failure> {
    let (plan, _) = input::check(&input::read(file)?, Warnings::Shown)?;
    print(&explain::cost(&lower(&plan)))
}

/// `laminarc explain FILE --graph FORM`.
pub(super) fn graph(file: &Path, drawing: Drawing) -> Result<ExitCode, Failure> {
    let (plan, _) = input::check(&input::read(file)?, Warnings::Shown)?;
    let picture = match drawing {
        Drawing::Svg => Picture::Svg,
        Drawing::Dot => Picture::Dot,
        Drawing::Mermaid => Picture::Mermaid,
    };
    print(&explain::graph(&plan, picture))
}

/// Writes what was asked for to standard output.
pub(super) fn print(text: &str) -> Result<ExitCode, Failure> {
    match io::stdout().write_all(text.as_bytes()) {
        // Whoever reads has seen enough: `laminarc explain … | head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(Failure::new(format!(
            "cannot write to standard output: {error}"
        ))),
        Ok(()) => Ok(ExitCode::SUCCESS),
    }
}

/// `laminarc warm`: builds the demo's pipeline for this CPU and for any, without TLS and with it,
/// which leaves the runtime compiled in each way that a pipeline may need.
pub(super) fn warm() -> Result<ExitCode, Failure> {
    let source = SourceFile::new("sensor_alerts.sql", crate::demo::PIPELINE);
    let mut package = package(&source, Warnings::Shown)?;
    let mut progress = Progress::new();
    for features in FEATURES {
        package.features = features.to_vec();
        for target_cpu in [None, Some("native".to_owned())] {
            let options = Options {
                target_cpu,
                target: None,
            };
            compile(&package, &options, &mut progress)?;
        }
    }
    let seconds = progress.elapsed().as_secs_f64();
    let cache = Cache::locate()?;
    let folder = cache.root().display();
    anstream::eprintln!("{GREEN}ready{GREEN:#} in {seconds:.1} s, kept in {folder}");
    Ok(ExitCode::SUCCESS)
}

/// Checks `source` and generates its package.
pub(super) fn package(source: &SourceFile, policy: Warnings) -> Result<Package, Failure> {
    Ok(emitted(&plan(source, policy)?, source))
}

/// Checks `source`, in which something must run.
pub(super) fn plan(source: &SourceFile, policy: Warnings) -> Result<LogicalPlan, Failure> {
    let (plan, _) = input::check(source, policy)?;
    if let Some(nothing) = crate::bind::nothing_to_run(&plan) {
        input::show(&nothing, source);
        return Err(Failure::Sql);
    }
    Ok(plan)
}

/// The package of a checked plan.
pub(super) fn emitted(plan: &LogicalPlan, source: &SourceFile) -> Package {
    let identity = Identity {
        sql_hash: &build::sql_hash(source.text()),
        compiler_version: env!("CARGO_PKG_VERSION"),
    };
    emit(&lower(plan), source, &identity)
}

/// Builds `package` in the user's cache and shows how it goes on.
pub(super) fn compile(
    package: &Package,
    options: &Options,
    progress: &mut Progress,
) -> Result<Binary, Failure> {
    let cache = Cache::locate()?;
    let built = build::build(package, options, &cache, &mut |event| progress.event(event));
    progress.finish();
    Ok(built?)
}

fn summary(plan: &LogicalPlan) -> String {
    let parts = [
        (plan.sources.len(), "table"),
        (plan.flows.len(), "flow"),
        (plan.sinks.len(), "sink"),
    ];
    let parts: Vec<_> = parts
        .iter()
        .map(|(count, noun)| counted(*count, noun))
        .collect();
    parts.join(", ")
}

fn rust(package: &Package) -> String {
    let wanted = package
        .files
        .iter()
        .find(|(path, _)| path == "src/pipeline.rs");
    let (_, text) = wanted.expect("every package has its plan there");
    text.clone()
}

/// The file's name without its ending, in the current folder.
pub(super) fn default_output(file: &Path) -> PathBuf {
    match file.file_stem() {
        Some(stem) if file != Path::new("-") => PathBuf::from(stem),
        Some(_) | None => PathBuf::from("pipeline"),
    }
}

/// The output must not be a folder, and above all not the SQL.
fn check_output(file: &Path, output: &Path) -> Result<(), Failure> {
    let same = match (fs::canonicalize(file), fs::canonicalize(output)) {
        (Ok(file), Ok(output)) => file == output,
        (Err(_), _) | (_, Err(_)) => false,
    };
    if same {
        let failure = Failure::path("write", output, "it is the pipeline itself");
        return Err(failure.help("name another file with `-o`"));
    }
    if output.is_dir() {
        let failure = Failure::path("write", output, "it is a folder");
        return Err(failure.help(format!("name a file: `-o {}/NAME`", output.display())));
    }
    // what the binary would take the place of: a device, a pipe or a socket is no file to lose
    if fs::metadata(output).is_ok_and(|there| !there.is_file()) {
        let failure = Failure::path("write", output, "it is not a regular file");
        return Err(failure.help("name another file with `-o`"));
    }
    Ok(())
}

/// The folder must be new, empty, or hold an earlier crate of laminarc's.
fn check_crate_folder(folder: &Path) -> Result<(), Failure> {
    let manifest = fs::read_to_string(folder.join("Cargo.toml"));
    if manifest.is_ok_and(|text| text.starts_with("# Generated by laminarc")) {
        return Ok(());
    }
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failure::path("write the crate to", folder, error)),
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(Failure::path(
                "write the crate to",
                folder,
                "it is not empty",
            )),
        },
    }
}

/// Replaces this process, so that signals and the exit code are the pipeline's own.
#[cfg(unix)]
pub(super) fn become_process(command: &mut process::Command) -> io::Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec())
}

/// Waits for the pipeline and passes its exit code on.
#[cfg(not(unix))]
pub(super) fn become_process(command: &mut process::Command) -> io::Result<ExitCode> {
    let code = command.status()?.code().unwrap_or(2);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_is_named_after_the_file() {
        for (file, expected) in [
            ("a/b/alerts.sql", "alerts"),
            ("alerts", "alerts"),
            ("-", "pipeline"),
            ("x.y.sql", "x.y"),
        ] {
            assert_eq!(
                default_output(Path::new(file)),
                Path::new(expected),
                "{file}"
            );
        }
    }
}
