//! Compiles each file of `pipelines` as `laminarc build` does: what is measured is what the
//! compiler emits.

use laminarc::diagnostics::{Style, render_all};
use laminarc::emit::{Identity, pipeline};
use laminarc::lower::lower;
use laminarc::source::SourceFile;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=pipelines");
    println!("cargo::rerun-if-changed=build.rs");
    note_link_time_optimisation();
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let mut modules = String::new();
    for file in pipelines() {
        let name = file.file_stem().expect("a file has a name");
        let name = name.to_str().expect("the name is ASCII");
        let path = write(&out.join(name), name, &file);
        let path = path.to_str().expect("the path is UTF-8");
        writeln!(
            modules,
            "/// What the compiler emits for `{name}.sql`.\n\
             #[allow(clippy::all, clippy::pedantic, reason = \"people did not write it\")]\n\
             #[path = {path:?}]\npub mod {name};"
        )
        .expect("a String takes it");
    }
    fs::write(out.join("pipelines.rs"), modules).expect("the list of modules can be written");
}

/// Hands on what the environment says of link-time optimisation, which the rivals need.
fn note_link_time_optimisation() {
    const NAME: &str = "CARGO_PROFILE_RELEASE_LTO";
    println!("cargo::rerun-if-env-changed={NAME}");
    if let Ok(value) = env::var(NAME) {
        println!("cargo::rustc-env=LAMINAR_BENCHES_LTO={value}");
    }
}

/// The pipelines, sorted by name.
fn pipelines() -> Vec<PathBuf> {
    let entries = fs::read_dir("pipelines").expect("the folder of pipelines can be read");
    let paths = entries.map(|entry| entry.expect("an entry can be read").path());
    let is_sql = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "sql");
    let mut files: Vec<_> = paths.filter(is_sql).collect();
    files.sort();
    files
}

/// Writes the module of a pipeline and the SQL that it includes; where the module is.
fn write(folder: &Path, name: &str, file: &Path) -> PathBuf {
    let sql = fs::read_to_string(file).expect("a pipeline can be read");
    let source = SourceFile::new(format!("{name}.sql"), sql.clone());
    let (plan, diagnostics) = laminarc::check(&source);
    let Some(plan) = plan else {
        panic!("{}", render_all(&diagnostics, &source, Style::Plain));
    };
    let identity = Identity {
        sql_hash: "none",
        compiler_version: env!("CARGO_PKG_VERSION"),
    };
    let code = pipeline(&lower(&plan), &source, &identity);
    fs::create_dir_all(folder).expect("a module's folder can be made");
    fs::write(folder.join("pipeline.sql"), sql).expect("the SQL can be written");
    let module = folder.join("mod.rs");
    fs::write(&module, code).expect("a module can be written");
    module
}
