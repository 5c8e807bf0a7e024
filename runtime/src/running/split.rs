//! A table some of whose flows write rows for the sinks that the SQL names, while handlers or
//! streams take the rows of others. Each kind has code of its own, which decodes for itself.

use crate::encode::Rows;
use crate::error::{Place, RowError};
use crate::message::Message;
use crate::program::{Program, Report};

/// The flows of a table that write rows for sinks.
#[derive(Debug)]
pub struct Written {
    /// Makes their program.
    pub program: fn() -> Box<dyn Program>,
    /// For each of its flows: which flow of the table it is, and the sink.
    pub flows: &'static [(usize, usize)],
    /// Where its columns and places start among those of the table.
    pub columns: u16,
    /// The same of places.
    pub sites: u16,
}

/// Both.
pub(super) struct Split {
    /// Flows whose rows are taken; None: there are none.
    gathering: Option<Box<dyn Program>>,
    program: Box<dyn Program>,
    written: &'static Written,
    /// By flow of the table: whether its rows go to its sink.
    to_sink: Vec<bool>,
    tallies: Vec<Tally>,
}

/// What became of messages in a flow.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    emitted: u64,
    filtered: u64,
}

impl Split {
    /// The flows for which `to_sink` is true are those of `written`.
    pub(super) fn new(
        gathering: fn() -> Box<dyn Program>,
        written: &'static Written,
        to_sink: Vec<bool>,
    ) -> Self {
        let all = to_sink.iter().all(|to_sink| *to_sink);
        Self {
            gathering: (!all).then(gathering),
            program: (written.program)(),
            written,
            tallies: vec![Tally::default(); to_sink.len()],
            to_sink,
        }
    }

    /// Runs the flows that write. Rows of those that are not wanted are taken back.
    fn write(
        &mut self,
        messages: &[Message<'_>],
        sink_of: &[usize],
        outputs: &mut [Rows],
        (report, first): (&mut dyn Report, usize),
    ) {
        let flows = self.written.flows.iter();
        let flows = flows.map(|&(flow, sink)| (flow, sink, self.to_sink[flow]));
        let sinks: Vec<_> = flows
            .clone()
            .map(|(flow, sink, wanted)| if wanted { sink } else { sink_of[flow] })
            .collect();
        let unwanted = flows.filter(|(_, _, wanted)| !wanted);
        let unwanted = unwanted.map(|(flow, _, _)| (sink_of[flow], outputs[sink_of[flow]].len()));
        let unwanted: Vec<_> = unwanted.collect();
        let mut report = Writing {
            part: Part { report, first },
            written: self.written,
            to_sink: &self.to_sink,
            is_alone: self.gathering.is_none(),
            tallies: &mut self.tallies,
        };
        self.program.process(messages, &sinks, outputs, &mut report);
        for (sink, before) in unwanted {
            outputs[sink].truncate(before);
        }
    }

    /// Runs a message through the flows whose rows are taken, and those that write.
    fn both(
        &mut self,
        message: &Message<'_>,
        sink_of: &[usize],
        outputs: &mut [Rows],
        (report, first): (&mut dyn Report, usize),
    ) {
        let Some(gathering) = &mut self.gathering else {
            return;
        };
        let messages = std::slice::from_ref(message);
        let nowhere = |(&to_sink, &sink)| if to_sink { usize::MAX } else { sink };
        let sinks: Vec<_> = self.to_sink.iter().zip(sink_of).map(nowhere).collect();
        let mut taking = Taking {
            part: Part {
                report: &mut *report,
                first,
            },
            to_sink: &self.to_sink,
            tallies: &mut self.tallies,
            is_done: false,
        };
        gathering.process(messages, &sinks, outputs, &mut taking);
        if !taking.is_done {
            self.write(messages, sink_of, outputs, (report, first));
        }
    }
}

impl Program for Split {
    fn process(
        &mut self,
        messages: &[Message<'_>],
        sink_of: &[usize],
        outputs: &mut [Rows],
        report: &mut dyn Report,
    ) {
        if self.gathering.is_none() {
            self.write(messages, sink_of, outputs, (&mut *report, 0));
        } else {
            // message by message, so that what is told of them stays in their order
            for (first, message) in messages.iter().enumerate() {
                self.both(message, sink_of, outputs, (&mut *report, first));
            }
        }
        for (flow, tally) in self.tallies.iter_mut().enumerate() {
            let Tally { emitted, filtered } = std::mem::take(tally);
            report.flow_done(flow, emitted, filtered);
        }
    }
}

/// Hears of some messages of a batch.
struct Part<'r> {
    report: &'r mut dyn Report,
    /// The first of them.
    first: usize,
}

/// Hears of flows whose rows are taken, and forgets what it hears of the others.
struct Taking<'r> {
    part: Part<'r>,
    to_sink: &'r [bool],
    tallies: &'r mut [Tally],
    /// The message is empty or bad, and there is nothing more to say of it.
    is_done: bool,
}

impl Report for Taking<'_> {
    fn message_rejected(&mut self, message: usize, error: RowError) {
        self.is_done = true;
        let message = self.part.first + message;
        self.part.report.message_rejected(message, error);
    }

    fn row_rejected(&mut self, message: usize, flow: usize, error: RowError) {
        if !self.to_sink[flow] {
            let message = self.part.first + message;
            self.part.report.row_rejected(message, flow, error);
        }
    }

    fn flow_done(&mut self, flow: usize, emitted: u64, filtered: u64) {
        if !self.to_sink[flow] {
            self.tallies[flow].emitted += emitted;
            self.tallies[flow].filtered += filtered;
        }
    }

    fn empty(&mut self, count: u64) {
        self.is_done |= count > 0;
        self.part.report.empty(count);
    }
}

/// The same of flows that write, which tell of columns and places of their own.
struct Writing<'r> {
    part: Part<'r>,
    written: &'static Written,
    to_sink: &'r [bool],
    /// Whether it alone hears of the messages.
    is_alone: bool,
    tallies: &'r mut [Tally],
}

impl Writing<'_> {
    fn moved(&self, error: RowError) -> RowError {
        let place = match error.place {
            Place::Column { column, offset } => Place::Column {
                column: column.saturating_add(self.written.columns),
                offset,
            },
            Place::Expression { site } => Place::Expression {
                site: site.saturating_add(self.written.sites),
            },
            Place::Payload { .. } => error.place,
        };
        RowError { place, ..error }
    }
}

impl Report for Writing<'_> {
    fn message_rejected(&mut self, message: usize, error: RowError) {
        let (error, at) = (self.moved(error), self.part.first + message);
        if self.is_alone {
            self.part.report.message_rejected(at, error);
            return;
        }
        // the other flows could read it: a part that only these need was looked at
        let flows = self.written.flows.iter().map(|(flow, _)| *flow);
        for flow in flows.filter(|&flow| self.to_sink[flow]) {
            self.part.report.row_rejected(at, flow, error);
        }
    }

    fn row_rejected(&mut self, message: usize, flow: usize, error: RowError) {
        let (flow, _) = self.written.flows[flow];
        if self.to_sink[flow] {
            let (error, at) = (self.moved(error), self.part.first + message);
            self.part.report.row_rejected(at, flow, error);
        }
    }

    fn flow_done(&mut self, flow: usize, emitted: u64, filtered: u64) {
        let (flow, _) = self.written.flows[flow];
        if self.to_sink[flow] {
            self.tallies[flow].emitted += emitted;
            self.tallies[flow].filtered += filtered;
        }
    }

    fn empty(&mut self, count: u64) {
        if self.is_alone {
            self.part.report.empty(count);
        }
    }
}
