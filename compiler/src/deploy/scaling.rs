//! Whether several processes of a pipeline can share its messages.

use super::variables::Variable;
use crate::ir::endpoint::Connection;
use crate::ir::physical::{PhysicalPlan, Table};
use crate::ir::template::references;

/// Whether several processes can run side by side, and what tells them apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scaling {
    /// Variables of client ids, each process its own.
    pub(super) instance: Vec<String>,
    /// Why there can be one process only, and what to do about it, each on a line.
    pub(super) obstacles: Vec<String>,
}

/// What stands in the way of a second process, or nothing.
pub(super) fn scaling(plan: &PhysicalPlan, variables: &[Variable]) -> Scaling {
    let instance = variables.iter().filter(|each| each.names_the_instance());
    let instance: Vec<String> = instance.map(|each| each.name.clone()).collect();
    let tables = plan.tables.iter().filter_map(|table| unshared(plan, table));
    let mut obstacles: Vec<String> = tables.collect();
    let ids = plan.connections.iter();
    obstacles.extend(ids.filter_map(|connection| same_id(connection, &instance)));
    Scaling {
        instance,
        obstacles,
    }
}

/// Says that each process would get all messages of a table.
fn unshared(plan: &PhysicalPlan, table: &Table) -> Option<String> {
    let connection = &plan.connections[table.connection];
    // sessions of a connection share in a group of a name that is always the same where they are
    // kept, and of a random one where they are not
    let has_group = connection.parallelism > 1 && !connection.clean_session;
    let is_shared = |topic: &String| topic.starts_with("$share/");
    if has_group || table.topics.iter().all(is_shared) {
        return None;
    }
    Some(format!(
        "one process only: each would receive all messages of the table `{}`; topics like \
         `$share/GROUP/…` would share them",
        table.name
    ))
}

/// Says that the broker would take all processes for one.
fn same_id(connection: &Connection, instance: &[String]) -> Option<String> {
    let id = connection.client_id.as_deref()?;
    let mut names = references(id).into_iter();
    if names.any(|reference| instance.iter().any(|name| name == reference.name)) {
        return None;
    }
    Some(format!(
        "one process only: the broker would take several for the same client; \
         `client_id = '{}-${{INSTANCE}}'` in connection `{}` would tell them apart",
        if references(id).is_empty() { id } else { "…" },
        connection.name
    ))
}
