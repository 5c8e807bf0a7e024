//! The columns of the system tables, and their rows as Arrow: they are read as messages of JSON
//! are, by the types that are declared here.

use super::SystemTable;
use crate::declared::{Layout, Reader};
use crate::ipc::{self, Batch};
use crate::message::Message;
use crate::row::Type;
use crate::spec::{DeclaredColumn, DeclaredSpec};
use std::sync::OnceLock;

const TIMESTAMP: Type = Type::Timestamp(6);

const fn column(name: &'static str, data_type: Type) -> DeclaredColumn {
    DeclaredColumn::key(name, data_type)
}

const CONNECTOR_STATUS: &[DeclaredColumn] = &[
    column("connector_name", Type::Text).not_null(),
    column("connection", Type::Text).not_null(),
    column("table_name", Type::Text).not_null(),
    column("broker", Type::Text).not_null(),
    column("client_id", Type::Text).not_null(),
    column("state", Type::Text).not_null(),
    column("connected_since", TIMESTAMP),
    column("subscription_count", Type::Int64).not_null(),
    column("messages_received", Type::Int64).not_null(),
    column("bytes_received", Type::Int64).not_null(),
    column("rejected", Type::Int64).not_null(),
    column("reconnect_attempts", Type::Int64).not_null(),
    column("last_error", Type::Text),
    column("last_message_at", TIMESTAMP),
];

const CONNECTOR_LOGS: &[DeclaredColumn] = &[
    column("timestamp", TIMESTAMP).not_null(),
    column("level", Type::Text).not_null(),
    column("connector", Type::Text),
    column("connection", Type::Text),
    column("message", Type::Text).not_null(),
];

const METRICS: &[DeclaredColumn] = &[
    column("name", Type::Text).not_null(),
    column("kind", Type::Text).not_null(),
    column("labels", Type::Json).not_null(),
    column("value", Type::Float64).not_null(),
];

const TABLES: &[DeclaredColumn] = &[
    column("table_name", Type::Text).not_null(),
    column("role", Type::Text).not_null(),
    column("connector", Type::Text).not_null(),
    column("connection", Type::Text),
    column("history", Type::Text),
];

const COLUMNS: &[DeclaredColumn] = &[
    column("table_name", Type::Text).not_null(),
    column("column_name", Type::Text).not_null(),
    column("position", Type::Int32).not_null(),
    column("data_type", Type::Text).not_null(),
    column("nullable", Type::Boolean).not_null(),
    column("origin", Type::Text).not_null(),
    column("source", Type::Text),
];

impl SystemTable {
    /// Its columns.
    pub fn columns(self) -> &'static [DeclaredColumn] {
        match self {
            Self::ConnectorStatus => CONNECTOR_STATUS,
            Self::ConnectorLogs => CONNECTOR_LOGS,
            Self::Metrics => METRICS,
            Self::Tables => TABLES,
            Self::Columns => COLUMNS,
        }
    }

    fn layout(self) -> &'static Layout {
        static LAYOUTS: [OnceLock<Layout>; SystemTable::ALL.len()] =
            [const { OnceLock::new() }; SystemTable::ALL.len()];
        LAYOUTS[self as usize].get_or_init(|| {
            let layout = Layout::new(&DeclaredSpec::json(self.columns()));
            layout.expect("JSON is read by its declaration")
        })
    }
}

/// A stream of Arrow's of a table's rows, which come as JSON lines.
pub fn arrow(
    table: SystemTable,
    lines: impl Iterator<Item = Vec<u8>> + Send + 'static,
) -> impl Iterator<Item = Vec<u8>> + Send {
    let layout = table.layout();
    let fields = layout.fields();
    let schema = ipc::schema(&fields, &[]);
    let (mut reader, mut batch) = (Reader::new(layout), Batch::new(&fields));
    let batches = lines.map(move |lines| {
        for line in lines.split(|&byte| byte == b'\n') {
            let pushed = reader.push(&Message::new("", line), &mut batch);
            pushed.expect("rows of the system are of the types that it declares");
        }
        batch.take(&[])
    });
    let end = std::iter::once(ipc::END.to_vec());
    std::iter::once(schema).chain(batches).chain(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_table_has_a_place_of_its_own() {
        for (place, table) in SystemTable::ALL.into_iter().enumerate() {
            assert_eq!(table as usize, place, "{}", table.name());
        }
    }
}
