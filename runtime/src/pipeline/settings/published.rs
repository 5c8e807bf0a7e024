//! What is published beside the rows of sinks, and whether any of it comes back.

use super::{Connection, Resolver, Target};
use crate::mqtt::topic::{self, Filter};
use crate::spec::{BadData, PipelineSpec, TableSpec};

impl Resolver<'_> {
    /// The target of each table's dead letters: nowhere for a table that has none; None where a
    /// mistake was found.
    pub fn dead_letters(&mut self, tables: &'static [TableSpec]) -> Vec<Option<Target>> {
        let mut all = Vec::with_capacity(tables.len());
        for table in tables {
            let BadData::DeadLetter(letters) = table.bad_data else {
                all.push(Some(Target::Blackhole));
                continue;
            };
            let place = format!("table `{}`, option `dead_letter_topic`", table.name);
            let topic = self.topic_template(&place, &[letters.topic]);
            all.push(topic.map(|topic| Target::DeadLetters {
                connection: table.connection,
                topic,
                format: letters.format,
            }));
        }
        all
    }

    /// Looks for sinks and dead letters that publish what a table reads from the same broker: each
    /// would come back as a message, for ever. The compiler has found those without variables and
    /// cannot know the others.
    pub fn check_loops(
        &mut self,
        spec: &PipelineSpec,
        connections: &[Option<Connection>],
        filters: &[Vec<Filter>],
        targets: &[Option<Target>],
    ) {
        let broker = |index: usize| Some(&connections.get(index)?.as_ref()?.broker.address);
        for (outlet, target) in targets.iter().enumerate() {
            let Some((connection, template)) = target.as_ref().and_then(Target::published) else {
                continue;
            };
            let published = template.filter();
            for (table, filters) in spec.tables.iter().zip(filters) {
                let fed = filters
                    .iter()
                    .find(|filter| topic::overlap(filter, &published));
                let Some(filter) = fed.filter(|_| {
                    let reads = broker(table.connection);
                    reads.is_some() && reads == broker(connection)
                }) else {
                    continue;
                };
                let place = if let Some(sink) = spec.sinks.get(outlet) {
                    format!("table `{}`, option `topic`", sink.name)
                } else {
                    let name = spec.tables[outlet - spec.sinks.len()].name;
                    format!("table `{name}`, option `dead_letter_topic`")
                };
                let (reader, filter) = (table.name, filter.as_str());
                self.mistakes.push(format!(
                    "{place}: table `{reader}` reads what is published on `{template}`, by its \
                     filter `{filter}`"
                ));
                break;
            }
        }
    }
}
