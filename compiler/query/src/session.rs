//! Queries one after the other, from a person.

use crate::arguments::Arguments;
use crate::endpoint::{Endpoint, SYSTEM};
use crate::engine::{self, Engine};
use crate::failure::Failure;
use crate::output;
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Config, Context, Editor, Helper};
use std::path::PathBuf;

/// Lines of the history, at most.
const HISTORY: usize = 1_000;

/// Reads queries until there are no more.
pub fn run(endpoint: &Endpoint, arguments: &Arguments) -> Result<(), Failure> {
    let names = names(endpoint)?;
    let mut editor = editor(names).map_err(|error| terminal(&error))?;
    let kept = history();
    if let Some(path) = &kept {
        // the first session has none
        let _ = editor.load_history(path);
    }
    println!(
        "{}: a query ends with `;`, `\\q` ends the session",
        arguments.addr
    );
    let engine = Engine::new();
    loop {
        let line = match editor.readline("laminar> ") {
            Ok(line) => line,
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(terminal(&error)),
        };
        let text = line.trim();
        if matches!(text, "\\q" | "quit" | "exit") {
            break;
        }
        if text.is_empty() {
            continue;
        }
        let _ = editor.add_history_entry(text);
        if let Err(failure) = answer(&engine, endpoint, text, arguments) {
            eprintln!("{failure}");
        }
    }
    if let Some(path) = kept {
        let saved = std::fs::create_dir_all(path.parent().unwrap_or(&path));
        let saved = saved.map_err(ReadlineError::from);
        if let Err(error) = saved.and_then(|()| editor.save_history(&path)) {
            eprintln!("warning: the history is not kept: {error}");
        }
    }
    Ok(())
}

/// Answers a text of one query or more, which `;` stands between, and prints the rows.
pub fn answer(
    engine: &Engine,
    endpoint: &Endpoint,
    sql: &str,
    arguments: &Arguments,
) -> Result<(), Failure> {
    for statement in engine::statements(endpoint, sql)? {
        let answer = engine.answer(endpoint, statement)?;
        output::print(&answer, arguments.format)?;
        for note in &answer.notes {
            eprintln!("note: {}", output::harmless(note));
        }
    }
    Ok(())
}

/// The names of tables and columns.
fn names(endpoint: &Endpoint) -> Result<Vec<String>, Failure> {
    let declared = endpoint.declared()?;
    let mut names: Vec<String> = SYSTEM.map(str::to_owned).into();
    for (table, columns) in declared {
        names.push(table.clone());
        names.extend(columns.iter().cloned());
    }
    names.sort();
    names.dedup();
    Ok(names)
}

fn editor(names: Vec<String>) -> Result<Editor<Names, DefaultHistory>, ReadlineError> {
    let config = Config::builder().max_history_size(HISTORY)?.build();
    let mut editor = Editor::with_config(config)?;
    editor.set_helper(Some(Names { names }));
    Ok(editor)
}

fn terminal(error: &ReadlineError) -> Failure {
    Failure::new(format!("the terminal: {error}"))
}

/// Where the history is kept (XDG Base Directory Specification).
fn history() -> Option<PathBuf> {
    let folder = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from);
    let folder = folder.filter(|folder| folder.is_absolute()).or_else(|| {
        let home = std::env::var_os("HOME")?;
        Some(PathBuf::from(home).join(".local/state"))
    })?;
    Some(folder.join("laminar/query_history"))
}

/// Completes names.
struct Names {
    names: Vec<String>,
}

/// Words that queries are made of.
const WORDS: [&str; 16] = [
    "SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY", "LIMIT", "COUNT(*)", "AVG(", "MIN(", "MAX(",
    "NOW()", "INTERVAL", "AND", "DESC", "JOIN", "HAVING",
];

/// Where the word that ends at `position` begins, and what it may become.
fn completed(names: &[String], line: &str, position: usize) -> (usize, Vec<String>) {
    let before = &line[..position];
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.');
    let word = before.trim_end_matches(is_part);
    let start = word.len();
    let begun = before[start..].to_lowercase();
    if begun.is_empty() {
        return (start, Vec::new());
    }
    let all = names.iter().map(String::as_str).chain(WORDS);
    let fitting = all.filter(|name| name.to_lowercase().starts_with(&begun));
    (start, fitting.map(str::to_owned).collect())
}

impl Completer for Names {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (start, fitting) = completed(&self.names, line, position);
        let pair = |name: String| Pair {
            display: name.clone(),
            replacement: name,
        };
        Ok((start, fitting.into_iter().map(pair).collect()))
    }
}

impl Validator for Names {
    /// A query goes on until its `;`.
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input().trim();
        let is_whole =
            text.is_empty() || text.ends_with(';') || matches!(text, "\\q" | "quit" | "exit");
        Ok(if is_whole {
            ValidationResult::Valid(None)
        } else {
            ValidationResult::Incomplete
        })
    }
}

impl Hinter for Names {
    type Hint = String;
}

impl Highlighter for Names {}

impl Helper for Names {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_completed() {
        let names = ["system.tables", "sensor_data", "Status"].map(str::to_owned);
        let complete = |line: &str| completed(&names, line, line.len());
        assert_eq!(complete("SELECT s").0, 7);
        assert_eq!(
            complete("SELECT s").1,
            ["system.tables", "sensor_data", "Status", "SELECT"]
        );
        assert_eq!(
            complete("FROM system.t"),
            (5, vec!["system.tables".to_owned()])
        );
        assert_eq!(complete("WHERE ").1, Vec::<String>::new());
        assert_eq!(complete("ü st").1, ["Status"]);
    }
}
