//! What a pipeline has counted.

/// What a pipeline has counted since it was built, in messages.
///
/// For each flow of a table, `received = emitted + filtered + rejected + empty`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Messages on a topic that no table reads.
    pub unmatched: u64,
    /// By source table, in file order; those that no flow reads are not among them.
    pub tables: Vec<TableCounts>,
}

/// The counts of a source table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableCounts {
    /// Its name.
    pub table: &'static str,
    /// Messages.
    pub received: u64,
    /// Bytes of their payloads.
    pub bytes: u64,
    /// Messages without a payload; part of `received`.
    pub empty: u64,
    /// Messages that were bad as a whole or for at least one flow; part of `received`.
    pub rejected: u64,
    /// By flow, in file order.
    pub flows: Vec<FlowCounts>,
}

/// The counts of a flow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FlowCounts {
    /// Its name.
    pub flow: &'static str,
    /// Messages that gave at least one row.
    pub emitted: u64,
    /// Messages for which WHERE was not true.
    pub filtered: u64,
    /// Messages that were bad, as a whole or for this flow.
    pub rejected: u64,
}

impl Counts {
    /// Those of the table of this name.
    pub fn table(&self, name: &str) -> Option<&TableCounts> {
        self.tables.iter().find(|table| table.table == name)
    }

    /// Those of the flow of this name.
    pub fn flow(&self, name: &str) -> Option<&FlowCounts> {
        let mut flows = self.tables.iter().flat_map(|table| &table.flows);
        flows.find(|flow| flow.flow == name)
    }
}
