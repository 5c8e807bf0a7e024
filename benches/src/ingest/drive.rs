//! Runs a load to its end: as a broker, or as a publisher to another one. One thread, one task.

use super::packets::Packets;
use super::pump::Pump;
use super::session::{Rows, Session};
use super::{Load, Moment, Outcome};
use std::net::TcpListener;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// The topic that rows are published back on.
pub const ALERTS: &str = "alerts";

/// How long to sleep at most before looking whether the next message is due. The pace of tokio's
/// timers is too coarse: at 100,000 messages per second a hundred would come at once.
const PACE: Duration = Duration::from_micros(100);

/// Sends `load` to the subscriber among the `sessions` that connect to `listener`, and takes what
/// they publish. `observe` is called at the start and at the end.
pub fn serve(
    listener: TcpListener,
    sessions: usize,
    load: &Load,
    packets: &Packets,
    observe: &mut dyn FnMut(Moment),
) -> Result<Outcome, String> {
    block_on(async {
        let deadline = Instant::now() + load.patience;
        let mut open = accept(listener, sessions, deadline).await?;
        let source = open.iter().position(|session| session.subscribed);
        let source = source.expect("one is subscribed");
        pump(&mut open, source, deadline, load, packets, observe).await
    })
}

/// Lets the `sessions` that connect to `listener` be for a time, in which nothing is sent.
/// `observe` is called at its start and at its end.
pub fn hold(
    listener: TcpListener,
    sessions: usize,
    time: Duration,
    observe: &mut dyn FnMut(Moment),
) -> Result<(), String> {
    block_on(async {
        let deadline = Instant::now() + time;
        let mut open = accept(listener, sessions, deadline).await?;
        // What connecting costs is not what waiting costs.
        let settled = Instant::now() + Duration::from_secs(1);
        let _ = get_on_until(&mut open, settled, |_| false).await;
        observe(Moment::Start);
        let _ = get_on_until(&mut open, settled + time, |_| false).await;
        observe(Moment::End);
        if open.iter().any(|session| session.ended) {
            return Err("the other side has ended".into());
        }
        Ok(())
    })
}

/// So many sessions, all connected and one of them subscribed.
async fn accept<'p>(
    listener: TcpListener,
    sessions: usize,
    deadline: Instant,
) -> Result<Vec<Session<'p>>, String> {
    listener.set_nonblocking(true).map_err(text)?;
    let listener = tokio::net::TcpListener::from_std(listener).map_err(text)?;
    let mut open = Vec::new();
    while open.len() < sessions {
        let accept = tokio::time::timeout_at(deadline.into(), listener.accept());
        let accepted = accept.await.map_err(|_| "nobody connects".to_owned())?;
        open.push(Session::new(accepted.map_err(text)?.0)?);
    }
    let are_ready = |open: &[Session<'_>]| {
        open.iter().all(|session| session.connected)
            && open.iter().any(|session| session.subscribed)
    };
    get_on_until(&mut open, deadline, are_ready).await?;
    Ok(open)
}

/// Sends `load` to the broker at `port` of this machine, where a pipeline has subscribed, and
/// takes the rows that it publishes back.
pub fn publish(
    port: u16,
    load: &Load,
    packets: &Packets,
    observe: &mut dyn FnMut(Moment),
) -> Result<Outcome, String> {
    block_on(async {
        let deadline = Instant::now() + load.patience;
        let stream = TcpStream::connect(("127.0.0.1", port))
            .await
            .map_err(text)?;
        let mut open = [Session::new(stream)?];
        open[0].subscribe("laminar-ingest", ALERTS);
        get_on_until(&mut open, deadline, |open| open[0].subscribed).await?;
        probe(&mut open, deadline).await?;
        pump(&mut open, 0, deadline, load, packets, observe).await
    })
}

/// Publishes a message that passes the filter until its row comes: the pipeline is subscribed.
async fn probe(open: &mut [Session<'_>], deadline: Instant) -> Result<(), String> {
    const PROBE: &[u8] =
        br#"{"sensor_id":"probe","temperature":99.0,"reading_time":"2026-01-01T00:00:00Z"}"#;
    let mut sent = 0;
    while open[0].rows.count == 0 {
        open[0].publish("sensors/probe/readings", PROBE);
        sent += 1;
        let soon = Instant::now() + Duration::from_millis(100);
        let heard = get_on_until(open, soon, |open| open[0].rows.count > 0).await;
        if heard.is_err() && Instant::now() > deadline {
            return Err(format!("no row for {sent} messages: nobody is subscribed"));
        }
    }
    // What earlier probes give must not come among the rows of the load.
    let quiet = Instant::now() + Duration::from_millis(300);
    let _ = get_on_until(open, quiet, |_| false).await;
    open[0].rows = Rows::default();
    Ok(())
}

async fn pump<'p>(
    open: &mut [Session<'p>],
    source: usize,
    deadline: Instant,
    load: &Load,
    packets: &'p Packets,
    observe: &mut dyn FnMut(Moment),
) -> Result<Outcome, String> {
    observe(Moment::Start);
    let start = Instant::now();
    let pump = Pump::new(packets, *load, start);
    let (expected, digest) = packets.expected(pump.total());
    open[source].pump = Some(pump);
    let is_done = |open: &[Session<'p>]| {
        rows(open).count >= expected && open[source].pump.as_ref().is_some_and(Pump::is_done)
    };
    let ended = get_on_until(open, deadline, is_done).await;
    let (sent, acknowledged) = open[source].pump.as_ref().map_or((0, 0), Pump::counts);
    let rows = rows(open);
    let count = rows.count;
    ended.map_err(|error| {
        format!("{error} ({sent} sent, {acknowledged} acknowledged, {count} of {expected} rows)")
    })?;
    let elapsed = start.elapsed();
    observe(Moment::End);
    if (count, rows.digest.value()) != (expected, digest) {
        return Err(format!(
            "{count} rows came, but not the {expected} expected ones"
        ));
    }
    Ok(Outcome {
        sent,
        acknowledged,
        rows: count,
        digest,
        elapsed,
    })
}

/// All rows. A pipeline publishes them on one session.
fn rows(open: &[Session<'_>]) -> Rows {
    let has_rows = |session: &&Session<'_>| session.rows.count > 0;
    open.iter()
        .find(has_rows)
        .map_or_else(Rows::default, |session| session.rows)
}

async fn get_on_until<'p>(
    open: &mut [Session<'p>],
    deadline: Instant,
    is_done: impl Fn(&[Session<'p>]) -> bool,
) -> Result<(), String> {
    while !is_done(open) {
        let now = Instant::now();
        if now > deadline {
            return Err("it takes too long".into());
        }
        let mut got_on = false;
        for session in open.iter_mut() {
            got_on |= session.read()?;
            got_on |= session.write(now)?;
            if session.ended {
                return Err("the other side has ended".into());
            }
        }
        if got_on {
            continue;
        }
        let pause = open
            .iter()
            .find_map(|session| session.pump.as_ref()?.pause(Instant::now()));
        if let Some(pause) = pause {
            std::thread::sleep(pause.min(PACE));
            // The sockets' events are heard of only then.
            tokio::task::yield_now().await;
        } else {
            ready(open, now).await;
        }
    }
    Ok(())
}

/// Waits until a socket can be read or written, but not for long: time is to be looked at.
async fn ready(open: &mut [Session<'_>], now: Instant) {
    let ready = std::future::poll_fn(|context| {
        let mut is_ready = false;
        for session in open.iter_mut() {
            is_ready |= session.stream.poll_read_ready(context).is_ready();
            is_ready |=
                session.has_output(now) && session.stream.poll_write_ready(context).is_ready();
        }
        if is_ready {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    });
    let _ = tokio::time::timeout(Duration::from_millis(50), ready).await;
}

fn block_on<T>(future: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.map_err(text)?.block_on(future)
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` gives it so")]
fn text(error: std::io::Error) -> String {
    error.to_string()
}
