//! Who receives: a pipeline that laminarc built, and a program written by hand.

use super::drive::{self, ALERTS};
use super::packets::Packets;
use super::process::{Process, Usage};
use super::tls::Terminator;
use super::{Load, Moment, Outcome};
use laminarc::build::{self, Cache};
use laminarc::diagnostics::{Style, render_all};
use laminarc::emit::{Identity, emit};
use laminarc::lower::lower;
use laminarc::source::SourceFile;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A way to receive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contestant {
    /// The binary of [`sql`].
    Laminar(PathBuf),
    /// The program `ingest_rumqttc`.
    Rumqttc(PathBuf),
}

/// What a run used, and what it came to.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// The contestant's process, from the first message to the last answer. The memory is that of
    /// its whole life.
    pub usage: Usage,
    /// What it did.
    pub outcome: Outcome,
}

impl Run {
    /// CPU seconds per million messages.
    pub fn cpu_per_million(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a count of messages")]
        let millions = self.outcome.sent as f64 / 1e6;
        self.usage.cpu.as_secs_f64() / millions
    }

    /// Messages per second.
    pub fn rate(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a count of messages")]
        let sent = self.outcome.sent as f64;
        sent / self.outcome.elapsed.as_secs_f64()
    }
}

impl Contestant {
    /// Its name in tables of results.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Laminar(_) => "laminar",
            Self::Rumqttc(_) => "rumqttc",
        }
    }

    /// How many connections it opens.
    fn sessions(&self) -> usize {
        match self {
            Self::Laminar(_) => 2,
            Self::Rumqttc(_) => 1,
        }
    }

    /// Receives from the load broker.
    pub fn run(&self, load: &Load, packets: &Packets, verbose: bool) -> Result<Run, String> {
        let (listener, port) = listen()?;
        let process = self.start(port, None, load.qos, verbose)?;
        measured(&process, |observe| {
            drive::serve(listener, self.sessions(), load, packets, observe)
        })
    }

    /// The same with TLS between them.
    pub fn run_secure(&self, load: &Load, packets: &Packets, verbose: bool) -> Result<Run, String> {
        let (listener, port) = listen()?;
        let terminator = Terminator::start(port)?;
        let certificate = Some(terminator.certificate.as_path());
        let process = self.start(terminator.port, certificate, load.qos, verbose)?;
        measured(&process, |observe| {
            drive::serve(listener, self.sessions(), load, packets, observe)
        })
    }

    /// Is connected and subscribed for so long, and nothing comes.
    pub fn idle(&self, time: Duration, verbose: bool) -> Result<Usage, String> {
        let (listener, port) = listen()?;
        let process = self.start(port, None, 1, verbose)?;
        let mut usages = Vec::new();
        drive::hold(listener, self.sessions(), time, &mut |_| {
            usages.push(process.usage());
        })?;
        used(usages)
    }

    /// Receives from another broker, to which the load is published.
    pub fn run_through(
        &self,
        port: u16,
        load: &Load,
        packets: &Packets,
        verbose: bool,
    ) -> Result<Run, String> {
        let process = self.start(port, None, load.qos, verbose)?;
        measured(&process, |observe| {
            drive::publish(port, load, packets, observe)
        })
    }

    /// With a certificate to trust it speaks TLS.
    fn start(
        &self,
        port: u16,
        certificate: Option<&Path>,
        qos: u8,
        verbose: bool,
    ) -> Result<Process, String> {
        let mut command = match self {
            Self::Laminar(binary) => {
                let mut command = Command::new(binary);
                let broker = match certificate {
                    None => format!("tcp://127.0.0.1:{port}"),
                    Some(_) => format!("ssl://localhost:{port}"),
                };
                command.args(["--broker", &broker]);
                command.envs(certificate.map(|path| ("CERTIFICATE", path)));
                command
            }
            Self::Rumqttc(program) => {
                let mut command = Command::new(program);
                command.args([port.to_string(), qos.to_string()]);
                command.args(certificate);
                command
            }
        };
        let name = self.name();
        Process::start(&mut command, verbose).map_err(|error| format!("{name}: {error}"))
    }
}

type Observe<'o> = &'o mut dyn FnMut(Moment);

fn measured(
    process: &Process,
    run: impl FnOnce(Observe<'_>) -> Result<Outcome, String>,
) -> Result<Run, String> {
    let mut usages = Vec::new();
    let outcome = run(&mut |moment| {
        if moment == Moment::End {
            // The process has still to hear of the last answers.
            std::thread::sleep(Duration::from_millis(20));
        }
        usages.push(process.usage());
    })?;
    let usage = used(usages)?;
    Ok(Run { usage, outcome })
}

/// What a process used between two moments; the memory is that of its whole life.
fn used(usages: Vec<std::io::Result<Usage>>) -> Result<Usage, String> {
    let usages: Result<Vec<Usage>, _> = usages.into_iter().collect();
    let usages = usages.map_err(|error| format!("cannot see what a process used: {error}"))?;
    let [before, after] = usages[..] else {
        return Err("a run has a start and an end".into());
    };
    Ok(Usage {
        cpu: after.cpu.saturating_sub(before.cpu),
        peak_memory_kib: after.peak_memory_kib,
    })
}

fn listen() -> Result<(TcpListener, u16), String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    Ok((listener, address.port()))
}

/// How a pipeline reaches its broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// TCP.
    Plain,
    /// TLS.
    Secure,
}

/// The pipeline: W1, its alerts published back.
pub fn sql(qos: u8, version: &str, transport: Transport) -> String {
    let broker = match transport {
        Transport::Plain => "broker = 'tcp://localhost:1883'",
        Transport::Secure => "broker = 'ssl://localhost', tls_ca_cert = '${CERTIFICATE}'",
    };
    let w1 = include_str!("../../pipelines/w1.sql")
        .replace(
            "broker = 'tcp://localhost:1883'",
            &format!("{broker}, mqtt_version = '{version}'"),
        )
        .replace("format = 'json'", &format!("format = 'json', qos = {qos}"));
    format!(
        "{w1}
CREATE TABLE published WITH (
    connector = 'mqtt_sink', connection = 'broker', topic = '{ALERTS}', qos = {qos}
) AS
SELECT * FROM alerts;
"
    )
}

/// Builds the pipeline for this machine's CPU.
pub fn build(
    qos: u8,
    version: &str,
    transport: Transport,
    cache: &Cache,
) -> Result<PathBuf, String> {
    let sql = sql(qos, version, transport);
    let source = SourceFile::new("w1.sql", sql.clone());
    let (plan, diagnostics) = laminarc::check(&source);
    let Some(plan) = plan else {
        return Err(render_all(&diagnostics, &source, Style::Plain));
    };
    let identity = Identity {
        sql_hash: &build::sql_hash(&sql),
        compiler_version: env!("CARGO_PKG_VERSION"),
    };
    let package = emit(&lower(&plan), &source, &identity);
    let options = build::Options {
        target_cpu: Some("native".to_owned()),
        target: None,
    };
    let built = build::build(&package, &options, cache, &mut |_| {});
    Ok(built.map_err(|error| error.to_string())?.path)
}

/// The program `ingest_rumqttc` beside the running one. Where cargo has started that, it brings
/// the other up to date.
pub fn rumqttc() -> Result<PathBuf, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let beside = program.with_file_name("ingest_rumqttc");
    if let Some(cargo) = std::env::var_os("CARGO") {
        let mut command = Command::new(cargo);
        command.current_dir(env!("CARGO_MANIFEST_DIR"));
        command.args(["build", "-q", "--bin", "ingest_rumqttc"]);
        if !cfg!(debug_assertions) {
            command.arg("--release");
        }
        if !cfg!(feature = "rivals") {
            command.args(["--no-default-features", "--features", "ingest"]);
        }
        let built = command.status().map_err(|error| error.to_string())?;
        if !built.success() {
            return Err("cargo cannot build `ingest_rumqttc`".into());
        }
    }
    check(&beside)?;
    Ok(beside)
}

/// That a program is there.
pub fn check(program: &Path) -> Result<(), String> {
    if program.is_file() {
        return Ok(());
    }
    let program = program.display();
    Err(format!(
        "there is no `{program}`: cargo build --release -p laminar-benches --bins"
    ))
}
