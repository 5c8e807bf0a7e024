//! How many instructions a message takes, compared with `icount.tsv`: unlike times they are the
//! same on a busy machine.
//!
//! `cargo run --release -p laminar-benches --bin decode_icount` ends with code 1 when a workload
//! takes over 3 % more than the file says; `--update` rewrites the file.

use laminar_benches::data::WORKLOADS;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::{env, fs, io};

/// More instructions than recorded, in percent, that are no slow-down yet.
const TOLERANCE_PERCENT: f64 = 3.0;

/// Messages in thousands: decoded first, so that everything is learned and allocated, and then
/// counted.
const WARM_UP: u32 = 5;
const COUNTED: u32 = 5;

/// AVX2 and no AVX-512, which valgrind does not know.
const TARGET_CPU: &str = "x86-64-v3";

/// The settings that a pipeline is built with.
const PROFILE: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_PANIC", "abort"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
];

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let update = match env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [argument] if argument == "--update" => true,
        _ => {
            eprintln!("usage: decode_icount [--update]");
            return ExitCode::from(2);
        }
    };
    match run(update) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(2)
        }
    }
}

/// Whether no workload is slower than recorded.
fn run(update: bool) -> Result<bool, Failure> {
    if !cfg!(target_arch = "x86_64") {
        return Err("the recorded counts are those of x86-64".into());
    }
    let version = Command::new("valgrind").arg("--version").output();
    let Ok(version) = version.map(|output| output.stdout) else {
        return Err(
            "valgrind is missing: install it, for example with `apt install valgrind`".into(),
        );
    };
    let driver = build()?;
    println!(
        "{}, built for {TARGET_CPU}; instructions per message\n",
        String::from_utf8_lossy(&version).trim()
    );
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("icount.tsv");
    let recorded = if update {
        BTreeMap::new()
    } else {
        read(&file)?
    };
    if !update {
        println!("{:<16}{:>12}{:>12}", "workload", "recorded", "now");
    }
    let (mut text, mut is_good) = (String::new(), true);
    for workload in WORKLOADS {
        let now = count(&driver, workload.name)?;
        writeln!(text, "{}\t{now:.1}", workload.name)?;
        is_good &= update || report(workload.name, recorded.get(workload.name).copied(), now);
    }
    if update {
        fs::write(&file, &text)?;
        print!("{text}");
    } else if !is_good {
        println!("\nto accept these counts: decode_icount --update");
    }
    Ok(is_good)
}

/// Prints a line; whether the workload is no slower than recorded.
fn report(workload: &str, recorded: Option<f64>, now: f64) -> bool {
    let Some(recorded) = recorded else {
        println!("{workload:<16}{:>12}{now:>12.1}  not recorded", "");
        return false;
    };
    let percent = (now / recorded - 1.0) * 100.0;
    let is_good = percent <= TOLERANCE_PERCENT;
    let verdict = if !is_good {
        "  slower"
    } else if percent < -TOLERANCE_PERCENT {
        "  faster: record it with --update"
    } else {
        ""
    };
    println!("{workload:<16}{recorded:>12.1}{now:>12.1}{percent:>+8.1} %{verdict}");
    is_good
}

/// The recorded counts.
fn read(file: &Path) -> Result<BTreeMap<String, f64>, Failure> {
    let text = fs::read_to_string(file)
        .map_err(|error| format!("{}: {error}; make it with --update", file.display()))?;
    let entry = |line: &str| {
        let (workload, count) = line.split_once('\t')?;
        Some((workload.to_owned(), count.parse().ok()?))
    };
    let entries: Option<BTreeMap<_, _>> = text.lines().map(entry).collect();
    entries.ok_or_else(|| format!("{}: not a table of counts", file.display()).into())
}

/// Builds the driver in a folder of its own, so that no other build has to be repeated.
fn build() -> Result<PathBuf, Failure> {
    let own = env::current_exe()?;
    let target = own.ancestors().nth(2).ok_or("no target folder")?;
    let target = target.join("icount");
    let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--release", "--no-default-features"])
        .args(["--package", "laminar-benches", "--bin", "decode_driver"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CARGO_TARGET_DIR", &target)
        .env(
            "CARGO_ENCODED_RUSTFLAGS",
            format!("-Ctarget-cpu={TARGET_CPU}"),
        )
        .envs(PROFILE)
        .status()?;
    if !status.success() {
        return Err("the driver does not compile".into());
    }
    Ok(target.join("release/decode_driver"))
}

/// Instructions per message: those of a run with twice as many messages, less those of a run
/// without the second half. What both do alike cancels out.
fn count(driver: &Path, workload: &str) -> Result<f64, Failure> {
    let half = start(driver, workload, COUNTED)?;
    let whole = start(driver, workload, 2 * COUNTED)?;
    let (half, whole) = (finish(half)?, finish(whole)?);
    Ok((whole - half) / f64::from(COUNTED * 1000))
}

fn start(driver: &Path, workload: &str, count: u32) -> io::Result<Child> {
    let numbers = [WARM_UP, 2 * COUNTED, count].map(|number| number.to_string());
    Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(driver)
        .arg(workload)
        .args(numbers)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
}

/// What callgrind has counted in all.
fn finish(child: Child) -> Result<f64, Failure> {
    let output = child.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = text.lines().find_map(|line| line.split_once("Collected :"));
    let count = collected.and_then(|(_, count)| count.trim().parse().ok());
    count
        .filter(|_| output.status.success())
        .ok_or_else(|| format!("valgrind failed:\n{text}").into())
}
