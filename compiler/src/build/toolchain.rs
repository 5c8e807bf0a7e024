//! The Rust toolchain: which one it is, what it can build for, and the environment it runs in.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::error::BuildError;
use super::fingerprint::Fingerprint;
use crate::diagnostics::nearest;

/// The least version that compiles the runtime.
const NEEDED: &str = env!("CARGO_PKG_RUST_VERSION");

/// Variables that reach cargo. Everything else is withheld: a variable that a build script or
/// rustc looks at, such as those which an outer `cargo run` sets, rebuilds all of the runtime.
const PASSED: [&str; 27] = [
    "PATH",
    "HOME",
    "TMPDIR",
    "TERM",
    "LANG",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "RUSTUP_AUTO_INSTALL",
    "SSH_AUTH_SOCK",
    "CC",
    "AR",
    "SDKROOT",
    "DEVELOPER_DIR",
    "SystemRoot",
    "SystemDrive",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "ProgramData",
    "ProgramFiles",
    "ProgramFiles(x86)",
    "TEMP",
    "TMP",
    "ComSpec",
    "WINDIR",
    "PATHEXT",
];

/// Beginnings of the names of further variables that reach cargo.
const PASSED_PREFIXES: [&str; 8] = [
    "SSL_CERT_",
    "CARGO_HTTP_",
    "CARGO_NET_",
    "CARGO_REGISTRIES_",
    "CARGO_REGISTRY_",
    "CC_",
    "AR_",
    "NIX_",
];

/// What `rustc` says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Toolchain {
    /// The version, such as `1.95.0`.
    pub(super) release: String,
    /// The target it builds for unless told otherwise.
    pub(super) host: String,
    /// All of it, to tell toolchains apart.
    pub(super) identity: String,
    folder: PathBuf,
}

impl Toolchain {
    /// Asks the `rustc` that builds in `folder` (a rust-toolchain.toml above it may choose), which
    /// must not be too old.
    pub(super) fn probe(folder: &Path) -> Result<Self, BuildError> {
        let identity = text(&rustc(folder, &["-vV"])?)?;
        let toolchain = Self::parse(&identity, folder).ok_or_else(|| BuildError::NoToolchain {
            program: "rustc",
            detail: format!("`rustc -vV` printed {identity:?}"),
        })?;
        if older(&toolchain.release, NEEDED) {
            return Err(BuildError::OldToolchain {
                found: toolchain.release,
                needed: NEEDED,
            });
        }
        Ok(toolchain)
    }

    fn parse(identity: &str, folder: &Path) -> Option<Self> {
        let field = |name: &str| {
            let line = identity.lines().find_map(|line| line.strip_prefix(name));
            line.map(|value| value.trim().to_owned())
        };
        Some(Self {
            release: field("release:")?,
            host: field("host:")?,
            identity: identity.to_owned(),
            folder: folder.to_owned(),
        })
    }

    /// A name for it that is short and fit for a folder.
    pub(super) fn folder_name(&self) -> String {
        let mut hash = Fingerprint::new();
        hash.part(self.identity.as_bytes());
        format!("rustc-{}-{}", self.release, hash.short())
    }

    /// Where the standard library's sources are on this machine, if they are, and what its binaries
    /// call them: rustc puts the one in place of the other.
    pub(super) fn library_sources(&self) -> Option<(PathBuf, String)> {
        let lines = self.identity.lines();
        let mut hashes = lines.filter_map(|line| line.strip_prefix("commit-hash: "));
        let name = format!("/rustc/{}", hashes.next()?);
        let output = rustc(&self.folder, &["--print", "sysroot"]).ok()?;
        let sysroot = text(&output).ok()?;
        let folder = Path::new(sysroot.trim()).join("lib/rustlib/src/rust");
        Some((folder, name))
    }

    /// Errs unless the standard library for `target` is installed.
    pub(super) fn check_target(&self, target: &str) -> Result<(), BuildError> {
        if target == self.host {
            return Ok(());
        }
        let output = rustc(
            &self.folder,
            &["--print", "target-libdir", "--target", target],
        )?;
        if !output.status.success() {
            return Err(self.unknown_target(target)?);
        }
        let folder = PathBuf::from(text(&output)?.trim());
        if folder.is_dir() {
            return Ok(());
        }
        Err(BuildError::MissingTarget {
            target: target.to_owned(),
            folder,
        })
    }

    /// The features that `cpu` has, as text: on two machines `native` may be two different CPUs.
    pub(super) fn cpu_features(&self, cpu: &str, target: &str) -> Result<String, BuildError> {
        let option = format!("-Ctarget-cpu={cpu}");
        let output = rustc(
            &self.folder,
            &["--print", "cfg", &option, "--target", target],
        )?;
        let complaint = String::from_utf8_lossy(&output.stderr);
        if complaint.contains("not a recognized processor") || !output.status.success() {
            return Err(BuildError::UnknownCpu {
                cpu: cpu.to_owned(),
                target: target.to_owned(),
            });
        }
        text(&output)
    }

    fn unknown_target(&self, target: &str) -> Result<BuildError, BuildError> {
        let known = text(&rustc(&self.folder, &["--print", "target-list"])?)?;
        Ok(BuildError::UnknownTarget {
            target: target.to_owned(),
            similar: nearest(target, known.lines()).map(ToOwned::to_owned),
        })
    }
}

/// `program` in `folder` with an environment of known content.
pub(super) fn command(program: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env_clear();
    for (name, value) in std::env::vars_os() {
        if name.to_str().is_some_and(passes) {
            command.env(name, value);
        }
    }
    command
}

/// Where cargo keeps the sources of dependencies.
pub(super) fn cargo_home() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let home = || set("HOME").or_else(|| set("USERPROFILE"));
    let folder = set("CARGO_HOME").map(PathBuf::from);
    folder.or_else(|| home().map(|home| Path::new(&home).join(".cargo")))
}

/// How a program that could not be started is reported.
pub(super) fn not_started(program: &'static str, error: &std::io::Error) -> BuildError {
    let detail = match error.kind() {
        ErrorKind::NotFound => "it is not on the PATH".to_owned(),
        _ => error.to_string(),
    };
    BuildError::NoToolchain { program, detail }
}

fn passes(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    PASSED.contains(&name)
        || PASSED_PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix))
        || upper.ends_with("_PROXY")
        || (name.starts_with("CARGO_TARGET_") && name.ends_with("_LINKER"))
}

fn rustc(folder: &Path, arguments: &[&str]) -> Result<Output, BuildError> {
    let mut command = command("rustc", folder);
    let output = command.args(arguments.iter().map(OsStr::new)).output();
    let output = output.map_err(|error| not_started("rustc", &error))?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    // The stand-ins that rustup puts on the PATH exist without a toolchain behind them.
    if !output.status.success() && complaint.contains("rustup") {
        return Err(BuildError::NoToolchain {
            program: "rustc",
            detail: complaint.trim().to_owned(),
        });
    }
    Ok(output)
}

fn text(output: &Output) -> Result<String, BuildError> {
    if !output.status.success() {
        return Err(BuildError::NoToolchain {
            program: "rustc",
            detail: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether version `a` precedes version `b`; what stands behind `-` is ignored.
fn older(a: &str, b: &str) -> bool {
    let numbers = |version: &str| -> Vec<u32> {
        let version = version.split('-').next().unwrap_or_default();
        let mut numbers: Vec<_> = version.split('.').map(|n| n.parse().unwrap_or(0)).collect();
        numbers.resize(3, 0);
        numbers
    };
    numbers(a) < numbers(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        let cases = [
            ("1.9.0", "1.90", true),
            ("1.90.0", "1.90", false),
            ("1.89.2", "1.90", true),
            ("1.95.0", "1.90", false),
            ("1.90.0-nightly", "1.90", false),
            ("2.0.0", "1.90", false),
        ];
        for (a, b, expected) in cases {
            assert_eq!(older(a, b), expected, "{a} < {b}");
        }
    }

    #[test]
    fn what_an_outer_cargo_sets_stays_outside() {
        for name in [
            "PATH",
            "HTTPS_PROXY",
            "no_proxy",
            "CARGO_NET_GIT_FETCH_WITH_CLI",
            "CC_x86",
        ] {
            assert!(passes(name), "{name}");
        }
        assert!(passes("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER"));
        for name in [
            "OUT_DIR",
            "CARGO_MANIFEST_DIR",
            "RUSTFLAGS",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO",
            "RUSTC_WRAPPER",
            "CARGO_TARGET_DIR",
            "CARGO_INCREMENTAL",
            "LD_LIBRARY_PATH",
            "CARGO_PKG_NAME",
            "CARGO_BUILD_TARGET",
            "CARGO_PROFILE_RELEASE_LTO",
            "RUSTC",
        ] {
            assert!(!passes(name), "{name}");
        }
    }

    #[test]
    fn the_toolchain_at_hand_is_good_enough() {
        let toolchain = Toolchain::probe(&std::env::temp_dir()).expect("the tests run under cargo");
        assert!(toolchain.identity.contains(&toolchain.host));
        toolchain
            .check_target(&toolchain.host)
            .expect("the host's library is there");
        let error = toolchain
            .check_target("x86_64-unknown-linux-gnuu")
            .expect_err("no such target");
        assert!(matches!(error, BuildError::UnknownTarget { .. }), "{error}");
        let error = toolchain
            .cpu_features("pentium-9", &toolchain.host)
            .expect_err("no such CPU");
        assert!(matches!(error, BuildError::UnknownCpu { .. }), "{error}");
        toolchain
            .cpu_features("native", &toolchain.host)
            .expect("a known name");
    }
}
