//! Opens the sinks of a pipeline and starts their threads.

use super::exit::{Exit, Failure};
use super::panics;
use super::settings::Target;
use super::worker::FLIGHTS;
use crate::log;
use crate::sink::files::Files;
use crate::sink::files::path::Pattern;
#[cfg(feature = "table")]
use crate::sink::lines::table::Table;
use crate::sink::lines::{End, Form, Lines};
#[cfg(feature = "webhook")]
use crate::sink::webhook::{self, Webhook, WebhookOptions};
use crate::sink::{Batch, Outlet};
use crate::spec::{BadData, FileContent, FilesSpec, PipelineSpec, SinkKind};
use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::JoinHandle;

/// What happens to a sink while the pipeline runs that the whole process has to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SinkEvent {
    /// Nobody reads standard output any more.
    OutputClosed,
    /// The sink ended for good.
    Failed(Failure),
}

/// Called from a sink's thread.
pub type OnEvent = std::sync::Arc<dyn Fn(SinkEvent) + Send + Sync>;

/// The open sinks.
pub struct Outlets {
    /// Where each sink takes its batches, and behind them the dead letters of each table. Once all
    /// clones of these are gone, the threads end.
    pub by_sink: Vec<Outlet>,
    /// The threads.
    pub threads: Vec<JoinHandle<()>>,
    workers: usize,
    /// How many of the outlets are sinks; the others are for dead letters.
    sinks: usize,
}

/// What standard output and each file are for, before they are opened.
struct Plan {
    stdout: Vec<(usize, bool)>,
    files: Vec<(PathBuf, Vec<usize>)>,
}

/// What an outlet is called; None: it is for the dead letters of a table that has none, which only
/// a dry run prints.
pub fn name(spec: &PipelineSpec, outlet: usize) -> Option<Cow<'static, str>> {
    if let Some(sink) = spec.sinks.get(outlet) {
        return Some(sink.name.into());
    }
    let table = &spec.tables[outlet - spec.sinks.len()];
    match table.bad_data {
        BadData::DeadLetter(_) => Some(format!("{}.dead_letter", table.name).into()),
        BadData::Drop | BadData::Fail => None,
    }
}

/// What a dry run calls the bad messages of a table without dead letters.
fn rejected(spec: &PipelineSpec, outlet: usize) -> Cow<'static, str> {
    let table = &spec.tables[outlet - spec.sinks.len()];
    format!("{}.rejected", table.name).into()
}

/// How many batches can wait in a queue that `sinks` sinks share and `workers` workers fill: a
/// worker that has so many under way takes no more messages.
pub fn capacity(workers: usize, sinks: usize) -> usize {
    workers.max(1) * FLIGHTS * sinks.max(1)
}

/// How long a sink of lines keeps trying when it cannot write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// A live pipeline waits for a full disk to be cleared: its broker keeps the messages.
    Endless,
    /// A batch run has nobody to wait for: it tries a few times more, within a second, and fails.
    Short,
}

/// Retries of [`Patience::Short`]: after 100, 200 and 400 ms.
const FEW_RETRIES: u32 = 3;

/// Opens all sinks for so many workers, but for those of a network, which are left to the caller.
/// Sinks that share a file, standard output or a connection
/// share a thread, and so the order in which a worker hands over.
pub fn open(
    spec: &PipelineSpec,
    targets: &[Target],
    workers: usize,
    patience: Patience,
    on_event: &OnEvent,
) -> Result<Outlets, Failure> {
    #[cfg(feature = "mqtt")]
    if targets.iter().any(is_written_here) {
        super::signals::survive_file_size_limit()
            .map_err(|error| Failure::configuration(format!("cannot catch SIGXFSZ: {error}")))?;
    }
    let plan = plan(targets);
    let mut outlets = Outlets {
        by_sink: vec![Outlet::Blackhole; targets.len()],
        threads: Vec::new(),
        workers,
        sinks: spec.sinks.len(),
    };
    if !plan.stdout.is_empty() {
        let lines = open_stdout(spec, &plan.stdout, patience)?;
        let ours: Vec<usize> = plan.stdout.iter().map(|(sink, _)| *sink).collect();
        outlets.start_lines("stdout", lines, &ours, on_event);
    }
    for (path, ours) in &plan.files {
        let name = spec.sinks[ours[0]].name;
        let opened = match common_header(spec, ours)? {
            None => Lines::append(path),
            Some(header) => Lines::append_csv(path, header),
        };
        let mut lines = opened.map_err(|error| cannot_open(path, name, &error))?;
        tracing::info!("sink `{name}`: appending rows to `{}`", path.display());
        if !ours.iter().any(|&sink| syncs(spec, sink)) {
            lines.without_sync();
        }
        patience.apply(&mut lines);
        outlets.start_lines("file", lines, ours, on_event);
    }
    for (sink, target) in targets.iter().enumerate() {
        if let Target::Files {
            spec: files,
            prefix,
        } = target
        {
            let mut files = open_files(spec.sinks[sink].name, files, prefix)?;
            patience.apply_to_files(&mut files);
            let run = |queue: mpsc::Receiver<Batch>| files.run(&queue);
            outlets.start_writer("files", &[sink], on_event, run);
        }
    }
    #[cfg(feature = "webhook")]
    for (sink, target) in targets.iter().enumerate() {
        if let Target::Webhook(options) = target {
            outlets.start_webhook(sink, options, patience, on_event);
        }
    }
    Ok(outlets)
}

/// Whether rows go to what may be a file. The signals of a program that holds a pipeline are its
/// own, unless it writes any.
#[cfg(feature = "mqtt")]
fn is_written_here(target: &Target) -> bool {
    match target {
        Target::Stdout | Target::Printed | Target::File(_) | Target::Files { .. } => true,
        Target::Blackhole
        | Target::Mqtt { .. }
        | Target::DeadLetters { .. }
        | Target::Webhook(_) => false,
    }
}

/// Standard output for these sinks; those that are wrapped are not for it.
fn open_stdout(
    spec: &PipelineSpec,
    sinks: &[(usize, bool)],
    patience: Patience,
) -> Result<Lines, Failure> {
    let mut lines = Lines::stdout()
        .map_err(|error| Failure::configuration(format!("standard output: {error}")))?;
    for (sink, _) in sinks.iter().filter(|(_, wrapped)| *wrapped) {
        let name = name(spec, *sink).unwrap_or_else(|| rejected(spec, *sink));
        let form = header(spec, *sink).map_or(Form::Json, |_| Form::Csv);
        lines.wrap(*sink, &name, form);
    }
    let unwrapped = sinks.iter().filter(|(_, wrapped)| !wrapped);
    let unwrapped: Vec<usize> = unwrapped.map(|(sink, _)| *sink).collect();
    if let Some(header) = common_header(spec, &unwrapped)? {
        lines.start_with(header);
        #[cfg(feature = "table")]
        if let SinkKind::Table { columns, .. } = &spec.sinks[unwrapped[0]].kind {
            lines.show(Table::new(columns));
        }
    }
    patience.apply(&mut lines);
    Ok(lines)
}

fn open_files(sink: &str, spec: &'static FilesSpec, prefix: &str) -> Result<Files, Failure> {
    let files = Files::open(spec, prefix.to_owned()).map_err(|error| {
        let root = files_root(spec, prefix);
        let message = format!(
            "table `{sink}`, option `path`: cannot use folder `{}`: {error}",
            root.display()
        );
        Failure::configuration(message)
    })?;
    tracing::info!("sink `{sink}`: writing files `{prefix}{}`", spec.pattern);
    Ok(files)
}

/// The folder that a sink's files are below.
pub fn files_root(spec: &'static FilesSpec, prefix: &str) -> PathBuf {
    Pattern::new(prefix.to_owned(), spec.pattern).root()
}

/// The header of a sink that writes CSV.
fn header(spec: &PipelineSpec, outlet: usize) -> Option<&'static str> {
    match &spec.sinks.get(outlet)?.kind {
        SinkKind::Csv { header, .. } | SinkKind::Table { header, .. } => Some(header),
        SinkKind::Files(files) => match &files.content {
            FileContent::Csv { header } => Some(header),
            FileContent::Compressed(lines) => lines.header,
            FileContent::Json | FileContent::Columns(_) => None,
        },
        SinkKind::Stdout
        | SinkKind::Blackhole
        | SinkKind::File { .. }
        | SinkKind::Mqtt { .. }
        | SinkKind::Webhook(_) => None,
    }
}

/// Whether the rows of a sink that appends to a file are on the disk before they are confirmed.
fn syncs(spec: &PipelineSpec, sink: usize) -> bool {
    match &spec.sinks[sink].kind {
        SinkKind::File { sync, .. } | SinkKind::Csv { sync, .. } => *sync,
        SinkKind::Files(files) => files.sync,
        SinkKind::Stdout
        | SinkKind::Table { .. }
        | SinkKind::Blackhole
        | SinkKind::Mqtt { .. }
        | SinkKind::Webhook(_) => false,
    }
}

/// The header of sinks that write to one place; an error where rows of one would not be readable
/// as those of another.
fn common_header(spec: &PipelineSpec, sinks: &[usize]) -> Result<Option<&'static str>, Failure> {
    let Some((&first, rest)) = sinks.split_first() else {
        return Ok(None);
    };
    let common = header(spec, first);
    match rest.iter().find(|&&sink| header(spec, sink) != common) {
        None => Ok(common),
        Some(&other) => Err(Failure::configuration(format!(
            "tables `{}` and `{}` write to the same place, but not the same columns as CSV",
            spec.sinks[first].name, spec.sinks[other].name
        ))),
    }
}

/// The error for a file that cannot be opened.
pub fn cannot_open(path: &Path, sink: &str, error: &io::Error) -> Failure {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let hint = match folder {
        Some(folder) if !folder.exists() => {
            format!(" (there is no folder `{}`)", folder.display())
        }
        Some(_) | None => String::new(),
    };
    let path = path.display();
    Failure::configuration(format!(
        "table `{sink}`, option `path`: cannot open `{path}`: {error}{hint}"
    ))
}

fn plan(targets: &[Target]) -> Plan {
    let mut plan = Plan {
        stdout: Vec::new(),
        files: Vec::new(),
    };
    for (sink, target) in targets.iter().enumerate() {
        match target {
            Target::Stdout => plan.stdout.push((sink, false)),
            Target::Printed => plan.stdout.push((sink, true)),
            Target::Blackhole
            | Target::Files { .. }
            | Target::Mqtt { .. }
            | Target::DeadLetters { .. }
            | Target::Webhook(_) => {}
            Target::File(path) => match plan.files.iter_mut().find(|(known, _)| known == path) {
                Some((_, sinks)) => sinks.push(sink),
                None => plan.files.push((path.clone(), vec![sink])),
            },
        }
    }
    plan
}

impl Patience {
    fn apply(self, lines: &mut Lines) {
        match self {
            Self::Endless => {}
            Self::Short => lines.limit_retries(FEW_RETRIES),
        }
    }

    fn apply_to_files(self, files: &mut Files) {
        match self {
            Self::Endless => {}
            Self::Short => files.limit_retries(FEW_RETRIES),
        }
    }
}

impl Outlets {
    /// How many batches can wait in a queue that these outlets share. The dead letters of a table
    /// may come once more for each sink, when it has not taken rows.
    pub fn capacity(&self, outlets: &[usize]) -> usize {
        let batches = |&outlet: &usize| {
            if outlet < self.sinks {
                1
            } else {
                1 + self.sinks
            }
        };
        capacity(self.workers, outlets.iter().map(batches).sum())
    }

    fn start_lines(&mut self, kind: &str, lines: Lines, sinks: &[usize], on_event: &OnEvent) {
        self.start_writer(kind, sinks, on_event, |queue| lines.run(&queue));
    }

    /// Starts the thread of sinks that write to this machine.
    fn start_writer(
        &mut self,
        kind: &str,
        sinks: &[usize],
        on_event: &OnEvent,
        run: impl FnOnce(mpsc::Receiver<Batch>) -> End + Send + 'static,
    ) {
        let (sender, queue) = mpsc::sync_channel(self.capacity(sinks));
        for &sink in sinks {
            self.by_sink[sink] = Outlet::Lines(sender.clone());
        }
        let on_end = on_event.clone();
        let is_stdout = kind == "stdout";
        self.start(&format!("sink-{kind}"), on_event, move || {
            log::speak_for(if is_stdout { "stdout" } else { "file" }, None);
            match run(queue) {
                End::Done => {}
                End::Closed if is_stdout => on_end(SinkEvent::OutputClosed),
                End::Closed => on_end(SinkEvent::Failed(Failure {
                    exit: Exit::Unavailable,
                    message: "a file sink is a pipe that nobody reads any more".into(),
                })),
                End::Failed(message) => on_end(SinkEvent::Failed(Failure {
                    exit: Exit::OutputFailed,
                    message,
                })),
            }
        });
    }

    #[cfg(feature = "webhook")]
    fn start_webhook(
        &mut self,
        sink: usize,
        options: &WebhookOptions,
        patience: Patience,
        on_event: &OnEvent,
    ) {
        let (sender, queue) = mpsc::sync_channel(self.capacity(&[sink]));
        self.by_sink[sink] = Outlet::Requests(sender);
        let webhook = Webhook {
            post: webhook::client::poster(options),
            sleep: std::thread::sleep,
            retries: match patience {
                Patience::Endless => None,
                Patience::Short => Some(FEW_RETRIES),
            },
            options: options.clone(),
        };
        let on_end = on_event.clone();
        self.start("sink-webhook", on_event, move || {
            log::speak_for("webhook", None);
            if let Err(message) = webhook.run(&queue) {
                let exit = Exit::Unavailable;
                on_end(SinkEvent::Failed(Failure { exit, message }));
            }
        });
    }

    /// Starts a sink's thread.
    pub fn start(&mut self, name: &str, on_event: &OnEvent, work: impl FnOnce() + Send + 'static) {
        let on_event = on_event.clone();
        let panicked = move |failure| on_event(SinkEvent::Failed(failure));
        let thread = std::thread::Builder::new().name(name.to_owned());
        let thread = thread.spawn(move || panics::told(panicked, work));
        self.threads
            .push(thread.expect("the system can start a thread"));
    }
}
