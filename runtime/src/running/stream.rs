//! The rows of a flow for whoever asks for them, one after another.
//!
//! A row counts as taken when the next one is asked for. Batches wait in the queue of a sink, which
//! is bounded, so whoever does not ask stops the reading in the end.

use super::RunSpec;
use super::taker::{Kind, Taker};
use crate::embedded::Unpacker;
use crate::pipeline::outlets;
use crate::sink::{Batch, Outlet};
use bumpalo::Bump;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// The rows of a flow of a running pipeline, each with values of its own.
///
/// The message of a row is acknowledged once the row after it was asked for. The stream ends with
/// its pipeline. A stream that is dropped before ends it: nobody would take its rows.
pub struct RowStream<R> {
    queue: Receiver<Batch>,
    /// The batch that is being taken, and which of its rows is next.
    current: Option<(Batch, usize)>,
    unpack: fn(Unpacker<'_>) -> R,
    arena: Bump,
    shared: Arc<Shared>,
}

/// What a stream and its pipeline share.
#[derive(Default)]
struct Shared {
    end: Mutex<End>,
}

/// How the stream tells that it is dropped.
#[derive(Default)]
enum End {
    /// Nobody listens yet.
    #[default]
    Open,
    /// So.
    Heard(Box<dyn FnOnce() + Send>),
    /// It is.
    Dropped,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, End> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The pipeline's end of a stream.
pub(super) struct Source {
    pub(super) outlet: Outlet,
    shared: Arc<Shared>,
}

impl Source {
    /// Calls `then` once the stream is dropped.
    pub(super) fn on_drop(&self, then: impl FnOnce() + Send + 'static) {
        let mut end = self.shared.lock();
        if matches!(*end, End::Dropped) {
            then();
        } else {
            *end = End::Heard(Box::new(then));
        }
    }
}

/// The streams that a builder was asked for.
#[derive(Default)]
pub struct Streams {
    by_flow: Vec<(usize, Source)>,
}

impl Streams {
    /// The stream of a flow; one that there was before ends.
    pub fn open<R>(
        &mut self,
        spec: &'static RunSpec,
        flow: usize,
        unpack: fn(Unpacker<'_>) -> R,
    ) -> RowStream<R> {
        let sessions = spec.pipeline.connections.iter();
        let sessions = sessions.map(|connection| usize::from(connection.parallelism.max(1)));
        let (sender, queue): (Sender<Batch>, _) = channel(outlets::capacity(sessions.sum(), 1));
        let shared = Arc::new(Shared::default());
        let source = Source {
            outlet: Outlet::Session(sender),
            shared: Arc::clone(&shared),
        };
        self.by_flow.retain(|(known, _)| *known != flow);
        self.by_flow.push((flow, source));
        RowStream {
            queue,
            current: None,
            unpack,
            arena: Bump::new(),
            shared,
        }
    }

    /// What takes the rows of a flow: its stream, or otherwise `other`.
    pub fn or(&mut self, flow: usize, other: Taker) -> Taker {
        let found = self.by_flow.iter().position(|(of, _)| *of == flow);
        match found {
            Some(at) => Taker(Kind::Stream(self.by_flow.swap_remove(at).1)),
            None => other,
        }
    }
}

impl fmt::Debug for Streams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flows = self.by_flow.iter().map(|(flow, _)| flow);
        f.debug_list().entries(flows).finish()
    }
}

impl<R> RowStream<R> {
    /// The next row; None once the pipeline has ended. What was given before is taken.
    ///
    /// A call that is dropped before it is done has lost nothing.
    pub async fn next(&mut self) -> Option<R> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<R>> {
        loop {
            if let Some((batch, at)) = &mut self.current
                && *at < batch.rows.len()
            {
                self.arena.reset();
                let row = Unpacker::new(batch.rows.get(*at), &self.arena);
                *at += 1;
                return Poll::Ready(Some((self.unpack)(row)));
            }
            if let Some((done, _)) = self.current.take() {
                done.confirm();
            }
            match self.queue.poll_recv(context) {
                Poll::Ready(Some(batch)) => self.current = Some((batch, 0)),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

#[cfg(feature = "stream")]
impl<R> futures_core::Stream for RowStream<R> {
    type Item = R;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Self::Item>> {
        self.poll(context)
    }
}

impl<R> Drop for RowStream<R> {
    fn drop(&mut self) {
        let end = std::mem::replace(&mut *self.shared.lock(), End::Dropped);
        if let End::Heard(tell) = end {
            tell();
        }
    }
}

impl<R> fmt::Debug for RowStream<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RowStream")
    }
}
