//! A package of files to an executable: the only stage that touches the machine.
//!
//! The runtime's sources travel in laminarc. They are extracted once to a per-user [`Cache`],
//! compiled once by cargo, and linked to each pipeline's small crate. What has been built before
//! comes from the cache without cargo. The user's cargo configuration and environment do not
//! reach the build, save for what says how to reach the network and the linker: the same SQL
//! gives the same binary.

mod cache;
mod cargo;
mod components;
mod embedded;
mod error;
mod fingerprint;
mod toolchain;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub use cache::{Cache, Entry as CacheEntry, Kind as CacheKind, Lease};
pub use error::BuildError;
pub use fingerprint::sql_hash;

use crate::emit::Package;
use cache::{copy_executable, make_folder, write_if_changed};
use fingerprint::Fingerprint;
use toolchain::Toolchain;

/// What to build for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The CPU as rustc calls it, `native` being this machine's; None: any CPU of the target.
    pub target_cpu: Option<String>,
    /// The target triple; None: this machine's.
    pub target: Option<String>,
}

/// How a build goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// Nothing to report yet.
    Starting,
    /// Another build holds the cache.
    Waiting,
    /// Dependencies are being downloaded.
    Downloading {
        /// How many have arrived.
        crates: usize,
    },
    /// Crates are being compiled.
    Compiling {
        /// Steps done, those that need not be repeated included.
        done: usize,
        /// Steps in all.
        total: usize,
        /// The crates at work, separated by commas.
        current: &'a str,
    },
}

/// A binary in the cache.
#[derive(Clone, Debug)]
pub struct Binary {
    /// Where it is. It may be run there; it stays while this value is kept, and then until many
    /// others have been built.
    pub path: PathBuf,
    /// Whether it was there before, so that nothing had to be built.
    pub cached: bool,
    /// The crates that are linked: name, version and checksum of each on a line. None: nobody
    /// remembers.
    pub components: Option<String>,
    /// Keeps it from being removed.
    pub lease: Lease,
}

impl Binary {
    /// Copies it to `to`, replacing what is there at once.
    pub fn copy_to(&self, to: &Path) -> Result<(), BuildError> {
        copy_executable(&self.path, to)
    }
}

/// Builds `package` in `cache`; `on_event` hears how it goes on.
///
/// A second build of the same package for the same CPU does not start cargo: it takes as long as
/// asking rustc for its version.
pub fn build(
    package: &Package,
    options: &Options,
    cache: &Cache,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<Binary, BuildError> {
    let built = build_in(package, options, cache, on_event);
    built.map_err(|error| of_cache(error, cache))
}

fn build_in(
    package: &Package,
    options: &Options,
    cache: &Cache,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<Binary, BuildError> {
    cache.create()?;
    let job = Job::new(package, options, cache)?;
    let lease = cache.lease(&mut || on_event(Event::Waiting))?;
    if let Some(path) = job.finished() {
        return Ok(job.binary(path, true, lease));
    }
    drop(lease);
    cache.clean_now_and_then(&job.parts());
    let lease = cache.lease(&mut || on_event(Event::Waiting))?;
    let _lock = cache.lock(&job.name, &mut || on_event(Event::Waiting))?;
    // Whoever held the lock may have built the same.
    if let Some(path) = job.finished() {
        return Ok(job.binary(path, true, lease));
    }
    let path = job.build(on_event)?;
    Ok(job.binary(path, false, lease))
}

/// Writes `package` to `folder` as a crate that plain cargo builds, with the runtime in it. What is
/// linked stands in it once it was built here, too ([`Binary::components`]).
pub fn write_crate(
    package: &Package,
    folder: &Path,
    components: Option<&str>,
) -> Result<(), BuildError> {
    cache::write_runtime(&folder.join("runtime"))?;
    let name = crate_name(package);
    write_package(package, &name, "runtime", folder)?;
    let components = components.unwrap_or_default();
    write_if_changed(&folder.join(components::FILE), components.as_bytes())
}

/// One build: what is built, for what, and where.
struct Job<'a> {
    package: &'a Package,
    cache: &'a Cache,
    toolchain: Toolchain,
    target: String,
    rustflags: String,
    name: String,
    key: String,
    /// Tells apart what is linked.
    set: String,
    /// The folder of what is compiled. Each CPU has one: cargo does not tell flags apart where one
    /// of them gives folders other names, and would build the runtime anew for every other CPU.
    compiled: String,
}

impl<'a> Job<'a> {
    fn new(package: &'a Package, options: &Options, cache: &'a Cache) -> Result<Self, BuildError> {
        let toolchain = Toolchain::probe(cache.root())?;
        let target = options
            .target
            .clone()
            .unwrap_or_else(|| toolchain.host.clone());
        toolchain.check_target(&target)?;
        let cpu = options.target_cpu.as_deref();
        let features = cpu
            .map(|cpu| toolchain.cpu_features(cpu, &target))
            .transpose()?;
        let rustflags = cpu
            .map(|cpu| format!("-Ctarget-cpu={cpu}"))
            .unwrap_or_default();
        let name = crate_name(package);
        let mut key = Fingerprint::new();
        for part in [
            env!("CARGO_PKG_VERSION"),
            embedded::runtime_hash(),
            &embedded::manifest(&name, "", &package.features),
            &embedded::lock_file(&name),
            &toolchain.identity,
            &target,
            &rustflags,
            features.as_deref().unwrap_or_default(),
        ] {
            key.part(part.as_bytes());
        }
        let key = key.short();
        let mut set = Fingerprint::new();
        for part in [&embedded::lock_file(""), &toolchain.identity, &target] {
            set.part(part.as_bytes());
        }
        for feature in &package.features {
            set.part(feature.as_bytes());
        }
        let set = set.short();
        let mut compiled = toolchain.folder_name();
        if let (Some(cpu), Some(features)) = (cpu, &features) {
            // `native` is something else on each machine
            let mut hash = Fingerprint::new();
            hash.part(features.as_bytes());
            compiled = format!("{compiled}-{cpu}-{}", hash.short());
        }
        Ok(Self {
            package,
            cache,
            toolchain,
            target,
            rustflags,
            name,
            key,
            set,
            compiled,
        })
    }

    fn finished(&self) -> Option<PathBuf> {
        self.cache.binary(&self.key, &self.package.slug)
    }

    /// The parts of the cache that it uses.
    fn parts(&self) -> [PathBuf; 2] {
        let target = self.cache.target(&self.compiled);
        [target, self.cache.sources()]
    }

    fn binary(&self, path: PathBuf, cached: bool, lease: Lease) -> Binary {
        Binary {
            path,
            cached,
            components: components::kept(&self.cache.sources(), &self.set),
            lease,
        }
    }

    fn build(&self, on_event: &mut dyn FnMut(Event<'_>)) -> Result<PathBuf, BuildError> {
        self.cache.extract_runtime()?;
        let folder = self.cache.pipeline(&self.name);
        write_package(self.package, &self.name, link_runtime(&folder)?, &folder)?;
        let components = self.components(&folder, on_event)?;
        write_if_changed(&folder.join(components::FILE), components.as_bytes())?;
        let made = self.compile(&folder, on_event)?;
        self.parts().iter().for_each(|part| Cache::mark(part));
        let stored = self.cache.store(&made, &self.key, &self.package.slug)?;
        self.clean(&folder, &made);
        Ok(stored)
    }

    /// What is linked. Downloads what is missing to find out.
    fn components(
        &self,
        folder: &Path,
        on_event: &mut dyn FnMut(Event<'_>),
    ) -> Result<String, BuildError> {
        let (sources, rust) = (self.cache.sources(), &self.toolchain.release);
        if let Some(kept) = components::kept(&sources, &self.set) {
            return Ok(kept);
        }
        let ask = || components::ask(self.cargo(folder, "tree"), rust, &sources, &self.set);
        if let Some(found) = ask()? {
            return Ok(found);
        }
        self.download(folder, on_event)?;
        ask()?.ok_or_else(|| BuildError::Cargo {
            detail: "it does not say what the runtime depends on".to_owned(),
        })
    }

    /// Runs cargo, downloading what is missing first. Gives the executable's path.
    fn compile(
        &self,
        folder: &Path,
        on_event: &mut dyn FnMut(Event<'_>),
    ) -> Result<PathBuf, BuildError> {
        let mut run = cargo::run(&mut self.cargo_build(folder), on_event)?;
        if !run.status.success() && run.errors.is_empty() && !self.is_downloaded(folder)? {
            self.download(folder, on_event)?;
            run = cargo::run(&mut self.cargo_build(folder), on_event)?;
        }
        if !run.status.success() {
            let is_foreign = self.target != self.toolchain.host;
            let target = is_foreign.then(|| self.target.clone());
            return Err(failure(&run, folder, target));
        }
        run.executable.ok_or_else(|| BuildError::Cargo {
            detail: "it ended well but made no executable".to_owned(),
        })
    }

    fn cargo_build(&self, folder: &Path) -> Command {
        let mut command = self.cargo(folder, "build");
        command.args([
            "--profile",
            "laminar",
            "--frozen",
            "--message-format",
            "json",
        ]);
        command
    }

    /// A cargo that needs what a build needs, and downloads it if it may. `cargo fetch` would
    /// take all that the lock file names: TLS for pipelines without it.
    fn cargo_needs(&self, folder: &Path) -> Command {
        let mut command = self.cargo(folder, "tree");
        command.args(["--edges", "normal,build"]);
        command
    }

    fn is_downloaded(&self, folder: &Path) -> Result<bool, BuildError> {
        let mut command = self.cargo_needs(folder);
        Ok(cargo::run(command.arg("--frozen"), &mut |_| {})?
            .status
            .success())
    }

    fn download(
        &self,
        folder: &Path,
        on_event: &mut dyn FnMut(Event<'_>),
    ) -> Result<(), BuildError> {
        on_event(Event::Downloading { crates: 0 });
        let run = cargo::run(self.cargo_needs(folder).arg("--locked"), on_event)?;
        if run.status.success() {
            return Ok(());
        }
        Err(BuildError::Download {
            crates: embedded::locked_crates(),
            detail: run.cause(),
        })
    }

    /// A cargo that only these settings reach: each beats what a configuration file says.
    fn cargo(&self, folder: &Path, subcommand: &str) -> Command {
        let target = self.cache.target(&self.compiled);
        let mut command = toolchain::command("cargo", folder);
        command
            .env("CARGO_ENCODED_RUSTFLAGS", self.encoded_rustflags())
            .env("RUSTC_WRAPPER", "")
            .env("RUSTC_WORKSPACE_WRAPPER", "")
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_TARGET_DIR", &target)
            .env("CARGO_BUILD_BUILD_DIR", &target)
            .args([subcommand, "--target", &self.target]);
        command
    }

    /// The flags, and a name for each folder of this machine that the binary would mention: the
    /// same SQL gives the same bytes, wherever it is built. (The flags of cargo's encoding are
    /// separated by 0x1f.)
    fn encoded_rustflags(&self) -> String {
        let mut flags = vec![self.rustflags.clone()];
        flags.retain(|flag| !flag.is_empty());
        let mut named = vec![(self.cache.root().to_owned(), "/laminar".to_owned())];
        named.extend(toolchain::cargo_home().map(|home| (home, "/cargo".to_owned())));
        named.extend(self.toolchain.library_sources());
        flags.extend(
            named
                .into_iter()
                .map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display())),
        );
        flags.join("\u{1f}")
    }

    /// Removes what only this pipeline left in the target directory, so that it stays as large as
    /// the runtime. What can't be removed does no harm.
    fn clean(&self, folder: &Path, made: &Path) {
        let _ = fs::remove_dir_all(folder);
        let Some(profile) = made.parent() else {
            return;
        };
        let _ = fs::remove_file(profile.join(format!("{}.d", self.name)));
        remove_with_prefix(
            &profile.join("deps"),
            &format!("{}-", self.name.replace('-', "_")),
        );
        remove_with_prefix(&profile.join(".fingerprint"), &format!("{}-", self.name));
    }
}

/// `laminar-p-<slug>-<hash of the files>`. Two crates of one name in one target directory would
/// overwrite each other's binary; and the name sorts right before `laminar-runtime`, where the
/// lock file has its entry.
fn crate_name(package: &Package) -> String {
    let mut hash = Fingerprint::new();
    hash.part(embedded::runtime_hash().as_bytes());
    for feature in &package.features {
        hash.part(feature.as_bytes());
    }
    for (path, text) in &package.files {
        hash.part(path.as_bytes());
        hash.part(text.as_bytes());
    }
    format!("laminar-p-{}-{}", package.slug, hash.short())
}

/// Makes the runtime a folder within the crate, and gives its relative path.
///
/// Cargo puts the path of a dependency that is outside of the crate's own folder into the names of
/// all symbols: the bytes would differ from one cache to the next. A link is within it, and every
/// pipeline has the same name for it, so they still share one compiled runtime.
#[cfg(unix)]
fn link_runtime(folder: &Path) -> Result<&'static str, BuildError> {
    make_folder(folder)?;
    let link = folder.join("runtime");
    match std::os::unix::fs::symlink("../../runtime", &link) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(BuildError::file("create", &link, error))
        }
        Ok(()) | Err(_) => Ok("runtime"),
    }
}

/// Elsewhere not everybody may make links, and binaries depend on where the cache is.
#[cfg(not(unix))]
fn link_runtime(_folder: &Path) -> Result<&'static str, BuildError> {
    Ok("../../runtime")
}

fn write_package(
    package: &Package,
    name: &str,
    runtime: &str,
    folder: &Path,
) -> Result<(), BuildError> {
    make_folder(folder)?;
    let manifest = embedded::manifest(name, runtime, &package.features);
    write_if_changed(&folder.join("Cargo.toml"), manifest.as_bytes())?;
    write_if_changed(
        &folder.join("Cargo.lock"),
        embedded::lock_file(name).as_bytes(),
    )?;
    for (path, text) in &package.files {
        write_if_changed(&folder.join(path), text.as_bytes())?;
    }
    Ok(())
}

/// Why a build failed, from what rustc and cargo said.
fn failure(run: &cargo::Run, folder: &Path, target: Option<String>) -> BuildError {
    if run.mentions("No space left on device") || run.mentions("os error 28") {
        return BuildError::DiskFull {
            folder: folder.to_owned(),
        };
    }
    if let Some(line) = run.line_with("failed to find tool") {
        let detail = line.trim().to_owned();
        return BuildError::CCompiler { target, detail };
    }
    if run.errors.is_empty() {
        return BuildError::Cargo {
            detail: run.detail(),
        };
    }
    let detail = run.errors.join("\n");
    let linking = ["error: linker", "error: linking with"];
    if linking
        .iter()
        .any(|start| run.errors.iter().any(|error| error.starts_with(start)))
    {
        return BuildError::Linker { target, detail };
    }
    BuildError::Internal {
        folder: folder.to_owned(),
        detail,
    }
}

/// What went wrong with a file, where that is one of the cache.
fn of_cache(error: BuildError, cache: &Cache) -> BuildError {
    match error {
        BuildError::File { error, .. } if error.kind() == std::io::ErrorKind::StorageFull => {
            BuildError::DiskFull {
                folder: cache.root().to_owned(),
            }
        }
        BuildError::File {
            action,
            path,
            error,
        } if path.starts_with(cache.root()) => BuildError::Cache {
            action,
            path,
            error,
        },
        other => other,
    }
}

fn remove_with_prefix(folder: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(prefix) {
            let path = entry.path();
            let _ = if path.is_dir() {
                fs::remove_dir_all(path)
            } else {
                fs::remove_file(path)
            };
        }
    }
}
