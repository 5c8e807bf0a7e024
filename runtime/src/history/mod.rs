//! The last messages of each table, as they came: what ad-hoc queries are answered from.
//!
//! A worker has a ring of its own for each of its tables, so that none waits for another. It takes
//! a batch at a time, under a lock that somebody else holds only while a block is copied for an
//! answer. Nothing of a message is looked at; they are decoded when somebody asks.

mod ring;
mod run;
#[cfg(test)]
mod tests;

pub use ring::{Bad, Copied, Extent, Ring};
pub use run::Kept;

use crate::spec::{HistorySpec, PipelineSpec};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A worker's ring, which is filled by it and read by whoever asks.
pub type Shared = Arc<Mutex<Ring>>;

/// What is kept of a pipeline's tables.
#[derive(Debug)]
pub struct History {
    tables: Vec<Option<TableHistory>>,
    started_us: i64,
}

#[derive(Debug)]
struct TableHistory {
    spec: HistorySpec,
    /// How many workers share what the table may take.
    workers: u64,
    /// Whether columns read properties of MQTT 5.
    keeps_properties: bool,
    rings: Mutex<Vec<Shared>>,
}

impl History {
    /// Nothing yet, of the tables of a pipeline that keep any. `now_us` is the time from which on
    /// everything is there.
    pub fn new(spec: &PipelineSpec, now_us: i64) -> Self {
        let tables = spec.tables.iter().map(|table| {
            let connection = spec.connections.get(table.connection);
            Some(TableHistory {
                spec: table.history?,
                workers: connection.map_or(1, |connection| connection.parallelism.into()),
                keeps_properties: table.declared.reads_properties(),
                rings: Mutex::default(),
            })
        });
        Self {
            tables: tables.collect(),
            started_us: now_us,
        }
    }

    /// A ring for a worker of the table with this index; None where nothing of it is kept.
    pub fn open(&self, table: usize) -> Option<Shared> {
        let table = self.tables[table].as_ref()?;
        let bytes = table.spec.max_bytes / table.workers.max(1);
        let ring = Ring::new(bytes, table.keeps_properties, self.started_us);
        let ring = Arc::new(Mutex::new(ring));
        locked(&table.rings).push(Arc::clone(&ring));
        Some(ring)
    }

    /// What is kept of the table with this index, and by which rings.
    pub fn of(&self, table: usize) -> Option<(HistorySpec, Vec<Shared>)> {
        let table = self.tables.get(table)?.as_ref()?;
        Some((table.spec, locked(&table.rings).clone()))
    }
}

/// What a mutex guards, also where a thread has panicked with it.
pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
