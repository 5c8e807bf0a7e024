//! All that there is to fill in of a pipeline's constants, for whoever runs or checks it.

use super::{Connection, Resolver, Target};
use crate::mqtt::topic::Filter;
use crate::pipeline::arguments::BrokerOverride;
use crate::pipeline::exit::Failure;
use crate::spec::PipelineSpec;

/// All of a pipeline's constants that have templates.
#[derive(Debug)]
pub struct Resolved {
    /// By index; None where a mistake was found.
    pub connections: Vec<Option<Connection>>,
    /// The topic filters of each table.
    pub filters: Vec<Vec<Filter>>,
    /// Where each sink's rows go, and behind them the dead letters of each table.
    pub targets: Vec<Target>,
}

impl Resolved {
    /// Fills them in; the resolver knows all mistakes then, and where there are some, this is of
    /// no use.
    pub fn new(
        resolver: &mut Resolver<'_>,
        spec: &'static PipelineSpec,
        brokers: &[BrokerOverride],
    ) -> Self {
        let connections = resolver.connections(spec, brokers);
        let filters = resolver.filters(spec.tables);
        let mut targets = resolver.targets(spec.sinks);
        targets.extend(resolver.dead_letters(spec.tables));
        resolver.check_loops(spec, &connections, &filters, &targets);
        resolver.check_shares(spec.tables, &connections, &filters);
        Self {
            connections,
            filters,
            targets: targets.into_iter().flatten().collect(),
        }
    }

    /// Leaves out the sinks that are not used.
    ///
    /// # Errors
    /// Where one that is used needs what is not linked.
    pub fn leave_out(&mut self, is_unused: impl Fn(usize) -> bool) -> Result<(), Failure> {
        for (sink, target) in self.targets.iter_mut().enumerate() {
            if is_unused(sink) {
                *target = Target::Blackhole;
            }
            if matches!(target, Target::Webhook(_)) && !cfg!(feature = "webhook") {
                return Err(Failure::configuration(
                    "rows go to a webhook: give the dependency `laminar-runtime` the feature \
                     `webhook`",
                ));
            }
        }
        Ok(())
    }
}
