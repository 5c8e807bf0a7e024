//! Laminar's side: queries are compiled, many in one crate, and run on all rows.

use crate::answer::Answer;
use crate::facts::{Facts, ROWS};
use crate::generator::Expression;
use laminarc::emit::{Identity, pipeline};
use laminarc::lower::lower;
use laminarc::source::SourceFile;
use laminarc::types::DataType;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Flows in one crate.
const COMPILED: usize = 1_000;

/// Expressions that cannot fail, in one flow.
const TOGETHER: usize = 12;

/// A query over the facts.
pub struct Flow {
    /// Views that it reads, if any.
    pub views: String,
    /// `SELECT …`
    pub query: String,
    /// The types of its columns.
    pub types: Vec<DataType>,
}

/// What a query makes of one of the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// Rows, or none.
    Rows(Vec<Vec<Answer>>),
    /// A row error.
    Failed(Answer),
}

/// What is to be run: an expression with its type, and whether it can fail.
pub type Sound<'e> = (&'e Expression, DataType, bool);

/// The answers to each expression, a row each. All of them have been checked. What can fail has a
/// flow of its own, since the first failure ends a flow's row.
pub fn answers(facts: &Facts, expressions: &[Sound<'_>]) -> Vec<Vec<Answer>> {
    let (alone, together): (Vec<usize>, Vec<usize>) =
        (0..expressions.len()).partition(|&at| expressions[at].2);
    let alone = alone.into_iter().map(|at| vec![at]);
    let groups = alone.chain(together.chunks(TOGETHER).map(<[usize]>::to_vec));
    let groups: Vec<Vec<usize>> = groups.collect();
    let flow = |group: &Vec<usize>| {
        let item = |&at: &usize| format!("{} AS c{at}", expressions[at].0.laminar);
        let items: Vec<String> = group.iter().map(item).collect();
        Flow {
            views: String::new(),
            query: format!("SELECT {} FROM facts", items.join(", ")),
            types: group.iter().map(|&at| expressions[at].1).collect(),
        }
    };
    let flows: Vec<Flow> = groups.iter().map(flow).collect();
    let mut answers = vec![Vec::with_capacity(ROWS); expressions.len()];
    for (group, made) in groups.iter().zip(run("expressions", facts, &flows)) {
        for made in made {
            for (column, &at) in group.iter().enumerate() {
                answers[at].push(match &made {
                    Made::Rows(rows) => rows[0][column].clone(),
                    Made::Failed(answer) => answer.clone(),
                });
            }
        }
    }
    answers
}

/// What each query makes of each of the facts. `name` tells the caller's crates from others'.
pub fn run(name: &str, facts: &Facts, flows: &[Flow]) -> Vec<Vec<Made>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("postgres")
        .join(name);
    let batches: Vec<&[Flow]> = flows.chunks(COMPILED).collect();
    prepare(&folder, facts, batches.len());
    for (number, batch) in batches.iter().enumerate() {
        write_crate(&folder.join(format!("b{number}")), facts, batch);
    }
    build(&folder);
    let run = |(number, batch): (usize, &&[Flow])| run_batch(&folder, number, batch);
    batches.iter().enumerate().flat_map(run).collect()
}

fn write_crate(folder: &Path, facts: &Facts, flows: &[Flow]) {
    let mut sql = facts.laminar();
    for (number, flow) in flows.iter().enumerate() {
        writeln!(
            sql,
            "{}CREATE TABLE s{number} WITH (connector = 'blackhole') AS {};",
            flow.views, flow.query
        )
        .expect("a String takes it");
    }
    let source = SourceFile::new("pipeline.sql", sql);
    let (plan, diagnostics) = laminarc::check(&source);
    let plan = plan.unwrap_or_else(|| panic!("{diagnostics:?}"));
    let identity = Identity {
        sql_hash: "0",
        compiler_version: "0",
    };
    let code = pipeline(&lower(&plan), &source, &identity);
    put(&folder.join("src/pipeline.rs"), &code);
    put(&folder.join("src/pipeline.sql"), source.text());
    put(&folder.join("src/main.rs"), include_str!("runner.rs.txt"));
}

/// What its binary prints.
fn run_batch(folder: &Path, number: usize, flows: &[Flow]) -> Vec<Vec<Made>> {
    let output = Command::new(folder.join(format!("target/debug/b{number}")))
        .output()
        .expect("the binary was built");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "batch {number}: {errors}");
    let text = String::from_utf8(output.stdout).expect("rows are UTF-8");
    let mut all = vec![vec![Made::Rows(Vec::new()); ROWS]; flows.len()];
    for line in text.lines() {
        let mut words = line.splitn(3, ' ');
        let mut number = || words.next()?.parse::<usize>().ok();
        let (Some(flow), Some(row)) = (number(), number()) else {
            panic!("a flow and a row stand before each answer: {line}");
        };
        let made = words.next().expect("an answer stands behind them");
        let types = &flows[flow].types;
        if let Some(reason) = made.strip_prefix('!') {
            all[flow][row] = Made::Failed(Answer::of_laminar(Err(reason), types[0]));
            continue;
        }
        let fields = fields(made);
        assert_eq!(fields.len(), types.len(), "a field for each column: {line}");
        let answers = fields.into_iter().zip(types);
        let answers = answers.map(|(raw, of)| Answer::of_laminar(Ok(raw), *of));
        if let Made::Rows(rows) = &mut all[flow][row] {
            rows.push(answers.collect());
        }
    }
    all
}

/// The raw values of a JSON object's members, in order.
fn fields(row: &str) -> Vec<&str> {
    let (mut fields, mut start) = (Vec::new(), None);
    let (mut depth, mut in_string, mut escaped) = (0, false, false);
    for (at, byte) in row.bytes().enumerate() {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => depth += 1,
            b':' if depth == 1 => start = Some(at + 1),
            b',' | b'}' if depth == 1 => {
                fields.push(&row[start.take().expect("a colon stands before a value")..at]);
            }
            b'}' | b']' => depth -= 1,
            _ => {}
        }
    }
    fields
}

/// A workspace of crates that link to the runtime.
fn prepare(folder: &Path, facts: &Facts, batches: usize) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let members: Vec<String> = (0..batches)
        .map(|number| format!("\"b{number}\""))
        .collect();
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n\
         [profile.dev]\ndebug = false\nincremental = false\n\
         debug-assertions = false\noverflow-checks = false\npanic = \"abort\"\n\n\
         [profile.dev.package.laminar-runtime]\nopt-level = 1\n",
        members.join(", ")
    );
    put(&folder.join("Cargo.toml"), &manifest);
    put(&folder.join("messages.txt"), &facts.messages());
    fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).expect("the lock is copied");
    for number in 0..batches {
        let manifest = format!(
            "[package]\nname = \"b{number}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nlaminar-runtime = {{ path = '{}', \
             default-features = false, features = ['regex'] }}\n",
            workspace.join("runtime").display()
        );
        put(&folder.join(format!("b{number}/Cargo.toml")), &manifest);
    }
}

/// Writes the file if it is not there already: what has not changed is not built again.
fn put(path: &PathBuf, content: &str) {
    if fs::read_to_string(path).is_ok_and(|old| old == content) {
        return;
    }
    let folder = path.parent().expect("a file stands in a folder");
    fs::create_dir_all(folder).expect("the folder can be made");
    fs::write(path, content).expect("the file can be written");
}

fn build(folder: &Path) {
    let output = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--offline"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .expect("cargo can be started");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
}
