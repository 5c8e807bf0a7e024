//! A table's code whose handlers gather rows instead of taking them.

use crate::embedded::{Handled, Pack, ToHandlers};
use crate::encode::Rows;
use crate::message::Message;
use crate::program::{Program, Report};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where a flow's handler leaves packed rows.
#[derive(Clone, Debug, Default)]
pub struct Buffer(Arc<Mutex<Rows>>);

impl Buffer {
    /// Adds a row.
    pub fn add<'a>(&self, row: &impl Pack<'a>) -> Handled {
        let mut rows = self.lock();
        row.pack(&mut rows.bytes);
        let end = rows.bytes.len();
        rows.ends.push(end);
        Handled::Done
    }

    /// Nobody else has it locked: a program runs on one thread at a time.
    fn lock(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn swap(&self, rows: &mut Rows) {
        std::mem::swap(&mut *self.lock(), rows);
    }
}

/// The buffers of all flows, in file order.
#[derive(Debug)]
pub struct Buffers(Vec<Buffer>);

impl Buffers {
    /// That of this flow.
    pub fn of(&self, flow: usize) -> Buffer {
        self.0[flow].clone()
    }
}

/// The program of a table, whose flows are these of the `all` flows. `handlers` gather rows in
/// buffers.
pub fn gathering<H: Send + 'static>(
    program: Box<dyn Program<ToHandlers<H>>>,
    handlers: fn(&Buffers) -> H,
    flows: &'static [usize],
    all: usize,
) -> Box<dyn Program> {
    let buffers = Buffers((0..all).map(|_| Buffer::default()).collect());
    Box::new(Gathering {
        output: ToHandlers::new(handlers(&buffers)),
        buffers: flows.iter().map(|&flow| buffers.of(flow)).collect(),
        flows: (0..flows.len()).collect(),
        program,
    })
}

struct Gathering<H> {
    program: Box<dyn Program<ToHandlers<H>>>,
    output: ToHandlers<H>,
    /// By flow of the table.
    buffers: Vec<Buffer>,
    /// As many numbers.
    flows: Vec<usize>,
}

impl<H: Send> Program for Gathering<H> {
    fn process(
        &mut self,
        messages: &[Message<'_>],
        sink_of: &[usize],
        outputs: &mut [Rows],
        report: &mut dyn Report,
    ) {
        // rows go on where others of the same flow are; without a sink, nowhere
        for (buffer, &sink) in self.buffers.iter().zip(sink_of) {
            if let Some(rows) = outputs.get_mut(sink) {
                buffer.swap(rows);
            }
        }
        let (flows, output) = (&self.flows, &mut self.output);
        self.program.process(messages, flows, output, report);
        for (buffer, &sink) in self.buffers.iter().zip(sink_of) {
            match outputs.get_mut(sink) {
                Some(rows) => buffer.swap(rows),
                None => buffer.lock().clear(),
            }
        }
    }
}
