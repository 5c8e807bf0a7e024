//! A pipeline inside another crate on its brokers: what the `start` and `run` of generated code
//! stand on.
//!
//! The threads are those of a binary. Rows for handlers go the way of rows for sinks: packed, in
//! batches, to a thread that calls the handler, while the connection's own thread goes on with
//! receiving and pings. So a handler may block, and a message is acknowledged when all handlers
//! and sinks are done with its rows.

mod abandon;
mod counts;
mod error;
mod gathering;
mod handle;
mod split;
mod stream;
mod supervisor;
mod taker;

pub use error::{RunError, RunErrorKind};
pub use gathering::{Buffer, Buffers, gathering};
pub use handle::{Running, StopHandle};
pub use split::Written;
pub use stream::{RowStream, Streams};
pub use taker::Taker;

use crate::pipeline::environment;
use crate::spec::PipelineSpec;
use crate::template::Variable;
use supervisor::{Launch, launch};

/// A pipeline as generated code tells it.
#[derive(Debug)]
pub struct RunSpec {
    /// Its constants. The first sinks are those of its flows, in file order, which takers are
    /// connected to; behind them stand those that the SQL names.
    pub pipeline: PipelineSpec,
    /// By table: its flows into sinks that the SQL names.
    pub written: &'static [Option<Written>],
}

/// What finds the values of `${NAME}`.
type Variables = Box<dyn Fn(&str) -> Variable + Send>;

/// Starts a pipeline, whose variables are those of the environment. `takers` are those of its
/// flows, in file order.
///
/// # Errors
/// Where the configuration is wrong, or a sink cannot be opened.
pub fn start(spec: &'static RunSpec, takers: Vec<Taker>) -> Result<Running, RunError> {
    launch(Launch {
        spec,
        takers,
        variables: Box::new(environment::variable),
    })
}

/// The same with variables from elsewhere.
///
/// # Errors
/// As above.
pub fn start_with(
    spec: &'static RunSpec,
    takers: Vec<Taker>,
    variable: impl Fn(&str) -> Option<String> + Send + 'static,
) -> Result<Running, RunError> {
    launch(Launch {
        spec,
        takers,
        variables: Box::new(move |name| variable(name).map(Ok)),
    })
}

/// Starts a pipeline and waits for its end, which `shutdown` asks for.
///
/// # Errors
/// As [`start`], and those of [`Running::finished`].
pub async fn run(
    spec: &'static RunSpec,
    takers: Vec<Taker>,
    shutdown: impl Future<Output = ()>,
) -> Result<(), RunError> {
    let running = start(spec, takers)?;
    tokio::select! {
        ended = running.finished() => return ended,
        () = shutdown => running.request_stop(),
    }
    running.finished().await
}
