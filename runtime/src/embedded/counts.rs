//! What a pipeline has counted.

/// What a pipeline has counted since it was built, in messages.
///
/// For each flow of a table, `received = emitted + in_flight + filtered + rejected + empty`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Messages on a topic that no table reads.
    pub unmatched: u64,
    /// By source table, in file order; those that no flow reads are not among them.
    pub tables: Vec<TableCounts>,
    /// By connection, in file order; none where messages are pushed.
    pub connections: Vec<ConnectionCounts>,
}

/// The counts of a connection to a broker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConnectionCounts {
    /// Its name.
    pub connection: &'static str,
    /// Whether all its sessions are connected, and subscribed where they receive.
    pub is_connected: bool,
    /// Sessions that were opened and subscribed.
    pub connects: u64,
    /// Attempts to connect that failed, and connections that were lost.
    pub failures: u64,
    /// Messages that were skipped because they are larger than `max_packet_size`.
    pub oversized: u64,
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
    /// Messages that gave at least one row; where the pipeline runs on its broker, those whose
    /// rows its handler or sink is done with.
    pub emitted: u64,
    /// Messages that gave at least one row, which the handler or sink still has to take; 0 where
    /// messages are pushed.
    pub in_flight: u64,
    /// Messages for which WHERE was not true.
    pub filtered: u64,
    /// Messages that were bad, as a whole or for this flow.
    pub rejected: u64,
    /// Rows that the handler or sink did not take and will not be given again.
    pub refused: u64,
    /// Rows that were given again, since the handler or sink could not take them before.
    pub retries: u64,
}

impl Counts {
    /// Those of the table of this name.
    pub fn table(&self, name: &str) -> Option<&TableCounts> {
        self.tables.iter().find(|table| table.table == name)
    }

    /// Those of the connection of this name.
    pub fn connection(&self, name: &str) -> Option<&ConnectionCounts> {
        let mut connections = self.connections.iter();
        connections.find(|connection| connection.connection == name)
    }

    /// Those of the flow of this name, in the first table that it reads.
    pub fn flow(&self, name: &str) -> Option<&FlowCounts> {
        let mut flows = self.tables.iter().flat_map(|table| &table.flows);
        flows.find(|flow| flow.flow == name)
    }
}
