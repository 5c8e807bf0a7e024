//! Why a pipeline could not be built, each with the way out.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// What went wrong. None of these is a mistake in the SQL: that was found before.
#[derive(Debug)]
pub enum BuildError {
    /// `cargo` or `rustc` is not on the PATH, or rustup has no toolchain behind it.
    NoToolchain {
        /// `cargo` or `rustc`.
        program: &'static str,
        /// What was tried and how it failed.
        detail: String,
    },
    /// The Rust compiler is too old for the runtime.
    OldToolchain {
        /// Its version.
        found: String,
        /// The least version that will do.
        needed: &'static str,
    },
    /// Neither `LAMINAR_CACHE_DIR`, `XDG_CACHE_HOME` nor `HOME` says where to build.
    NoCacheFolder,
    /// A file could not be read or written.
    File {
        /// What was to be done, such as `write`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// The same of something in the cache.
    Cache {
        /// What was to be done, such as `write`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// The Rust compiler does not know this target.
    UnknownTarget {
        /// The triple.
        target: String,
        /// One that looks like it.
        similar: Option<String>,
    },
    /// The standard library for this target is not installed.
    MissingTarget {
        /// The triple.
        target: String,
        /// Where it should be.
        folder: PathBuf,
    },
    /// The Rust compiler does not know this CPU.
    UnknownCpu {
        /// The CPU's name.
        cpu: String,
        /// The target it was asked for.
        target: String,
    },
    /// The program that links, or something it needs, is missing.
    Linker {
        /// The target, where it is not this machine's.
        target: Option<String>,
        /// What the Rust compiler says.
        detail: String,
    },
    /// A dependency has parts in C, and there is no compiler for them.
    CCompiler {
        /// The target, where it is not this machine's.
        target: Option<String>,
        /// What was looked for.
        detail: String,
    },
    /// The dependencies are not on this machine and could not be downloaded.
    Download {
        /// How many crates a build may need.
        crates: usize,
        /// What cargo says.
        detail: String,
    },
    /// The disk that holds the cache is full.
    DiskFull {
        /// The cache.
        folder: PathBuf,
    },
    /// Cargo ended without a compile error and without a binary.
    Cargo {
        /// What cargo says.
        detail: String,
    },
    /// The generated code does not compile: a bug of laminarc.
    Internal {
        /// The generated crate, kept for the report.
        folder: PathBuf,
        /// What the Rust compiler says.
        detail: String,
    },
}

impl BuildError {
    /// A failed `action` on `path`.
    pub(super) fn file(action: &'static str, path: &Path, error: io::Error) -> Self {
        Self::File {
            action,
            path: path.to_owned(),
            error,
        }
    }

    /// What to do about it, one sentence each.
    pub fn helps(&self) -> Vec<String> {
        match self {
            Self::NoToolchain { .. } => vec![
                "install Rust as https://rustup.rs describes, then open a new terminal".into(),
                "`laminarc check` and `laminarc explain` work without it".into(),
            ],
            Self::OldToolchain { .. } => vec!["run `rustup update stable`".into()],
            Self::NoCacheFolder => {
                vec!["set LAMINAR_CACHE_DIR to a folder that can be written".into()]
            }
            Self::File { error, .. } => file_helps(error),
            Self::Cache { .. } => vec![
                "what builds leave is kept there: set LAMINAR_CACHE_DIR to a folder that you can \
                 write to"
                    .into(),
            ],
            Self::UnknownTarget { similar, .. } => match similar {
                Some(similar) => vec![format!("a target with a similar name exists: `{similar}`")],
                None => vec!["`rustc --print target-list` lists the targets".into()],
            },
            Self::MissingTarget { target, .. } => vec![
                format!("run `rustup target add {target}`"),
                "without rustup, install that target's standard library beside your Rust".into(),
            ],
            Self::UnknownCpu { target, .. } => vec![
                format!("`rustc --print target-cpus --target {target}` lists the names"),
                "`native` is this machine's own CPU".into(),
            ],
            Self::Linker { target: None, .. } => {
                vec!["install a C linker: `apt install gcc` or what your system calls it".into()]
            }
            Self::Linker {
                target: Some(target),
                ..
            } => {
                let variable = target.to_uppercase().replace('-', "_");
                vec![
                    format!("install a linker and the C library for `{target}`"),
                    format!("name the linker: `export CARGO_TARGET_{variable}_LINKER=…`"),
                ]
            }
            Self::CCompiler { target: None, .. } => {
                vec!["install a C compiler: `apt install gcc` or what your system calls it".into()]
            }
            Self::CCompiler {
                target: Some(target),
                ..
            } => vec![
                format!("install a C compiler for `{target}`"),
                format!("or name it: `export CC_{}=…`", target.replace('-', "_")),
            ],
            Self::Download { .. } => vec![
                "connect to the internet once and run `laminarc warm`: no later build needs it"
                    .into(),
                "behind a proxy set HTTPS_PROXY; a registry mirror in cargo's configuration is used"
                    .into(),
            ],
            Self::DiskFull { .. } => vec![
                "free about 300 MB, or set LAMINAR_CACHE_DIR to a folder on a larger disk".into(),
                "`laminarc cache` shows what earlier builds left, `laminarc cache clean` removes it"
                    .into(),
            ],
            Self::Cargo { .. } => Vec::new(),
            Self::Internal { folder, .. } => vec![format!(
                "please report this with your pipeline and the folder {}",
                folder.display()
            )],
        }
    }
}

fn file_helps(error: &io::Error) -> Vec<String> {
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            vec!["give yourself access, or choose another place".into()]
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => vec!["free some space".into()],
        _ => Vec::new(),
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoToolchain { program, detail } => {
                write!(
                    f,
                    "building needs Rust, and `{program}` cannot be run: {detail}"
                )
            }
            Self::OldToolchain { found, needed } => {
                write!(
                    f,
                    "building needs Rust {needed} or newer, and this is Rust {found}"
                )
            }
            Self::NoCacheFolder => {
                f.write_str("no place to build in: neither XDG_CACHE_HOME nor HOME is set")
            }
            Self::File {
                action,
                path,
                error,
            }
            | Self::Cache {
                action,
                path,
                error,
            } => write!(f, "cannot {action} {}: {error}", path.display()),
            Self::UnknownTarget { target, .. } => write!(f, "unknown target `{target}`"),
            Self::MissingTarget { target, folder } => write!(
                f,
                "the standard library for `{target}` is not installed ({} is missing)",
                folder.display()
            ),
            Self::UnknownCpu { cpu, target } => write!(f, "unknown CPU `{cpu}` for `{target}`"),
            Self::Linker {
                target: Some(target),
                detail,
            } => write!(f, "linking for `{target}` failed\n{detail}"),
            Self::Linker {
                target: None,
                detail,
            } => write!(f, "linking failed\n{detail}"),
            Self::CCompiler { detail, .. } => {
                write!(f, "what TLS or Zstandard needs has parts in C: {detail}")
            }
            Self::Download { crates, detail } => write!(
                f,
                "the runtime's dependencies are not on this machine and cannot be downloaded \
                 (at most {crates} crates, about 10 MB)\n{detail}"
            ),
            Self::DiskFull { folder } => {
                write!(f, "the disk is full: no space left in {}", folder.display())
            }
            Self::Cargo { detail } => write!(f, "cargo failed\n{detail}"),
            Self::Internal { detail, .. } => {
                write!(
                    f,
                    "internal error: the generated code does not compile\n{detail}"
                )
            }
        }
    }
}

impl std::error::Error for BuildError {}
