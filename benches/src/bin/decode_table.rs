//! All workloads and all contestants in one process, and how many times faster ours is.
//!
//! `RUSTFLAGS="-C target-cpu=native" cargo run --release -p laminar-benches --bin decode_table`

use laminar_benches::contest::{self, Measured, measure, verify};
use laminar_benches::data::{Messages, RECORDED, WORKLOADS, recorded};
use laminar_benches::rivals::{ENTRIES, Entry, Job, OURS};
use laminar_benches::target;
use lexopt::prelude::{Long, ValueExt};
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
usage: decode_table [--workload NAME]… [--rival NAME]… [--messages N] [--rounds N]
                    [--corpus PATH] [--tsv]

--corpus (or the environment's LAMINAR_CORPUS) is a file of recorded positions, JSON lines with
a `payload`, or a folder with `hsl_hfp.jsonl`";

type Failure = Box<dyn std::error::Error>;

struct Options {
    workloads: Vec<String>,
    rivals: Vec<String>,
    messages: usize,
    rounds: usize,
    corpus: Option<PathBuf>,
    tsv: bool,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), Failure> {
    let options = Options::parse()?;
    let entries = options.entries()?;
    eprintln!("{}", target::description());
    let mut tables = Vec::new();
    for messages in options.workloads()? {
        let tally = verify(&entries, &messages);
        assert_eq!(tally.rejected, 0, "the messages are well-formed");
        eprintln!(
            "{}: {} messages of {} bytes, {} rows from all contestants",
            messages.workload,
            messages.len(),
            messages.mean_length(),
            tally.rows,
        );
        let results = measure(&entries, &messages, options.rounds);
        if !options.tsv {
            print_times(&messages, &results);
        }
        tables.push((messages.workload, results));
    }
    if options.tsv {
        print_tsv(&tables);
    } else {
        print_ratios(&tables);
    }
    Ok(())
}

impl Options {
    fn parse() -> Result<Self, lexopt::Error> {
        let mut options = Self {
            workloads: Vec::new(),
            rivals: Vec::new(),
            messages: 100_000,
            rounds: 10,
            corpus: std::env::var_os("LAMINAR_CORPUS").map(PathBuf::from),
            tsv: false,
        };
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("workload") => options.workloads.push(arguments.value()?.string()?),
                Long("rival") => options.rivals.push(arguments.value()?.string()?),
                Long("messages") => options.messages = arguments.value()?.parse()?,
                Long("rounds") => options.rounds = arguments.value()?.parse()?,
                Long("corpus") => options.corpus = Some(arguments.value()?.into()),
                Long("tsv") => options.tsv = true,
                _ => return Err(argument.unexpected()),
            }
        }
        if options.messages == 0 || options.rounds == 0 {
            return Err("`--messages` and `--rounds` are at least 1".into());
        }
        Ok(options)
    }

    /// Ours and the rivals that were asked for.
    fn entries(&self) -> Result<Vec<Entry>, Failure> {
        let is_known = |name: &&String| ENTRIES.iter().any(|entry| entry.rival == **name);
        if let Some(name) = self.rivals.iter().find(|name| !is_known(name)) {
            return Err(format!("no rival `{name}`").into());
        }
        let is_wanted = |entry: &&Entry| {
            let is_named = self.rivals.iter().any(|name| name == entry.rival);
            entry.rival == OURS || self.rivals.is_empty() || is_named
        };
        Ok(ENTRIES.iter().filter(is_wanted).copied().collect())
    }

    /// The workloads that were asked for, made when it is their turn.
    fn workloads(&self) -> Result<impl Iterator<Item = Messages>, Failure> {
        let is_known = |name: &&String| {
            *name == RECORDED || WORKLOADS.iter().any(|workload| workload.name == **name)
        };
        if let Some(name) = self.workloads.iter().find(|name| !is_known(name)) {
            return Err(format!("no workload `{name}`").into());
        }
        let is_wanted =
            |name: &str| self.workloads.is_empty() || self.workloads.iter().any(|w| w == name);
        let recorded = if is_wanted(RECORDED) {
            self.recorded()?
        } else {
            None
        };
        let generated = WORKLOADS
            .iter()
            .filter(move |workload| is_wanted(workload.name))
            .map(|workload| workload.messages(self.messages));
        Ok(generated.chain(recorded))
    }

    fn recorded(&self) -> Result<Option<Messages>, Failure> {
        let Some(path) = &self.corpus else {
            eprintln!("{RECORDED}: skipped, there is no LAMINAR_CORPUS with recorded positions");
            return Ok(None);
        };
        match recorded(path, self.messages) {
            Ok(messages) => Ok(Some(messages)),
            Err(error) => Err(format!("{}: {error}", path.display()).into()),
        }
    }
}

fn print_times(messages: &Messages, results: &[Measured]) {
    let ours = contest::ours(results);
    println!("\n## {}\n", messages.workload);
    println!("| | API | best ns | median ns | ours is faster by |");
    println!("| --- | --- | ---: | ---: | ---: |");
    for result in results {
        let note = match result.entry.job {
            Job::Whole => "",
            Job::Lenient => ", lenient",
            Job::Partial => ", not to the end",
            Job::Bound => ", a bound",
        };
        println!(
            "| {} | {}{note} | {:.1} | {:.1} | {:.2} |",
            result.entry.rival,
            result.entry.api,
            result.best_ns,
            result.median_ns,
            result.best_ns / ours.best_ns,
        );
    }
}

/// The names of the rivals, each once.
fn rivals(results: &[Measured]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for entry in results.iter().map(|result| result.entry) {
        if entry.rival != OURS && entry.job != Job::Bound && !names.contains(&entry.rival) {
            names.push(entry.rival);
        }
    }
    names
}

/// The fastest API of a rival among those that do the whole job; of one that has none, among
/// those that read the whole message.
fn best<'r>(results: &'r [Measured], rival: &str) -> &'r Measured {
    let fastest = |job| {
        results
            .iter()
            .filter(|result| result.entry.rival == rival && result.entry.job == job)
            .min_by(|a, b| a.best_ns.total_cmp(&b.best_ns))
    };
    fastest(Job::Whole)
        .or_else(|| fastest(Job::Lenient))
        .expect("every rival has an API that reads whole messages")
}

fn print_tsv(tables: &[(&'static str, Vec<Measured>)]) {
    for (workload, results) in tables {
        let ours = contest::ours(results).best_ns;
        for rival in rivals(results) {
            let its = best(results, rival).best_ns;
            println!(
                "{workload}\t{rival}\t{ours:.2}\t{its:.2}\t{:.2}",
                its / ours
            );
        }
    }
}

fn print_ratios(tables: &[(&'static str, Vec<Measured>)]) {
    let Some((_, first)) = tables.first() else {
        return;
    };
    let rivals = rivals(first);
    println!("\n## How many times faster ours is\n");
    println!("{}\n", target::description());
    println!("| | ours, ns | {} |", rivals.join(" | "));
    println!("| --- | ---: |{}", " ---: |".repeat(rivals.len()));
    for (workload, results) in tables {
        let ours = contest::ours(results).best_ns;
        print!("| {workload} | {ours:.1} |");
        for rival in &rivals {
            let best = best(results, rival);
            print!(" {:.2} ({}) |", best.best_ns / ours, best.entry.api);
        }
        println!();
    }
}
