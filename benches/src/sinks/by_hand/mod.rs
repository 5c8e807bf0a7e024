//! Programs that one would write by hand with the usual crates. They read the same replay file,
//! make the same rows, and have them as safe as ours: on the disk after every [`BATCH`] rows where
//! ours are synchronised, confirmed by the same server where they are sent.

mod columns;
mod lines;
mod network;

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

/// What they write, with the name that ours has.
pub const PROGRAMS: &[(&str, Program)] = &[
    ("blackhole", lines::blackhole),
    ("stdout json", lines::stdout_json),
    ("stdout csv", lines::stdout_csv),
    ("file json", lines::file_json),
    ("file json, fsync off", lines::file_json_unsynced),
    ("file csv", lines::file_csv),
    ("file json, gzip", lines::file_gzip),
    ("file json, zstd", lines::file_zstd),
    ("file parquet", columns::parquet),
    ("file arrow", columns::arrow),
    ("mqtt_sink qos 1", network::mqtt),
    ("webhook", network::webhook),
];

/// Reads `input` and writes rows; what it writes is at `output`, a path or a port of loopback.
pub type Program = fn(input: &Path, output: &str) -> Result<(), Failure>;

/// Why a program gave up.
pub type Failure = Box<dyn std::error::Error>;

/// Rows that are put on the disk at once: as many as ours has under way at most, eight batches of
/// 1,000.
const BATCH: usize = 8_000;

/// A line of a replay file.
#[derive(Deserialize)]
struct Record<'r> {
    #[serde(borrow)]
    payload: Cow<'r, str>,
}

/// A message, and the row that becomes of it. Texts are passed through as they are; ours reads the
/// time, too, and says so if it is none.
#[derive(Deserialize, Serialize)]
struct Row<'m> {
    sensor_id: Option<&'m str>,
    reading_time: Option<&'m str>,
    temperature: Option<f64>,
    humidity: Option<f64>,
    pressure: Option<f64>,
}

/// Runs the program of this name.
///
/// # Errors
/// Where there is none, or what it says.
pub fn run(name: &str, input: &Path, output: &str) -> Result<(), String> {
    let program = PROGRAMS.iter().find(|(known, _)| *known == name);
    let (_, program) = program.ok_or_else(|| format!("there is no program for `{name}`"))?;
    program(input, output).map_err(|error| error.to_string())
}

/// Calls `each` with the row of each message, and with whether it ends a batch.
fn each_row(
    input: &Path,
    mut each: impl FnMut(&Row<'_>, bool) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut count = 0;
    each_payload(input, |payload| {
        let row: Row<'_> = serde_json::from_str(payload)?;
        count += 1;
        each(&row, count % BATCH == 0)
    })
}

/// Calls `each` with the payload of each message.
fn each_payload(
    input: &Path,
    mut each: impl FnMut(&str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut lines = BufReader::with_capacity(1 << 16, File::open(input)?);
    let mut line = String::new();
    while lines.read_line(&mut line)? > 0 {
        let record: Record<'_> = serde_json::from_str(&line)?;
        each(&record.payload)?;
        line.clear();
    }
    Ok(())
}
