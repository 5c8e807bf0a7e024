//! The command line of a pipeline's binary.

use super::exit::Failure;
use lexopt::prelude::*;
use std::ffi::OsString;
use std::path::PathBuf;

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arguments {
    /// What to do.
    pub command: Command,
    /// Brokers in place of those of the SQL.
    pub brokers: Vec<BrokerOverride>,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Run until a signal comes.
    Run,
    /// Run on recorded messages.
    Replay(ReplayOptions),
    /// Resolve and check the configuration, and show it.
    CheckConfig,
    /// Show what this binary is.
    About {
        /// Its bill of materials, as JSON.
        json: bool,
    },
    /// Show the usage.
    Help,
    /// Show the versions.
    Version,
}

/// How to replay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplayOptions {
    /// The file; None: standard input.
    pub path: Option<PathBuf>,
    /// Give every message to every table.
    pub ignore_topics: bool,
    /// Send to network sinks instead of printing.
    pub with_sinks: bool,
    /// Print what would be written to files too, and the messages that are rejected.
    pub dry_run: bool,
    /// When messages were received that do not say it, in microseconds since 1970; None: now.
    pub received_at_us: Option<i64>,
}

/// `--broker [NAME=]URL`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerOverride {
    /// The connection; None: all of them.
    pub connection: Option<String>,
    /// The URL.
    pub url: String,
}

/// The usage, without its first line.
pub const USAGE: &str = "\
Without --replay it runs until SIGINT or SIGTERM, then hands over what it holds and exits.
Rows are written to standard output, everything else to standard error.

Options:
      --replay FILE         run on recorded messages, one JSON object a line, and exit
                            ('-': standard input); keys: topic, payload or payload_base64,
                            and optionally qos, retain, received_at, user_properties
      --ignore-topics       with --replay: give every message to every table
      --with-sinks          with --replay: send to network sinks instead of printing the rows
      --dry-run             with --replay: write no file; print its rows as those of network
                            sinks, and rejected messages as {\"TABLE.rejected\": …}
      --received-at TIME    with --replay: when messages were received that do not say it
                            (RFC 3339) [default: now]
      --broker [NAME=]URL   use another broker (for connection NAME, or for all)
      --check-config        resolve and check ${VARIABLES}, URLs, topics and files, and exit
      --about               show the SQL, versions, delivery guarantees and linked crates, and exit
      --json                with --about: the linked crates alone, as CycloneDX
  -h, --help                show this help, and exit
  -V, --version             show the version, and exit

Exit codes:
   0  done, or stopped on request
  65  bad data in a table with bad_data = 'fail', or --replay met lines that are no records
  69  a broker was given up or refused the connection for good
  74  rows of a --replay could not be written (a full disk)
  75  stopped with messages not acknowledged (a second signal, or 10 s of draining)
  78  a mistake in the command line, the environment or a file
";

/// Reads the command line, the program's name not among `arguments`.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, Failure> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut commands = Vec::new();
    let mut brokers = Vec::new();
    let mut json = false;
    let mut options = ReplayOptions::default();
    while let Some(argument) = parser.next().map_err(usage)? {
        match argument {
            Long("replay") => {
                let file = parser.value().map_err(usage)?;
                let path = (file != "-").then(|| PathBuf::from(file));
                commands.push(Command::Replay(ReplayOptions {
                    path,
                    ..ReplayOptions::default()
                }));
            }
            Long("ignore-topics") => options.ignore_topics = true,
            Long("with-sinks") => options.with_sinks = true,
            Long("dry-run") => options.dry_run = true,
            Long("received-at") => {
                options.received_at_us = Some(time(parser.value().map_err(usage)?)?);
            }
            Long("broker") => brokers.push(broker(parser.value().map_err(usage)?)?),
            Long("check-config") => commands.push(Command::CheckConfig),
            Long("about") => commands.push(Command::About { json: false }),
            Long("json") => json = true,
            Short('h') | Long("help") => commands.push(Command::Help),
            Short('V') | Long("version") => commands.push(Command::Version),
            Short(_) | Long(_) | Value(_) => return Err(usage(argument.unexpected())),
        }
    }
    let command = with_replay_options(single(commands)?, &options)?;
    let command = if json { as_json(command)? } else { command };
    Ok(Arguments { command, brokers })
}

fn usage(error: impl std::fmt::Display) -> Failure {
    Failure::configuration(format!("{error} (see --help)"))
}

fn single(mut commands: Vec<Command>) -> Result<Command, Failure> {
    if let Some(at) = commands
        .iter()
        .position(|command| matches!(command, Command::Help | Command::Version))
    {
        return Ok(commands.swap_remove(at));
    }
    if commands.len() > 1 {
        return Err(usage(
            "--replay, --check-config and --about exclude each other",
        ));
    }
    Ok(commands.pop().unwrap_or(Command::Run))
}

fn as_json(command: Command) -> Result<Command, Failure> {
    match command {
        Command::About { json: _ } => Ok(Command::About { json: true }),
        Command::Help | Command::Version => Ok(command),
        Command::Run | Command::Replay(_) | Command::CheckConfig => {
            Err(usage("--json goes with --about"))
        }
    }
}

fn with_replay_options(command: Command, options: &ReplayOptions) -> Result<Command, Failure> {
    match command {
        Command::Replay(_) if options.with_sinks && options.dry_run => {
            Err(usage("--with-sinks and --dry-run exclude each other"))
        }
        Command::Replay(replay) => Ok(Command::Replay(ReplayOptions {
            path: replay.path,
            ..options.clone()
        })),
        Command::Run | Command::CheckConfig | Command::About { .. }
            if *options != ReplayOptions::default() =>
        {
            Err(usage(
                "--ignore-topics, --with-sinks, --dry-run and --received-at go with --replay",
            ))
        }
        Command::Run
        | Command::CheckConfig
        | Command::About { .. }
        | Command::Help
        | Command::Version => Ok(command),
    }
}

/// Microseconds since 1970.
fn time(value: OsString) -> Result<i64, Failure> {
    let value = value.string().map_err(usage)?;
    let instant = crate::value::time::rfc3339(value.as_bytes());
    let time = instant.and_then(|instant| instant.timestamp(6).ok());
    time.map(|time| time.0).ok_or_else(|| {
        usage(format!(
            "--received-at: `{value}` is no time such as 2026-11-22T10:15:00Z"
        ))
    })
}

fn broker(value: OsString) -> Result<BrokerOverride, Failure> {
    let value = value.string().map_err(usage)?;
    let scheme_at = value.find("://").unwrap_or(value.len());
    // The equals sign of NAME=URL stands before the scheme; later ones belong to the URL.
    match value[..scheme_at].split_once('=') {
        Some(("", _)) => Err(usage("--broker needs a connection's name before `=`")),
        Some((name, _)) => Ok(BrokerOverride {
            connection: Some(name.to_owned()),
            url: value[name.len() + 1..].to_owned(),
        }),
        None => Ok(BrokerOverride {
            connection: None,
            url: value,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Arguments, String> {
        parse(line.split_whitespace().map(OsString::from)).map_err(|failure| failure.message)
    }

    fn replay(path: Option<&str>, ignore_topics: bool, with_sinks: bool) -> Command {
        let path = path.map(PathBuf::from);
        Command::Replay(ReplayOptions {
            path,
            ignore_topics,
            with_sinks,
            ..ReplayOptions::default()
        })
    }

    #[test]
    fn options_of_a_replay_are_read() {
        let line = "--replay - --dry-run --received-at 1970-01-01T00:00:01.5Z";
        let command = Command::Replay(ReplayOptions {
            dry_run: true,
            received_at_us: Some(1_500_000),
            ..ReplayOptions::default()
        });
        let brokers = Vec::new();
        assert_eq!(parsed(line), Ok(Arguments { command, brokers }));
    }

    #[test]
    fn commands_are_read() {
        let cases = [
            ("", Command::Run),
            ("--replay a.jsonl", replay(Some("a.jsonl"), false, false)),
            ("--replay=a.jsonl", replay(Some("a.jsonl"), false, false)),
            ("--replay -", replay(None, false, false)),
            ("--ignore-topics --replay -", replay(None, true, false)),
            ("--replay - --with-sinks", replay(None, false, true)),
            ("--check-config", Command::CheckConfig),
            ("--about", Command::About { json: false }),
            ("--about --json", Command::About { json: true }),
            ("-h", Command::Help),
            ("--about --help", Command::Help),
            ("--version", Command::Version),
        ];
        for (line, command) in cases {
            let brokers = Vec::new();
            assert_eq!(parsed(line), Ok(Arguments { command, brokers }), "{line}");
        }
    }

    #[test]
    fn brokers_are_read() {
        let cases = [
            ("tcp://h:1", None, "tcp://h:1"),
            ("plant=tcp://h:1", Some("plant"), "tcp://h:1"),
            ("tcp://h/?a=b", None, "tcp://h/?a=b"),
            ("plant=h", Some("plant"), "h"),
        ];
        for (value, connection, url) in cases {
            let expected = BrokerOverride {
                connection: connection.map(str::to_owned),
                url: url.to_owned(),
            };
            let arguments = parsed(&format!("--broker {value}")).expect(value);
            assert_eq!(arguments.brokers, [expected], "{value}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            ("--replya x", "--replya"),
            ("file", "file"),
            ("-x", "-x"),
            ("--replay", "missing argument"),
            ("--about=1", "--about"),
            ("--about --check-config", "exclude each other"),
            ("--ignore-topics", "go with --replay"),
            ("--json", "--json goes with --about"),
            ("--about --dry-run", "go with --replay"),
            ("--replay - --dry-run --with-sinks", "exclude each other"),
            ("--replay - --received-at noon", "`noon` is no time"),
            ("--broker =tcp://h", "before `=`"),
        ];
        for (line, expected) in cases {
            let message = parsed(line).expect_err(line);
            assert!(message.contains(expected), "{line}: {message}");
        }
    }
}
