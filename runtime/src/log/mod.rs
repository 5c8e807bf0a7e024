//! The log: lines on standard error, and the last of them in memory for whoever asks.

mod excerpt;
mod origin;
mod ring;
mod utc;

pub use excerpt::Excerpt;
pub use origin::{Origin, speak_for, speaking_for};
pub use ring::{Entry, LogRing};
pub use utc::Utc;

use crate::encode::Rows;
use crate::spec::{LogFormat, LogLevel, SettingsSpec};
use crate::terminal::StandardError;
use std::fmt;
use std::io::IsTerminal as _;
use std::sync::Arc;
use std::time::SystemTime;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Starts logging; the last lines are kept in what it gives. A second call changes nothing.
pub fn start(settings: &SettingsSpec) -> Arc<LogRing> {
    let ring = Arc::new(LogRing::default());
    let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let line = Line {
        colours,
        format: settings.log_format,
        ring: Arc::clone(&ring),
    };
    let subscriber = tracing_subscriber::fmt()
        .with_writer(|| StandardError)
        .with_max_level(level(settings.log_level))
        // A closed standard error is no reason to panic.
        .log_internal_errors(false)
        .event_format(line)
        .finish();
    // It fails where a subscriber was set before, which is then the one to use.
    let _ = tracing::subscriber::set_global_default(subscriber);
    ring
}

fn level(level: LogLevel) -> Level {
    match level {
        LogLevel::Error => Level::ERROR,
        LogLevel::Warn => Level::WARN,
        LogLevel::Info => Level::INFO,
        LogLevel::Debug => Level::DEBUG,
    }
}

/// `2026-11-22T10:15:00.123Z WARN message key=value`, or the same as a JSON object.
struct Line {
    colours: bool,
    format: LogFormat,
    ring: Arc<LogRing>,
}

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut message = String::new();
        context.format_fields(Writer::new(&mut message), event)?;
        let entry = Entry {
            time: SystemTime::now(),
            level: *event.metadata().level(),
            origin: origin::current(),
            // What is escaped where it comes in stays as it is: this is the last gate.
            message: Excerpt(message.as_bytes()).to_string().into(),
        };
        match self.format {
            LogFormat::Text => write_text(&mut writer, &entry, self.colours)?,
            LogFormat::Json => write_json(&mut writer, &entry)?,
        }
        self.ring.push(entry);
        Ok(())
    }
}

fn write_text(writer: &mut Writer<'_>, entry: &Entry, colours: bool) -> fmt::Result {
    let (time, level, message) = (Utc(entry.time), entry.level, &entry.message);
    if colours {
        writeln!(
            writer,
            "{time} \x1b[{}m{level:>5}\x1b[0m {message}",
            colour(level)
        )
    } else {
        writeln!(writer, "{time} {level:>5} {message}")
    }
}

fn write_json(writer: &mut Writer<'_>, entry: &Entry) -> fmt::Result {
    let mut rows = Rows::default();
    entry.write(&mut rows);
    writer.write_str(&String::from_utf8_lossy(&rows.bytes))
}

fn colour(level: Level) -> &'static str {
    match level {
        Level::ERROR => "31",
        Level::WARN => "33",
        Level::INFO => "32",
        Level::DEBUG | Level::TRACE => "2",
    }
}
