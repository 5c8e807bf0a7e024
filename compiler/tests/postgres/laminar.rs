//! Laminar's side: expressions are checked, compiled, many in one crate, and run on all rows.

use crate::answer::Answer;
use crate::facts::{Facts, ROWS};
use crate::generator::Expression;
use laminarc::diagnostics::{Diagnostic, Severity};
use laminarc::emit::{Identity, pipeline};
use laminarc::ir::logical::{LogicalPlan, Relation};
use laminarc::lower::lower;
use laminarc::source::SourceFile;
use laminarc::types::DataType;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Expressions in one file to be checked: a flow has a limit.
const CHECKED: usize = 200;

/// Expressions in one crate.
const COMPILED: usize = 1_250;

/// Expressions that cannot fail, in one flow.
const TOGETHER: usize = 12;

/// What the compiler says to an expression.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It is of this type; and whether it can be a row error.
    Sound(DataType, bool),
    /// A constant part of it fails for every row.
    AlwaysFails,
    /// Anything else.
    Refused(String),
}

/// The verdict on each expression, given as its text.
pub fn check(facts: &Facts, expressions: &[&str]) -> Vec<Verdict> {
    let chunks = expressions.chunks(CHECKED);
    chunks.flat_map(|chunk| check_chunk(facts, chunk)).collect()
}

/// A mistake in the syntax hides the others, so what is refused is left out until nothing is.
fn check_chunk(facts: &Facts, expressions: &[&str]) -> Vec<Verdict> {
    let mut verdicts: Vec<Option<Verdict>> = vec![None; expressions.len()];
    loop {
        let open: Vec<usize> = (0..expressions.len())
            .filter(|&at| verdicts[at].is_none())
            .collect();
        if open.is_empty() {
            break;
        }
        let texts: Vec<&str> = open.iter().map(|&at| expressions[at]).collect();
        let (source, starts) = one_flow(facts, &texts);
        let (plan, diagnostics) = laminarc::check(&source);
        let Some(plan) = plan else {
            for (place, verdict) in refusals(&diagnostics, &starts) {
                verdicts[open[place]] = Some(verdict);
            }
            continue;
        };
        for (at, verdict) in open.into_iter().zip(outputs(&plan)) {
            verdicts[at] = Some(verdict);
        }
    }
    verdicts.into_iter().flatten().collect()
}

/// A flow of these expressions, and where each of them begins.
fn one_flow(facts: &Facts, expressions: &[&str]) -> (SourceFile, Vec<usize>) {
    let mut sql = facts.laminar();
    sql.push_str("SELECT ");
    let mut starts = Vec::new();
    for (at, expression) in expressions.iter().enumerate() {
        sql.push_str(if at == 0 { "" } else { ",\n" });
        starts.push(sql.len());
        write!(sql, "{expression} AS c{at}").expect("a String takes it");
    }
    sql.push_str(" FROM facts;");
    (SourceFile::new("pipeline.sql", sql), starts)
}

/// Which expressions are refused, and why.
fn refusals(diagnostics: &[Diagnostic], starts: &[usize]) -> Vec<(usize, Verdict)> {
    let errors = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error);
    let refusal = |diagnostic: &Diagnostic| {
        let place = diagnostic.labels[0].span.range().start;
        let at = starts.partition_point(|&start| start <= place) - 1;
        let verdict = match diagnostic.code.as_str() {
            "E0305" => Verdict::AlwaysFails,
            code => Verdict::Refused(format!("{code}: {}", diagnostic.message)),
        };
        (at, verdict)
    };
    errors.map(refusal).collect()
}

fn outputs(plan: &LogicalPlan) -> Vec<Verdict> {
    let Relation::Project { columns, .. } = &plan.flows[0].query else {
        panic!("the query computes its columns");
    };
    columns
        .iter()
        .map(|(column, expr)| Verdict::Sound(column.data_type, expr.can_fail()))
        .collect()
}

/// What is to be run: expressions with their types, and whether they can fail.
pub type Sound<'e> = (&'e Expression, DataType, bool);

/// The answers to each expression, a row each. All of them have been checked.
pub fn answers(facts: &Facts, expressions: &[Sound<'_>]) -> Vec<Vec<Answer>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("postgres");
    let batches: Vec<Batch<'_>> = expressions.chunks(COMPILED).map(Batch::new).collect();
    prepare(&folder, facts, batches.len());
    for (number, batch) in batches.iter().enumerate() {
        batch.write(&folder.join(format!("b{number}")), facts);
    }
    build(&folder);
    let run = |(number, batch): (usize, &Batch<'_>)| batch.run(&folder, number);
    batches.iter().enumerate().flat_map(run).collect()
}

/// Expressions that are compiled as one pipeline.
struct Batch<'e> {
    expressions: &'e [Sound<'e>],
    /// Which of them stand in which flow.
    flows: Vec<Vec<usize>>,
}

impl<'e> Batch<'e> {
    /// What can fail has a flow of its own, since the first failure ends a flow's row.
    fn new(expressions: &'e [Sound<'e>]) -> Self {
        let (alone, together): (Vec<usize>, Vec<usize>) =
            (0..expressions.len()).partition(|&at| expressions[at].2);
        let flows = alone.into_iter().map(|at| vec![at]);
        let flows = flows.chain(together.chunks(TOGETHER).map(<[usize]>::to_vec));
        Self {
            expressions,
            flows: flows.collect(),
        }
    }

    fn write(&self, folder: &Path, facts: &Facts) {
        let mut sql = facts.laminar();
        for (number, flow) in self.flows.iter().enumerate() {
            let items = flow
                .iter()
                .map(|&at| format!("{} AS c{at}", self.expressions[at].0.laminar));
            let items: Vec<String> = items.collect();
            writeln!(
                sql,
                "CREATE TABLE s{number} WITH (connector = 'blackhole') AS SELECT {} FROM facts;",
                items.join(", ")
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

    /// The answers that its binary prints.
    fn run(&self, folder: &Path, number: usize) -> Vec<Vec<Answer>> {
        let output = Command::new(folder.join(format!("target/debug/b{number}")))
            .output()
            .expect("the binary was built");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "batch {number}: {errors}");
        let text = String::from_utf8(output.stdout).expect("rows are UTF-8");
        let mut answers = vec![vec![Answer::NoRow; ROWS]; self.expressions.len()];
        for line in text.lines() {
            let mut words = line.splitn(3, ' ');
            let mut number = || words.next()?.parse::<usize>().ok();
            let (Some(flow), Some(row)) = (number(), number()) else {
                panic!("a flow and a row stand before each answer: {line}");
            };
            let made = words.next().expect("an answer stands behind them");
            let mut fields = made
                .starts_with('{')
                .then(|| fields(made))
                .into_iter()
                .flatten();
            for &at in &self.flows[flow] {
                let raw = match made.strip_prefix('!') {
                    Some(reason) => Err(reason),
                    None => Ok(fields.next().expect("a field for each expression")),
                };
                answers[at][row] = Answer::of_laminar(raw, self.expressions[at].1);
            }
        }
        answers
    }
}

/// The raw values of a JSON object's members, in order.
pub fn fields(row: &str) -> Vec<&str> {
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
             [dependencies]\nlaminar-runtime = {{ path = '{}', default-features = false }}\n",
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

/// How often each refusal was given, the most frequent first.
pub fn counted(refusals: &[String]) -> String {
    let mut counts = BTreeMap::new();
    for refusal in refusals {
        *counts.entry(refusal).or_insert(0) += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
        .iter()
        .fold(String::new(), |mut text, (refusal, count)| {
            writeln!(text, "  {count} times {refusal}").expect("a String takes it");
            text
        })
}
