//! `laminarc package`: a folder with a binary and what stands around it where it is to run.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::commands;
use super::failure::Failure;
use super::folder;
use super::input::{self, Warnings};
use super::progress::Progress;
use super::style::{GREEN, YELLOW};
use crate::build::{self, Options};
use crate::deploy::{self, Deployment, Linkage};
use crate::lower::lower;

/// How a file begins that an earlier call has written.
const OURS: &str = "# Made by laminarc ";

/// `laminarc package FILE`.
pub(super) fn package(
    file: &Path,
    policy: Warnings,
    output: Option<&Path>,
    options: &Options,
) -> Result<ExitCode, Failure> {
    check_target(options)?;
    let folder = output.map_or_else(|| default_folder(file), Path::to_owned);
    let is_ours = || folder::begins(&folder.join("Containerfile"), OURS);
    let way_out = "name another folder with `-o`";
    folder::check(&folder, "write the package to", is_ours, way_out)?;
    let source = input::read(file)?;
    let plan = commands::plan(&source, policy)?;
    let package = commands::emitted(&plan, &source);
    let binary = commands::compile(&package, options, &mut Progress::new())?;
    let bytes = fs::read(&binary.path).map_err(|e| Failure::path("read", &binary.path, e))?;
    let linkage = Linkage::of(&bytes).ok_or_else(not_linux)?;
    let deployment = deploy::deploy(
        &lower(&plan),
        &deploy::Binary {
            name: &package.slug,
            sql_hash: &build::sql_hash(source.text()),
            compiler_version: env!("CARGO_PKG_VERSION"),
            linkage,
        },
    );
    fs::create_dir_all(&folder).map_err(|error| Failure::path("create", &folder, error))?;
    binary.copy_to(&folder.join(&package.slug))?;
    anstream::eprintln!("{GREEN}packaged{GREEN:#} {}", folder.display());
    anstream::eprintln!("  {}", package.slug);
    write_files(&folder, &deployment)?;
    for note in &deployment.notes {
        anstream::eprintln!("{YELLOW}note{YELLOW:#}: {note}");
    }
    Ok(ExitCode::SUCCESS)
}

/// What is packaged is for Linux alone.
fn check_target(options: &Options) -> Result<(), Failure> {
    let is_linux = match &options.target {
        Some(target) => target.contains("linux"),
        None => cfg!(target_os = "linux"),
    };
    if is_linux { Ok(()) } else { Err(not_linux()) }
}

fn not_linux() -> Failure {
    Failure::new("units of systemd and containers are for Linux, and this target is another system")
        .help("name one with `--target`, such as `x86_64-unknown-linux-musl`")
}

/// FILE's name without its ending, and `-package`, in the current folder.
fn default_folder(file: &Path) -> PathBuf {
    let output = commands::default_output(file);
    PathBuf::from(format!("{}-package", output.display()))
}

/// Writes the files and tells of each. What somebody has filled in stays as it is.
fn write_files(folder: &Path, deployment: &Deployment) -> Result<(), Failure> {
    for file in &deployment.files {
        let mut path = folder.join(&file.name);
        let there = fs::read_to_string(&path);
        let is_changed = file.is_private && there.is_ok_and(|there| there != file.text);
        if is_changed {
            path = folder.join(format!("{}.new", file.name));
        }
        write(&path, &file.text, file.is_private)
            .map_err(|error| Failure::path("write", &path, error))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let kept = if is_changed { " (yours is kept)" } else { "" };
        anstream::eprintln!("  {name}{kept}");
    }
    Ok(())
}

/// Writes a file. A private one is never readable for others, not even for a moment.
fn write(path: &Path, text: &str, is_private: bool) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(if is_private { 0o600 } else { 0o644 });
    }
    let mut file = options.open(path)?;
    #[cfg(unix)]
    if is_private {
        use std::os::unix::fs::PermissionsExt as _;
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    file.write_all(text.as_bytes())
}
