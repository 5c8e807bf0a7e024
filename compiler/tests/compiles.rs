//! What type-checks compiles, without a warning, and runs without a panic: random pipelines with
//! hostile names and texts, all in one generated crate.

#[path = "compiles/operators.rs"]
mod operators;
#[path = "compiles/pipelines.rs"]
mod pipelines;
#[path = "compiles/random.rs"]
mod random;
#[path = "compiles/typed.rs"]
mod typed;
#[path = "compiles/types.rs"]
mod types;

use laminarc::avro::Schemas;
use laminarc::diagnostics::{Style, render_all};
use laminarc::emit::{Identity, pipeline};
use laminarc::lower::lower;
use laminarc::source::SourceFile;
use random::Random;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How many pipelines are compiled.
const PIPELINES: usize = 400;

/// How many of them read JSON; the others are compiled alone.
const OF_JSON: usize = 320;

#[test]
fn what_type_checks_compiles_and_runs() {
    let crate_folder = prepare();
    let (mut accepted, mut refused, mut refusals) = (0, 0, String::new());
    let mut random = Random::new(20_261_122);
    let mut messages = String::new();
    while accepted < OF_JSON {
        let drawn = pipelines::pipeline(&mut random);
        let source = SourceFile::new(format!("p{accepted}.sql"), drawn.sql.clone());
        match generate(&source, &Schemas::default()) {
            Ok(code) => {
                write(&crate_folder, accepted, &drawn.sql, &code);
                for message in &drawn.messages {
                    writeln!(messages, "{accepted} {message}").expect("a String takes it");
                }
                accepted += 1;
            }
            Err(why) => {
                refused += 1;
                refusals.push_str(&why);
            }
        }
        assert!(
            refused <= accepted + 50,
            "most pipelines are refused:\n{refusals}"
        );
    }
    refused += typed_tables(&mut random, &crate_folder);
    fs::write(crate_folder.join("src/messages.txt"), messages).expect("messages are written");
    let output = cargo(&crate_folder);
    println!("{refused} pipelines were refused; {output}");
    for outcome in ["emitted", "filtered", "rejected"] {
        assert!(
            !output.contains(&format!(" 0 {outcome}")),
            "nothing was {outcome}: {output}"
        );
    }
}

/// Pipelines over tables of other formats than JSON; how many more were drawn and refused.
fn typed_tables(random: &mut Random, crate_folder: &Path) -> usize {
    let (mut at, mut refused, mut refusals) = (OF_JSON, 0, String::new());
    while at < PIPELINES {
        let drawn = typed::typed(random);
        let source = SourceFile::new(format!("p{at}.sql"), drawn.sql.clone());
        match generate(&source, &drawn.schemas) {
            Ok(code) => {
                write(crate_folder, at, &drawn.sql, &code);
                at += 1;
            }
            Err(why) => {
                refused += 1;
                refusals.push_str(&why);
            }
        }
        assert!(
            refused <= at - OF_JSON + 20,
            "too many are refused:\n{refusals}"
        );
    }
    refused
}

/// The generated code, or why the pipeline was refused.
fn generate(source: &SourceFile, schemas: &Schemas) -> Result<String, String> {
    let (plan, diagnostics) = laminarc::check_with(source, schemas);
    let Some(plan) = plan else {
        return Err(render_all(&diagnostics, source, Style::Plain));
    };
    let identity = Identity {
        sql_hash: "0",
        compiler_version: "0",
    };
    let code = pipeline(&lower(&plan), source, &identity);
    assert_eq!(
        code,
        pipeline(&lower(&plan), source, &identity),
        "not deterministic"
    );
    assert!(code.is_ascii() || code.chars().all(is_harmless), "{code}");
    Ok(code)
}

fn is_harmless(c: char) -> bool {
    c == '\n' || c.is_ascii_graphic() || c == ' ' || c.is_alphanumeric() || c == '…'
}

/// An empty crate that links to the runtime.
fn prepare() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiles");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    if folder.join("src").exists() {
        fs::remove_dir_all(folder.join("src")).expect("what an earlier run left can be removed");
    }
    fs::create_dir_all(folder.join("src")).expect("the crate's folder can be made");
    let manifest = format!(
        "[package]\nname = \"compiles\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nlaminar-runtime = {{ path = '{}' }}\n\n\
         [profile.dev]\ndebug = false\nincremental = false\n\n[workspace]\n",
        workspace.join("runtime").display(),
    );
    fs::write(folder.join("Cargo.toml"), manifest).expect("the manifest is written");
    fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).expect("the lock is copied");
    let main = include_str!("compiles/main.rs.txt");
    let mut modules = String::new();
    let names: Vec<_> = (0..PIPELINES).map(|at| format!("p{at}")).collect();
    for name in &names {
        writeln!(modules, "mod {name};").expect("a String takes it");
    }
    // a pipeline's only table is called t
    let pipelines: Vec<_> = names[..OF_JSON]
        .iter()
        .map(|name| {
            let reference = format!("boxed_for::<{name}::t::T>(Cpu::detect(), Tiers::NONE)");
            format!("    (&{name}::PIPELINE, || {reference}),\n")
        })
        .collect();
    let typed = names[OF_JSON..].iter();
    let typed: Vec<_> = typed
        .map(|name| format!("    &{name}::PIPELINE,\n"))
        .collect();
    let all = format!(
        "type Reference = fn() -> Box<dyn Program>;\n\n\
         static PIPELINES: &[(&PipelineSpec, Reference)] = &[\n{}];\n\n\
         static TYPED: &[&PipelineSpec] = &[\n{}];\n",
        pipelines.concat(),
        typed.concat()
    );
    fs::write(
        folder.join("src/main.rs"),
        format!("{main}\n{modules}\n{all}"),
    )
    .expect("main.rs is written");
    folder
}

fn write(crate_folder: &Path, at: usize, sql: &str, code: &str) {
    let folder = crate_folder.join(format!("src/p{at}"));
    fs::create_dir_all(&folder).expect("a module's folder can be made");
    fs::write(folder.join("mod.rs"), code).expect("a module is written");
    fs::write(folder.join("pipeline.sql"), sql).expect("the SQL is written");
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
