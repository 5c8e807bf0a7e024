//! The webhook sink: rows go to an HTTP server by POST, many in a request, on a thread of its own.
//!
//! What the server answers decides. 2xx: it has the rows, and they are confirmed. A 4xx that is
//! about the rows: they are refused for good, and where there are several the request is halved
//! until the bad ones are alone. All else, and no answer, may pass, so that it is tried again. An
//! answer that is lost means that rows are sent twice: at least once, like everything here.

#[cfg(feature = "webhook")]
pub mod client;
mod retry_after;

use super::{Batch, Refused};
use crate::encode::Rows;
use crate::secret::Secret;
use crate::spec::WebhookFormat;
use std::ops::Range;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What there is to know about a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookOptions {
    /// Where to, with all that may be secret in it.
    pub url: Secret,
    /// The same for people: scheme, host and port.
    pub shown: String,
    /// Names and values.
    pub headers: Vec<(String, Secret)>,
    /// Rows of a request, at most.
    pub batch_rows: usize,
    /// How long a request may take from end to end.
    pub timeout: Duration,
    /// What a request looks like.
    pub format: WebhookFormat,
    /// Whose certificates are trusted (DER); empty where TLS is not spoken.
    pub roots: Vec<Vec<u8>>,
    /// Where others find out that they are other ones.
    pub renewal: Renewal,
}

/// Options that take the place of a webhook's, while it runs. Clones are one and the same place.
#[derive(Clone, Debug, Default)]
pub struct Renewal(Arc<Mutex<Option<Box<WebhookOptions>>>>);

/// Whether they are the same place.
impl PartialEq for Renewal {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Renewal {}

impl Renewal {
    /// From its next request on, the webhook has these options.
    pub fn renew(&self, options: WebhookOptions) {
        *self.place() = Some(Box::new(options));
    }

    /// What is new, once.
    pub fn take(&self) -> Option<Box<WebhookOptions>> {
        self.place().take()
    }

    fn place(&self) -> MutexGuard<'_, Option<Box<WebhookOptions>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a server has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// The header of this name, as it came.
    pub retry_after: Option<String>,
}

/// What an answer says of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// The server has them.
    Written,
    /// It will never take them.
    Refused,
    /// It may take them later.
    Later,
}

const FIRST_RETRY: Duration = Duration::from_millis(100);
const LONGEST_RETRY: Duration = Duration::from_secs(30);
/// A server that asks for more patience than this is asked again all the same.
const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(1);

/// A webhook and the two ways in which it touches the world.
pub struct Webhook<P, S> {
    /// What it is.
    pub options: WebhookOptions,
    /// Sends a body: what the server answers, or why there is no answer.
    pub post: P,
    /// Waits.
    pub sleep: S,
    /// An error is retried so often before the sink ends; None: for ever.
    pub retries: Option<u32>,
}

impl<P, S> Webhook<P, S>
where
    P: FnMut(&[u8]) -> Result<Answer, String>,
    S: FnMut(Duration),
{
    /// Sends batches until all senders are gone. The error: the last of its retries failed.
    pub fn run(mut self, queue: &Receiver<Batch>) -> Result<(), String> {
        while let Ok(batch) = queue.recv() {
            let refused = self.batch(&batch)?;
            batch.confirm_but(refused);
        }
        Ok(())
    }

    fn batch(&mut self, batch: &Batch) -> Result<Vec<Refused>, String> {
        let (mut at, mut refused) = (0, Vec::new());
        while at < batch.rows.len() {
            let (rows, limit) = part(batch, at, self.options.batch_rows);
            at = rows.end;
            self.deliver(batch, rows, limit, &mut refused)?;
        }
        Ok(refused)
    }

    /// Sends rows in one request until there is an answer to them, or they are given up after
    /// `limit` retries.
    fn deliver(
        &mut self,
        batch: &Batch,
        rows: Range<usize>,
        limit: Option<u32>,
        refused: &mut Vec<Refused>,
    ) -> Result<(), String> {
        let body = body(&batch.rows, rows.clone(), self.options.format);
        let (mut delay, mut retries) = (FIRST_RETRY, 0);
        loop {
            let (why, asked) = match (self.post)(&body) {
                Ok(answer) => match verdict(answer.status) {
                    Verdict::Written => return Ok(()),
                    Verdict::Refused if rows.len() > 1 => {
                        let middle = rows.start + rows.len() / 2;
                        self.deliver(batch, rows.start..middle, limit, refused)?;
                        return self.deliver(batch, middle..rows.end, limit, refused);
                    }
                    Verdict::Refused => {
                        let why = format!("the server answers {}", answer.status);
                        self.give_up(rows, &why, refused);
                        return Ok(());
                    }
                    Verdict::Later => (
                        format!("the server answers {}", answer.status),
                        answer.retry_after.and_then(|text| retry_after::wait(&text)),
                    ),
                },
                Err(error) => (error, None),
            };
            let shown = &self.options.shown;
            if limit.is_some_and(|limit| retries >= limit) {
                self.give_up(rows, &why, refused);
                return Ok(());
            }
            if self.retries.is_some_and(|most| retries >= most) {
                return Err(format!("cannot post to {shown}: {why}"));
            }
            retries += 1;
            batch.progress.metrics().outlet(batch.sink).retries.add(1);
            let wait = delay.max(asked.unwrap_or_default().min(LONGEST_RETRY_AFTER));
            let wait_ms = wait.as_millis();
            tracing::warn!("cannot post to {shown}: {why}; trying again in {wait_ms} ms");
            (self.sleep)(wait);
            delay = (delay * 2).min(LONGEST_RETRY);
        }
    }

    fn give_up(&self, rows: Range<usize>, why: &str, refused: &mut Vec<Refused>) {
        let (shown, count) = (&self.options.shown, rows.len());
        tracing::warn!("rows not taken by {shown}: {count}: {why}");
        refused.extend(rows.map(|row| Refused {
            row,
            reason: why.to_owned().into(),
        }));
    }
}

/// The rows of the next request, which may be given up alike: after so many retries.
fn part(batch: &Batch, at: usize, most: usize) -> (Range<usize>, Option<u32>) {
    let limit = batch.limits.iter().find(|limit| limit.rows.contains(&at));
    let starts = batch.limits.iter().map(|limit| limit.rows.start);
    let next = starts.filter(|&start| start > at).min();
    let unlimited = next.unwrap_or(batch.rows.len());
    let end = limit.map_or(unlimited, |limit| limit.rows.end);
    let retries = limit.map(|limit| limit.retries);
    (at..end.min(at + most.max(1)), retries)
}

fn body(rows: &Rows, range: Range<usize>, format: WebhookFormat) -> Vec<u8> {
    let mut body = Vec::new();
    for row in range.clone() {
        let line = rows.get(row);
        match format {
            WebhookFormat::JsonLines => body.extend_from_slice(line),
            WebhookFormat::Json => {
                body.push(if row == range.start { b'[' } else { b',' });
                body.extend_from_slice(line.strip_suffix(b"\n").unwrap_or(line));
            }
        }
    }
    if format == WebhookFormat::Json {
        body.push(b']');
    }
    body
}

/// What a status says of the rows (RFC 9110, §15). Those of the fourth class that are about the
/// request's way, such as a token that has expired, say nothing of the rows, and pass when somebody
/// has seen to them: to drop rows for them would be to lose what is good.
fn verdict(status: u16) -> Verdict {
    match status {
        200..=299 => Verdict::Written,
        401 | 403 | 404 | 405 | 407 | 408 | 421 | 423 | 425 | 426 | 429 | 431 | 451 => {
            Verdict::Later
        }
        400..=499 => Verdict::Refused,
        _ => Verdict::Later,
    }
}

#[cfg(test)]
mod tests;
