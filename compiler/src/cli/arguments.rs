//! The command line as types.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// The compiler from streaming SQL over MQTT to one dedicated binary.
#[derive(Debug, Parser)]
#[command(
    name = "laminarc",
    version,
    max_term_width = 100,
    after_help = "Examples:
  laminarc demo                             see it work, with a broker of its own
  laminarc new alerts                       start a project in the folder `alerts`
  laminarc run pipeline.sql                 build for this machine and run
  laminarc build pipeline.sql -o alerts     one file to copy anywhere

Exit codes: 0 done, 1 a mistake in the SQL, 2 a mistake in the call or a problem with the machine."
)]
pub(super) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What laminarc can do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check a pipeline: report every mistake, build nothing
    #[command(after_help = "Examples:
  laminarc check pipeline.sql
  laminarc check pipeline.sql --deny-warnings   exit code 1 for warnings, too
  cat pipeline.sql | laminarc check -")]
    Check {
        #[command(flatten)]
        input: Input,
        /// Take warnings for mistakes
        #[arg(long)]
        deny_warnings: bool,
    },
    /// Build a pipeline: one executable that needs nothing else
    #[command(after_help = "Examples:
  laminarc build pipeline.sql                      makes ./pipeline, for any CPU of this kind
  laminarc build pipeline.sql -o /usr/local/bin/alerts
  laminarc build pipeline.sql --target-cpu native  only for CPUs like this machine's
  laminarc build pipeline.sql --target aarch64-unknown-linux-gnu

The first build compiles the runtime, which takes up to a few minutes; later ones take about a
second. What was built is kept in LAMINAR_CACHE_DIR, by default ~/.cache/laminar.")]
    Build {
        #[command(flatten)]
        input: Input,
        /// Take warnings for mistakes
        #[arg(long)]
        deny_warnings: bool,
        /// The executable to write [default: FILE's name without its ending, in this folder]
        #[arg(short, long, value_name = "OUT")]
        output: Option<PathBuf>,
        /// Build for this CPU, such as `x86-64-v3` or `native` [default: any]
        #[arg(long, value_name = "CPU")]
        target_cpu: Option<String>,
        /// Build for another kind of machine, such as `aarch64-unknown-linux-gnu`
        #[arg(long, value_name = "TRIPLE")]
        target: Option<String>,
        /// Also write the generated crate, with the runtime's sources, to this folder
        #[arg(long, value_name = "DIR")]
        emit_crate: Option<PathBuf>,
    },
    /// Build a pipeline for a server: with a systemd unit, a Containerfile, a Kubernetes manifest
    #[command(after_help = "Examples:
  laminarc package alerts.sql                   makes the folder ./alerts-package
  laminarc package alerts.sql -o dist
  laminarc package alerts.sql --target x86_64-unknown-linux-musl

An environment file that somebody has filled in is kept; the new one is written beside it.")]
    Package {
        #[command(flatten)]
        input: Input,
        /// Take warnings for mistakes
        #[arg(long)]
        deny_warnings: bool,
        /// The folder to write [default: FILE's name without its ending, and `-package`]
        #[arg(short, long, value_name = "DIR")]
        output: Option<PathBuf>,
        /// Build for this CPU, such as `x86-64-v3` [default: any]
        #[arg(long, value_name = "CPU")]
        target_cpu: Option<String>,
        /// Build for another kind of machine, such as `aarch64-unknown-linux-gnu`
        #[arg(long, value_name = "TRIPLE")]
        target: Option<String>,
    },
    /// Build a pipeline for this machine and run it
    #[command(after_help = "Examples:
  laminarc run pipeline.sql
  laminarc run pipeline.sql -- --broker tcp://localhost:1884
  laminarc run pipeline.sql -- --replay messages.jsonl

What stands behind `--` goes to the pipeline; `-- --help` lists what it takes. Once the pipeline
has started, the exit code is the pipeline's.")]
    Run {
        #[command(flatten)]
        input: Input,
        /// Take warnings for mistakes
        #[arg(long)]
        deny_warnings: bool,
        /// Build for this CPU
        #[arg(long, value_name = "CPU", default_value = "native")]
        target_cpu: String,
        /// Arguments for the pipeline
        #[arg(last = true, value_name = "ARGS")]
        arguments: Vec<std::ffi::OsString>,
    },
    /// Show how a pipeline is understood, planned or written in Rust, or what it costs
    #[command(after_help = "Examples:
  laminarc explain pipeline.sql
  laminarc explain pipeline.sql --stage rust
  laminarc explain pipeline.sql --cost
  laminarc explain pipeline.sql --graph svg > pipeline.svg")]
    Explain {
        #[command(flatten)]
        input: Input,
        /// What to show
        #[arg(long, value_enum, default_value_t = Stage::Physical)]
        stage: Stage,
        /// Show what is decoded, converted and skipped, by which ways, and the memory at most
        #[arg(long, conflicts_with = "stage")]
        cost: bool,
        /// Draw brokers, tables, flows and sinks
        #[arg(long, value_enum, value_name = "FORM", conflicts_with_all = ["stage", "cost"])]
        graph: Option<Drawing>,
    },
    /// Write the tables for recorded messages, or for those of a broker
    #[command(after_help = "Examples:
  laminarc infer messages.jsonl > pipeline.sql
  laminarc infer payloads.jsonl --topic plant/readings
  laminarc infer tcp://localhost:1883 --topics 'zigbee2mqtt/#' --for 5m
  mosquitto_sub -h HOST -t '#' -F '%j' -W 60 | laminarc infer -

A file has a JSON object on each line, with `topic` and `payload` or `payload_base64`: what the
`--replay` of a pipeline reads. With --topic, lines may be payloads by themselves. The password for
a broker may stand in the URL (tcp://user:password@host) or in the variable MQTT_PASSWORD.")]
    Infer(Infer),
    /// Test pipelines: replay recorded messages, compare the rows with the expected ones
    #[command(after_help = "Examples:
  laminarc test                      every pipeline with recorded messages below this folder
  laminarc test alerts/pipeline.sql
  laminarc test alerts --update      write what comes out as what is expected

Beside `name.sql` stand `name.input.jsonl`, the recorded messages; `name.expected.jsonl`, the rows;
and `name.rejected.jsonl`, the messages that must be rejected, if that is to be tested. Exit code 0:
all rows are as expected; 1: some are not, or a pipeline has mistakes.")]
    Test(Test),
    /// Start a project: a commented pipeline, a test of it and a README
    #[command(after_help = "Example:
  laminarc new alerts && cd alerts && laminarc test")]
    New {
        /// The folder to create; it may exist if it is empty
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// See it work: a broker, simulated sensors and the sensor-alert pipeline
    #[command(after_help = "Examples:
  laminarc demo                      until Ctrl-C
  laminarc demo --messages 100000    as fast as this machine can, then a summary

Everything runs on this machine; the broker listens on 127.0.0.1 only.")]
    Demo {
        /// End after this many messages
        #[arg(long, value_name = "N")]
        messages: Option<u64>,
        /// Messages a second [default: 20000; with --messages, as many as the pipeline takes]
        #[arg(long, value_name = "R", value_parser = clap::value_parser!(u32).range(1..))]
        rate: Option<u32>,
    },
    /// Ask schema registries, and keep what they say in the lock file beside a pipeline
    #[command(after_help = "Examples:
  laminarc lock pipeline.sql
  laminarc lock pipeline.sql --registry-url http://localhost:8081

Checking or building a pipeline asks a registry for the schemas that are not in its lock file, and
adds them. This command asks for all of them anew. `pipeline.lock` belongs beside `pipeline.sql`
wherever that is kept.")]
    Lock {
        #[command(flatten)]
        input: Input,
        /// Ask this registry instead of those that the pipeline names
        #[arg(long, value_name = "URL")]
        registry_url: Option<String>,
    },
    /// Ask a running pipeline in SQL: its system tables, and the last messages of its sources
    #[command(disable_help_flag = true)]
    Query {
        /// What `laminarc-query` takes; `--help` lists it
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "ARGS"
        )]
        arguments: Vec<std::ffi::OsString>,
    },
    /// Download and compile the runtime, so that the first build is quick and needs no network
    Warm,
    /// Show what builds have left in the cache, or remove it
    #[command(after_help = "Examples:
  laminarc cache
  laminarc cache clean --older-than 30
  laminarc cache clean                  everything: the next build compiles the runtime again

Builds clean up by themselves, at most once a day: what was not used for 90 days goes, and what was
longest unused where all of it takes more than 4 GB. What a build or `laminarc run` uses is never
removed.")]
    Cache {
        /// What to do with it
        #[command(subcommand)]
        action: Option<CacheAction>,
    },
    /// Print a script that completes commands and options in a shell
    #[command(after_help = "Examples:
  laminarc completions bash > ~/.local/share/bash-completion/completions/laminarc
  laminarc completions zsh > ~/.zfunc/_laminarc
  laminarc completions fish > ~/.config/fish/completions/laminarc.fish")]
    Completions {
        /// Which shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page of laminarc, or of one of its commands
    #[command(after_help = "Examples:
  laminarc man > laminarc.1
  laminarc man build | man -l -")]
    Man {
        /// The command
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
}

/// What can be done with the cache.
#[derive(Debug, Subcommand)]
pub(super) enum CacheAction {
    /// Remove what was left; with both options, what both are true of
    Clean {
        /// Only what was not used for so many days
        #[arg(long, value_name = "DAYS")]
        older_than: Option<u64>,
        /// Only what is larger, such as `500MB`
        #[arg(long, value_name = "SIZE", value_parser = super::cache::size)]
        larger_than: Option<u64>,
    },
}

/// Where the SQL comes from.
#[derive(Args, Debug)]
pub(super) struct Input {
    /// The pipeline; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
}

/// What `infer` looks at.
#[derive(Args, Debug)]
pub(super) struct Infer {
    /// Recorded messages (`-`: standard input), or a broker such as `tcp://localhost:1883` or
    /// `ssl://broker.example`
    #[arg(value_name = "FILE|URL")]
    pub(super) source: String,
    /// Only topics that match; may be repeated [default for a broker: `#`]
    #[arg(long, value_name = "FILTER")]
    pub(super) topics: Vec<String>,
    /// With a file: the topic of lines that name none
    #[arg(long, value_name = "NAME")]
    pub(super) topic: Option<String>,
    /// With a broker: how long to listen, such as `30s` or `5m` [default: 30s]
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    pub(super) listen_for: Option<Duration>,
    /// With a broker over TLS: trust the authorities in this PEM file instead of the system's
    #[arg(long, value_name = "FILE")]
    pub(super) ca: Option<PathBuf>,
    /// Stop after this many messages
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<usize>,
    /// Declare columns NOT NULL that have a value in every message
    #[arg(long)]
    pub(super) strict: bool,
}

/// What `test` runs.
#[derive(Args, Debug)]
pub(super) struct Test {
    /// Pipelines, or folders with pipelines
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) paths: Vec<PathBuf>,
    /// Write what comes out to the files of what is expected
    #[arg(long)]
    pub(super) update: bool,
    /// Take warnings for mistakes
    #[arg(long)]
    pub(super) deny_warnings: bool,
    /// Build for this CPU
    #[arg(long, value_name = "CPU", default_value = "native")]
    pub(super) target_cpu: String,
}

/// `500ms`, `30s`, `5m`, `1h`
fn duration(text: &str) -> Result<Duration, String> {
    let unit = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(unit);
    let factor_ms = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err("expected a number and `ms`, `s`, `m` or `h`, such as `30s`".to_owned()),
    };
    let number: u32 = number
        .parse()
        .map_err(|_| "expected a whole number".to_owned())?;
    Ok(Duration::from_millis(u64::from(number) * factor_ms))
}

/// A stage of the compiler that can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Stage {
    /// Tables, views and flows with their types
    Logical,
    /// What the decoder looks for, and what is decided in which order
    Physical,
    /// The generated Rust
    Rust,
}

/// What `explain --graph` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Drawing {
    /// A picture that browsers show
    Svg,
    /// For Graphviz
    Dot,
    /// For Mermaid, in READMEs and wikis
    Mermaid,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn durations_have_a_unit() {
        let cases = [
            ("500ms", 500),
            ("30s", 30_000),
            ("5m", 300_000),
            ("1h", 3_600_000),
        ];
        for (text, milliseconds) in cases {
            assert_eq!(
                duration(text),
                Ok(Duration::from_millis(milliseconds)),
                "{text}"
            );
        }
        for text in ["", "30", "s", "1.5s", "-1s", "99999999999s"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_definition_is_sound() {
        Arguments::command().debug_assert();
    }
}
