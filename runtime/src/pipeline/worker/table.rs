//! A table as a worker has it.

use crate::history::Shared;
use crate::mqtt::topic::Filter;
use crate::pipeline::dead_letter::{DeadLetters, Form};
use crate::pipeline::wiring::Wiring;
use crate::program::Program;
use crate::sink::Outlet;
use crate::spec::{BadData, DeadLetterFormat, MqttVersion, PipelineSpec, TableSpec};

/// A table with its program.
pub(super) struct Table {
    pub(super) index: usize,
    pub(super) spec: &'static TableSpec,
    pub(super) program: Box<dyn Program>,
    pub(super) sink_of: Vec<usize>,
    /// Where its messages are kept, if they are.
    pub(super) history: Option<Shared>,
    pub(super) filters: Option<Vec<Filter>>,
    pub(super) in_batch: usize,
    /// Messages that gave rows since the last hand-over, by flow.
    pub(super) emitted: Vec<u64>,
    /// Where its dead letters go: an index into [`Worker::outlets`].
    pub(super) outlet: usize,
    pub(super) form: Form,
    pub(super) letters: DeadLetters,
    /// Its bad messages are written somewhere, as dead letters or by a dry run.
    pub(super) keeps_bad_messages: bool,
    /// What becomes of a row that is not delivered depends on its message.
    pub(super) notes_origins: bool,
}

impl Table {
    /// The table at `index` of the pipeline, for messages on any topic.
    pub(super) fn new(
        pipeline: &'static PipelineSpec,
        index: usize,
        wiring: &Wiring,
        outlets: &[Outlet],
    ) -> Self {
        let (spec, sink_of) = (&pipeline.tables[index], wiring.sinks(index));
        let outlet = pipeline.sinks.len() + index;
        let is_printed = matches!(outlets[outlet], Outlet::Lines(_));
        let format = match spec.bad_data {
            BadData::DeadLetter(letters) if !is_printed => letters.format,
            BadData::DeadLetter(_) | BadData::Drop | BadData::Fail => DeadLetterFormat::Envelope,
        };
        let version = pipeline.connections.get(spec.connection);
        let version = version.map_or(MqttVersion::V311, |connection| connection.mqtt_version);
        let is_lossy = |&sink: &usize| !matches!(outlets[sink], Outlet::Blackhole);
        Self {
            index,
            spec,
            program: wiring.program(index),
            sink_of: sink_of.to_vec(),
            history: None,
            filters: None,
            in_batch: 0,
            emitted: vec![0; spec.flows.len()],
            outlet,
            form: Form::new(format, version),
            letters: DeadLetters::default(),
            keeps_bad_messages: is_printed || matches!(spec.bad_data, BadData::DeadLetter(_)),
            notes_origins: spec.bad_data != BadData::Drop && sink_of.iter().any(is_lossy),
        }
    }

    #[inline]
    pub(super) fn wants(&self, topic: &str) -> bool {
        match &self.filters {
            None => true,
            Some(filters) => filters.iter().any(|filter| filter.matches(topic)),
        }
    }

    pub(super) fn batch_size(&self) -> usize {
        usize::try_from(self.spec.batch_size)
            .unwrap_or(usize::MAX)
            .max(1)
    }
}
