//! Pipelines as modules of other crates: all golden cases, and random pipelines with hostile names.
//! What type-checks compiles, without a warning and in an older edition, and its handlers get what
//! a binary writes.

#[path = "compiles/operators.rs"]
mod operators;
#[path = "compiles/pipelines.rs"]
mod pipelines;
#[path = "compiles/random.rs"]
mod random;
mod schemas;
#[path = "compiles/typed.rs"]
mod typed;
#[path = "compiles/types.rs"]
mod types;

use laminarc::avro::Schemas;
use laminarc::diagnostics::{Style, render_all};
use laminarc::emit::Library;
use laminarc::source::SourceFile;
use random::Random;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How many random pipelines over JSON are compiled, and how many over other formats.
const RANDOM: (usize, usize) = (60, 20);

/// What rustc does not ask of the code of macros, and does of that in files.
const UNUSED: &str = "#[allow(dead_code, unused_imports, reason = \"not all is used\")]";

#[test]
fn handlers_get_what_binaries_write() {
    let folder = prepare();
    let mut main = include_str!("library/main.rs.txt").to_owned();
    let (mut modules, mut calls) = (String::new(), String::new());
    for case in cases() {
        let from = manifest_folder().join("tests/cases").join(&case);
        let source = source(&case, &from.join("pipeline.sql"));
        let library = library(&source, &schemas::of(&source, &from))
            .unwrap_or_else(|why| panic!("{case}: {why}"));
        let to = folder.join("src").join(&case);
        fs::create_dir_all(&to).expect("a module's folder can be made");
        for file in ["generated.rs", "pipeline.sql"] {
            fs::copy(from.join(file), to.join(file)).expect("a case's file is copied");
        }
        fs::write(to.join("library.rs"), library.formatted()).expect("a module is written");
        // what binaries of a few cases link takes a minute to build, and a library has none of it
        let generated = fs::read_to_string(to.join("generated.rs")).expect("it was copied");
        let code = if generated.contains("laminar_runtime::columns") {
            calls.push_str(&call("random", &case, &library, "{}"));
            format!("#[path = \"{case}/library.rs\"] {UNUSED} mod {case};\n")
        } else {
            let messages = from.join("messages.jsonl").display().to_string();
            calls.push_str(&call("case", &case, &library, &messages));
            let generated = "#[path = \"generated.rs\"] pub mod generated;";
            let library = format!("#[path = \"library.rs\"] {UNUSED} pub mod library;");
            format!("mod {case} {{ {generated} {library} }}\n")
        };
        modules.push_str(&code);
    }
    random_pipelines(&folder, &mut modules, &mut calls);
    write!(main, "{modules}\nfn main() {{\n{calls}}}\n").expect("a String takes it");
    fs::write(folder.join("src/main.rs"), main).expect("main.rs is written");
    println!("{}", cargo(&folder));
}

/// Adds modules of random pipelines.
fn random_pipelines(folder: &Path, modules: &mut String, calls: &mut String) {
    let mut random = Random::new(20_261_129);
    let (of_json, others) = RANDOM;
    let mut at = 0;
    while at < of_json + others {
        let (sql, schemas, messages) = if at < of_json {
            let drawn = pipelines::pipeline(&mut random);
            (drawn.sql, Schemas::default(), drawn.messages)
        } else {
            let drawn = typed::typed(&mut random);
            let messages = ["", "\0", "\u{1}\u{2}", "aaaa"].map(str::to_owned);
            (drawn.sql, drawn.schemas, messages.to_vec())
        };
        let source = SourceFile::new(format!("p{at}.sql"), sql);
        // most of those that are drawn are accepted, which another test looks at
        let Ok(library) = library(&source, &schemas) else {
            continue;
        };
        let code = library.formatted();
        fs::write(folder.join(format!("src/p{at}.rs")), code).expect("a module is written");
        writeln!(modules, "{UNUSED} mod p{at};").expect("a String takes it");
        calls.push_str(&call(
            "random",
            &format!("p{at}"),
            &library,
            &messages.join("\n"),
        ));
        at += 1;
    }
}

/// A call of a macro of the crate, which knows what the types and methods are called.
fn call(name: &str, module: &str, library: &Library, messages: &str) -> String {
    let flows = library
        .flows
        .iter()
        .map(|(flow, on)| format!("({flow:?}, {on}),"));
    let is_array = |decoder: &str| {
        let code = library.formatted();
        let at = code.find(&format!("impl {decoder} {{"));
        let body = &code[at.expect("a decoder has methods")..];
        body.find("fn decode_each").is_some_and(|each| {
            body.find("fn decode_message")
                .is_none_or(|message| each < message)
        })
    };
    let tables = library.tables.iter().map(|(table, decoder)| {
        let method = if is_array(decoder) { "all" } else { "one" };
        format!("({table:?}, {decoder}, {method}),")
    });
    let (flows, tables): (String, String) = (flows.collect(), tables.collect());
    let build = if library.to_string().contains("fn build_with") {
        "with"
    } else {
        "without"
    };
    format!("    {name}!({module}, {build}, [{flows}], [{tables}], {messages:?});\n")
}

fn library(source: &SourceFile, schemas: &Schemas) -> Result<Library, String> {
    let (library, diagnostics) = laminarc::library(source, schemas);
    library.ok_or_else(|| render_all(&diagnostics, source, Style::Plain))
}

fn source(name: &str, path: &Path) -> SourceFile {
    let sql = fs::read_to_string(path).expect("a case has a pipeline");
    SourceFile::new(format!("{name}.sql"), sql)
}

fn cases() -> Vec<String> {
    let entries = fs::read_dir(manifest_folder().join("tests/cases")).expect("there are cases");
    let mut cases: Vec<_> = entries
        .map(|entry| entry.expect("an entry can be read").path())
        .filter(|path| path.is_dir())
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect();
    cases.sort();
    cases
}

fn manifest_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// An empty crate of an older edition that links to the runtime.
fn prepare() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("library");
    let workspace = manifest_folder().join("..");
    if folder.join("src").exists() {
        fs::remove_dir_all(folder.join("src")).expect("what an earlier run left can be removed");
    }
    fs::create_dir_all(folder.join("src")).expect("the crate's folder can be made");
    let manifest = format!(
        "[package]\nname = \"library\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n\
         [dependencies]\n\
         laminar-runtime = {{ path = '{}', features = [\"mqtt\", \"regex\", \"serde\"] }}\n\
         serde_json = \"1\"\n\n\
         [profile.dev]\ndebug = false\nincremental = false\n\n[workspace]\n",
        workspace.join("runtime").display(),
    );
    fs::write(folder.join("Cargo.toml"), manifest).expect("the manifest is written");
    fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).expect("the lock is copied");
    let run = manifest_folder().join("tests/replay/run.rs");
    fs::copy(run, folder.join("src/run.rs")).expect("the runner is copied");
    folder
}

/// Builds and runs the crate; what it printed.
fn cargo(folder: &Path) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .expect("cargo can be started");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
