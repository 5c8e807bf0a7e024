//! The sessions of a connection that share its subscriptions.

use super::{Connection, Resolver, random_number};
use crate::mqtt::share::{self, Share};
use crate::mqtt::topic::Filter;
use crate::spec::{ConnectionSpec, PipelineSpec, TableSpec};

impl Connection {
    /// How many sessions receive.
    pub fn sessions(&self) -> u16 {
        self.spec.parallelism.max(1)
    }

    /// What the session of this number, from 1, has to do with the others; None: it is the only
    /// one.
    pub fn share(&self, number: u16) -> Option<Share> {
        let group = self.group.clone()?;
        Some(Share {
            group,
            sessions: self.sessions(),
            number,
        })
    }

    /// The client id of the session of this number. Where the broker is to choose, it chooses all.
    pub fn client_id_of(&self, number: u16) -> String {
        if self.group.is_none() || self.client_id.is_empty() {
            return self.client_id.clone();
        }
        format!("{}-{number}", self.client_id)
    }

    /// The client id of the session that publishes. Where the broker is to choose, it chooses this
    /// one, too: otherwise all pipelines that leave it the choice would have the same.
    pub fn publisher_id(&self) -> String {
        if self.client_id.is_empty() {
            return String::new();
        }
        format!("{}-out", self.client_id)
    }
}

/// The group of a connection with several sessions. A kept session is resumed in it, so it always
/// has the same name. A clean one must not meet those that an earlier process has left.
pub fn group(pipeline: &PipelineSpec, spec: &ConnectionSpec) -> Option<String> {
    if spec.parallelism <= 1 {
        return None;
    }
    let name = share::group_name(&format!("{}-{}", pipeline.name, spec.name));
    Some(if spec.clean_session {
        format!("{name}-{:012x}", random_number(pipeline.name))
    } else {
        name
    })
}

impl Resolver<'_> {
    /// Whether the filters of tables can be shared: they get longer by that.
    pub fn check_shares(
        &mut self,
        tables: &[TableSpec],
        connections: &[Option<Connection>],
        filters: &[Vec<Filter>],
    ) {
        for (table, filters) in tables.iter().zip(filters) {
            let connection = connections.get(table.connection);
            let connection = connection.and_then(Option::as_ref);
            let Some(group) = connection.and_then(|it| it.group.as_ref()) else {
                continue;
            };
            let shared = |filter: &Filter| share::shared(group, filter.as_str());
            for error in filters
                .iter()
                .filter_map(|it| Filter::parse(&shared(it)).err())
            {
                let name = table.name;
                self.mistakes.push(format!(
                    "table `{name}`, option `topics`: a filter cannot be shared in the group \
                     `{group}`: {error}"
                ));
            }
        }
    }
}
