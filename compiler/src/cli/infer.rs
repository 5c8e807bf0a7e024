//! `laminarc infer`: messages of a file or of a broker become the tables that take them.

use std::env;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::process::{self, ExitCode};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::arguments::Infer;
use super::commands::print;
use super::failure::Failure;
use super::style::{BOLD, GREEN, YELLOW};
use super::{child, input};
use crate::diagnostics::{Severity, counted};
use crate::infer::record::{self, NoRecord};
use crate::infer::{Broker, Messages, Options};
use crate::mqtt::address::{Address, BadUrl};
use crate::mqtt::client::{Client, ClientError};
use crate::mqtt::packet;
use crate::source::SourceFile;

/// How long a broker is listened to.
const LISTEN_FOR: Duration = Duration::from_secs(30);

/// The password where the URL has none. A pipeline reads it from there, too.
const PASSWORD: &str = "MQTT_PASSWORD";

/// Prints the tables; what they do not take is told on standard error.
pub(super) fn run(call: &Infer) -> Result<ExitCode, Failure> {
    if let Some(filter) = call.topics.iter().find(|filter| !packet::is_filter(filter)) {
        let failure = Failure::new(format!("--topics: `{filter}` is not a topic filter"));
        return Err(failure.help("`+` stands for a whole level, `#` for all levels at the end"));
    }
    let (messages, broker) = if call.source.contains("://") {
        listen(call)?
    } else {
        (read(call)?, Broker::default())
    };
    let strict = call.strict;
    let inferred = messages.infer(&Options { broker, strict });
    for note in &inferred.notes {
        warn(note);
    }
    let Some(sql) = inferred.sql else {
        return Err(nothing(call));
    };
    check(&sql)?;
    let (tables, count) = (inferred.tables, inferred.messages);
    let (tables, count) = (counted(tables, "table"), counted(count, "message"));
    anstream::eprintln!("{GREEN}inferred{GREEN:#} {tables} from {count}");
    print(&sql)
}

fn warn(text: &str) {
    anstream::eprintln!("{YELLOW}warning{YELLOW:#}{BOLD}: {text}{BOLD:#}");
}

fn nothing(call: &Infer) -> Failure {
    let failure = Failure::new(format!("no message of {} is a JSON object", call.source));
    if call.topics.is_empty() && call.limit.is_none() {
        return failure;
    }
    failure.help("--topics and --limit leave messages out")
}

/// What is printed is a pipeline without mistakes, or it is not printed.
fn check(sql: &str) -> Result<(), Failure> {
    let source = SourceFile::new("inferred.sql", sql);
    let (_, diagnostics) = crate::check(&source);
    let mut errors = diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .peekable();
    if errors.peek().is_none() {
        return Ok(());
    }
    for error in errors {
        input::show(error, &source);
    }
    let message = "the inferred tables have mistakes, which is a bug of laminarc";
    Err(Failure::new(message).help("report it with what is shown above"))
}

/// The messages of a file.
fn read(call: &Infer) -> Result<Messages, Failure> {
    if call.ca.is_some() {
        return Err(Failure::new("--ca goes with a broker, not with a file"));
    }
    if call.listen_for.is_some() {
        let failure = Failure::new("--for goes with a broker, not with a file");
        return Err(failure.help("--limit N stops after N messages"));
    }
    let path = Path::new(&call.source);
    let failed = |error: io::Error| Failure::path("read", path, error);
    if call.source == "-" {
        return read_lines(call, io::stdin().lock()).map_err(failed);
    }
    if path.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    let file = File::open(path).map_err(failed)?;
    read_lines(call, BufReader::new(file)).map_err(failed)
}

fn read_lines(call: &Infer, lines: impl BufRead) -> io::Result<Messages> {
    let mut messages = Messages::new();
    let mut bad = BadLines::default();
    let mut taken = 0;
    for (number, line) in (1..).zip(lines.split(b'\n')) {
        if call.limit.is_some_and(|limit| taken >= limit) {
            break;
        }
        let line = line?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let text = std::str::from_utf8(&line).map_err(|_| NoRecord::NotAnObject);
        match text.and_then(|text| record::read(text, call.topic.as_deref())) {
            Ok(record) if !wants(call, &record.topic) => {}
            Ok(record) => {
                messages.add(&record.topic, &record.payload);
                taken += 1;
            }
            Err(why) => bad.add(number, why),
        }
    }
    bad.tell();
    Ok(messages)
}

/// Whether --topics lets a topic pass.
fn wants(call: &Infer, topic: &str) -> bool {
    let mut filters = call.topics.iter();
    call.topics.is_empty() || filters.any(|filter| packet::matches(filter, topic))
}

/// Lines that are no records.
#[derive(Default)]
struct BadLines {
    count: usize,
    first: Option<(usize, NoRecord)>,
}

impl BadLines {
    fn add(&mut self, number: usize, why: NoRecord) {
        self.count += 1;
        self.first.get_or_insert((number, why));
    }

    fn tell(&self) {
        let Some((number, why)) = self.first else {
            return;
        };
        let hint = match why {
            NoRecord::NoTopic | NoRecord::Payload | NoRecord::NotAnObject => {
                " (for lines that are payloads, name their topic with --topic)"
            }
            NoRecord::Base64 => "",
        };
        let lines = match self.count {
            1 => "1 line is no record".to_owned(),
            count => format!("{count} lines are no records"),
        };
        warn(&format!("{lines}; line {number}: {why}{hint}"));
    }
}

/// The messages that a broker sends for a while.
fn listen(call: &Infer) -> Result<(Messages, Broker), Failure> {
    if call.topic.is_some() {
        return Err(
            Failure::new("--topic goes with a file; a broker's messages have topics")
                .help("--topics FILTER names what to listen to"),
        );
    }
    let mut address = Address::parse(&call.source).map_err(|bad| bad_url(&call.source, &bad))?;
    if address.username.is_some() && address.password.is_none() {
        address.password = env::var(PASSWORD).ok();
    }
    if call.ca.is_some() && !address.tls {
        return Err(Failure::new("--ca goes with a broker over TLS, `ssl://…`"));
    }
    let url = address.url();
    let scheme = if address.tls { "ssl" } else { "tcp" };
    let failed = |error: ClientError| {
        let failure = Failure::new(format!("cannot listen to {url}: {error}"));
        match error {
            ClientError::Refused(4 | 5) => failure.help(format!(
                "log in with {scheme}://user:password@host, or with the variable {PASSWORD}"
            )),
            ClientError::Untrusted | ClientError::Authorities(_) => {
                failure.help("--ca FILE names a PEM file of the authorities to trust")
            }
            ClientError::Io(_)
            | ClientError::Tls(_)
            | ClientError::Closed
            | ClientError::Refused(_)
            | ClientError::FilterRefused(_)
            | ClientError::Malformed
            | ClientError::NoAnswer => failure,
        }
    };
    let everything = ["#".to_owned()];
    let filters = if call.topics.is_empty() {
        &everything[..]
    } else {
        &call.topics
    };
    let stop = child::stop_flag()
        .map_err(|error| Failure::new(format!("cannot listen to signals: {error}")))?;
    let mut client = Client::connect(&address, call.ca.as_deref(), &client_id()).map_err(failed)?;
    client.subscribe(filters).map_err(failed)?;
    let patience = call.listen_for.unwrap_or(LISTEN_FOR);
    anstream::eprintln!(
        "{GREEN}listening{GREEN:#} to {url} for {:.0} s; Ctrl-C ends sooner",
        patience.as_secs_f64()
    );
    let (mut messages, mut taken) = (Messages::new(), 0);
    let start = Instant::now();
    let is_over = || start.elapsed() >= patience || stop.load(Ordering::Relaxed);
    let ended = client.listen(&is_over, &mut |topic, payload| {
        messages.add(topic, payload);
        taken += 1;
        !is_over() && call.limit.is_none_or(|limit| taken < limit)
    });
    match ended {
        Ok(()) => {}
        // what came until then is good
        Err(error) if taken > 0 => warn(&format!("stopped listening to {url}: {error}")),
        Err(error) => return Err(failed(error)),
    }
    let broker = Broker {
        url,
        username: address.username,
        authorities: call.ca.as_ref().map(|path| path.display().to_string()),
    };
    Ok((messages, broker))
}

fn client_id() -> String {
    format!("laminarc-infer-{}", process::id())
}

fn bad_url(url: &str, bad: &BadUrl) -> Failure {
    match bad {
        BadUrl::NotSpoken(scheme) => {
            let other = if scheme.eq_ignore_ascii_case("wss") {
                "ssl"
            } else {
                "tcp"
            };
            let host = url.split("://").nth(1).unwrap_or_default();
            let host = host.rsplit('@').next().unwrap_or_default();
            let host = host.split([':', '/']).next().unwrap_or_default();
            Failure::new(format!(
                "infer listens over TCP and TLS, not over `{scheme}://`"
            ))
            .help(format!(
                "brokers speak MQTT without WebSocket at another port: try {other}://{host}"
            ))
        }
        BadUrl::UnknownScheme(scheme) => Failure::new(format!("`{scheme}://` is no broker's URL"))
            .help("write tcp://host:1883, ssl://host:8883, or the name of a file"),
        BadUrl::Host => {
            Failure::new(format!("`{url}` is no broker's URL")).help("write tcp://host:1883")
        }
    }
}
