//! How long the steps between a changed pipeline and its binary take.
//!
//! `cargo run --release -p laminar-benches --bin build_time` warms the runtime in the user's cache,
//! then prints the median and the worst of several runs of each step beside what the project
//! promises. Each "changed" pipeline is one that was never built before. With an empty folder in
//! `LAMINAR_CACHE_DIR` the first two lines are what a first build takes.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use laminarc::build::{self, Cache, Options};
use laminarc::diagnostics::{Style, render};
use laminarc::emit::{Identity, Package, emit};
use laminarc::lower::lower;
use laminarc::source::SourceFile;

/// Runs of each step.
const RUNS: usize = 5;

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match measure_all() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(2)
        }
    }
}

fn measure_all() -> Result<(), Failure> {
    let cache = Cache::locate()?;
    for cpu in [None, Some("native")] {
        let start = Instant::now();
        build_once(&cache, &pipeline(1, 0), cpu)?;
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "runtime for {} CPU: ready after {seconds:.1} s",
            cpu.unwrap_or("any")
        );
    }
    println!(
        "\n{:<36}{:>10}{:>10}{:>12}",
        "step", "median", "worst", "promised"
    );
    for (tables, promised_ms) in [(1, None), (2, Some(1500)), (10, Some(3000)), (50, None)] {
        for cpu in [None, Some("native")] {
            let name = format!("changed, {tables} tables, {} CPU", cpu.unwrap_or("any"));
            let times = repeat(|run| {
                let sql = pipeline(tables, unique() + run);
                timed(|| build_once(&cache, &sql, cpu))
            })?;
            report(&name, &times, promised_ms);
        }
    }
    for tables in [1, 2, 10, 50] {
        let sql = pipeline(tables, unique());
        build_once(&cache, &sql, None)?;
        let times = repeat(|_| timed(|| build_once(&cache, &sql, None)))?;
        report(&format!("unchanged, {tables} tables"), &times, Some(100));
    }
    for (tables, promised_ms) in [(10, Some(50)), (50, None)] {
        let sql = pipeline(tables, unique());
        let times = repeat(|_| timed(|| package(&sql)))?;
        let name = format!("check and generate, {tables} tables");
        report(&name, &times, promised_ms);
    }
    measure_command(&pipeline(10, unique()))
}

/// Times the command itself where it has been built beside this program.
fn measure_command(sql: &str) -> Result<(), Failure> {
    let laminarc = std::env::current_exe()?.with_file_name("laminarc");
    if !laminarc.is_file() {
        println!("`laminarc check` not timed: build it with `cargo build --release -p laminarc`");
        return Ok(());
    }
    let folder = std::env::temp_dir().join(format!("laminar-build-time-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let result = measure_in(&folder, &laminarc, sql);
    std::fs::remove_dir_all(&folder)?;
    result
}

fn measure_in(folder: &Path, laminarc: &Path, sql: &str) -> Result<(), Failure> {
    let file = folder.join("pipeline.sql");
    std::fs::write(&file, sql)?;
    let cases: [(&str, &[&str], u64); 2] = [
        ("laminarc check, 10 tables", &["check"], 50),
        ("laminarc build, unchanged", &["build", "-o", "out"], 100),
    ];
    for (name, arguments, promised_ms) in cases {
        let run = || -> Result<(), Failure> {
            let mut command = Command::new(laminarc);
            let output = command
                .args(arguments)
                .arg(&file)
                .current_dir(folder)
                .output()?;
            if output.status.success() {
                return Ok(());
            }
            Err(String::from_utf8_lossy(&output.stderr).into())
        };
        run()?;
        report(name, &repeat(|_| timed(run))?, Some(promised_ms));
    }
    Ok(())
}

fn repeat(
    mut step: impl FnMut(u64) -> Result<Duration, Failure>,
) -> Result<Vec<Duration>, Failure> {
    let mut times = (0..RUNS as u64)
        .map(&mut step)
        .collect::<Result<Vec<_>, _>>()?;
    times.sort();
    Ok(times)
}

fn timed<T>(step: impl FnOnce() -> Result<T, Failure>) -> Result<Duration, Failure> {
    let start = Instant::now();
    step()?;
    Ok(start.elapsed())
}

fn report(name: &str, sorted: &[Duration], promised_ms: Option<u64>) {
    let milliseconds = |time: &Duration| time.as_secs_f64() * 1e3;
    let (median, worst) = (&sorted[sorted.len() / 2], &sorted[sorted.len() - 1]);
    let promised = promised_ms.map_or("-".to_owned(), |promised| format!("{promised} ms"));
    let is_slow = promised_ms.is_some_and(|promised| *median > Duration::from_millis(promised));
    println!(
        "{name:<36}{:>7.1} ms{:>7.1} ms{promised:>12}{}",
        milliseconds(median),
        milliseconds(worst),
        if is_slow { "  too slow" } else { "" },
    );
}

fn build_once(cache: &Cache, sql: &str, cpu: Option<&str>) -> Result<PathBuf, Failure> {
    let options = Options {
        target_cpu: cpu.map(ToOwned::to_owned),
        target: None,
    };
    Ok(build::build(&package(sql)?, &options, cache, &mut |_| {})?.path)
}

fn package(sql: &str) -> Result<Package, Failure> {
    let source = SourceFile::new("generated.sql", sql);
    let (plan, diagnostics) = laminarc::check(&source);
    let Some(plan) = plan else {
        let text = diagnostics.iter().map(|d| render(d, &source, Style::Plain));
        return Err(text.collect::<String>().into());
    };
    let identity = Identity {
        sql_hash: &build::sql_hash(sql),
        compiler_version: env!("CARGO_PKG_VERSION"),
    };
    Ok(emit(&lower(&plan), &source, &identity))
}

/// A number that no earlier run had.
fn unique() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    since.as_secs() * 1000 + u64::from(since.subsec_millis())
}

/// A pipeline with this many tables, each with a view that filters and computes.
fn pipeline(tables: usize, variant: u64) -> String {
    let mut sql = String::from(
        "CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');\n",
    );
    for table in 0..tables {
        write!(
            sql,
            "CREATE TABLE readings_{table} (
    device TEXT NOT NULL,
    measured_at TIMESTAMP,
    temperature DOUBLE,
    humidity DOUBLE,
    battery INT,
    counter BIGINT,
    active BOOLEAN,
    firmware TEXT
) WITH (
    connector = 'mqtt_source', connection = 'broker',
    topics = '[\"plant/{table}/+/readings\"]', format = 'json'
);
CREATE VIEW alerts_{table} AS
SELECT device, measured_at, temperature * 1.8 + 32.0 AS fahrenheit, counter + {variant} AS number,
       CASE WHEN battery < 10 THEN 'battery' ELSE 'temperature' END AS reason
FROM readings_{table}
WHERE (temperature > 40.0 OR battery < 10) AND active AND firmware LIKE 'v{table}.%';
"
        )
        .expect("a String takes it");
    }
    sql
}
