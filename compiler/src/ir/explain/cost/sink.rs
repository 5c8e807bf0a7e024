//! What a sink keeps.

use super::{Outline, bytes, grouped, limits, named, writers};
use crate::ir::endpoint::{RowFormat, SinkKind};
use crate::ir::physical::PhysicalPlan;

/// What waits for a sink; its bytes.
pub(super) fn sink(outline: &mut Outline, plan: &PhysicalPlan, index: usize) -> u64 {
    let sink = &plan.sinks[index];
    outline.line(0, format!("sink {}", named(&sink.name)));
    let writers = writers(plan, index);
    let batch = limits::BATCH_BYTES;
    let gathered = writers * batch;
    outline.line(
        1,
        format!(
            "gathered: {writers} of {}, and the rows of up to {} messages",
            bytes(batch),
            grouped(limits::CHUNK)
        ),
    );
    let queued = match sink.kind {
        SinkKind::Blackhole => 0,
        SinkKind::Stdout { .. }
        | SinkKind::File { .. }
        | SinkKind::Files(_)
        | SinkKind::Webhook(_)
        | SinkKind::Mqtt { .. } => writers * limits::FLIGHTS,
    };
    outline.line(1, format!("queue: {queued} of these batches at most"));
    let sorted = match sink.kind {
        SinkKind::Files(_) => queued.min(limits::FILE_GROUP),
        SinkKind::Stdout { .. }
        | SinkKind::Blackhole
        | SinkKind::File { .. }
        | SinkKind::Webhook(_)
        | SinkKind::Mqtt { .. } => return gathered + queued * batch,
    };
    outline.line(
        1,
        format!("sorted by file: {sorted} of these batches, once more"),
    );
    gathered + (queued + sorted) * batch + making(outline, sink.kind.format())
}

/// What making a file of columns takes.
fn making(outline: &mut Outline, format: RowFormat) -> u64 {
    let row_group = match format {
        RowFormat::Json | RowFormat::Csv | RowFormat::Table => return 0,
        RowFormat::Parquet { .. } => limits::ROW_GROUP,
        RowFormat::Arrow => 0,
    };
    let spool = bytes(limits::SPOOL_BATCH);
    outline.line(
        1,
        format!("making a file: {spool} of its spool, and their columns"),
    );
    if row_group > 0 {
        outline.line(1, format!("row group: {}", bytes(row_group)));
    }
    2 * limits::SPOOL_BATCH + row_group
}
