//! What a pipeline costs: what is decoded, converted and skipped, by which ways, and what is kept
//! in memory at most.

mod sink;

use super::{Outline, json_path, named, shown};
use crate::ir::endpoint::{BadData, Connection, SinkKind};
use crate::ir::format::Validation;
use crate::ir::limits::{self, Part};
use crate::ir::logical::PathStep;
use crate::ir::physical::{
    Branch, Check, Column, Decoder, Flow, JsonDecoder, LineStep, LineValue, OutputValue,
    PhysicalPlan, Read, Step, Table,
};
use crate::types::DataType;
use std::collections::BTreeSet;

/// For each connection, table, flow and sink what it takes.
pub fn cost(plan: &PhysicalPlan) -> String {
    written(plan).0
}

/// The bytes that all of them keep at most.
pub fn ceilings(plan: &PhysicalPlan) -> u64 {
    written(plan).1
}

fn written(plan: &PhysicalPlan) -> (String, u64) {
    let mut outline = Outline::default();
    outline.line(0, format!("pipeline {}", named(&plan.name)));
    levels(&mut outline);
    let mut total = 0;
    for index in 0..plan.connections.len() {
        total += connection(&mut outline, plan, index);
    }
    for each in &plan.tables {
        total += table(&mut outline, each, plan);
    }
    for index in 0..plan.sinks.len() {
        total += sink::sink(&mut outline, plan, index);
    }
    outline.line(0, format!("these ceilings together: {}", bytes(total)));
    outline.line(
        1,
        "on top: the rows of one read, scratch memory of single rows, threads, code",
    );
    (outline.text, total)
}

fn levels(outline: &mut Outline) {
    outline.line(0, "CPU levels");
    let lines = [
        "portable build: AVX-512, AVX2 or SSE2, chosen when it starts",
        "native build (laminarc run, --target-cpu native): AVX-512 at once where the CPU has it",
        "not x86-64: eight bytes at a time",
    ];
    for line in lines {
        outline.line(1, line);
    }
}

/// What a connection keeps; its bytes.
fn connection(outline: &mut Outline, plan: &PhysicalPlan, index: usize) -> u64 {
    let connection = &plan.connections[index];
    outline.line(0, format!("connection {}", named(&connection.name)));
    let mut total = 0;
    let reads = plan.tables.iter().any(|table| table.connection == index);
    let readers = u64::from(connection.parallelism);
    let ours = |table: &&Table| table.connection == index && has_dead_letters(table);
    let letters = plan.tables.iter().filter(ours).count() as u64;
    let writes = letters > 0 || plan.sinks.iter().any(|sink| publishes(&sink.kind, index));
    let buffer = receive_buffer(connection);
    if reads && readers > 1 {
        total += helping(outline, buffer, readers - 1);
        let one_more = if writes { "; one more publishes" } else { "" };
        outline.line(
            1,
            format!("{readers} sessions receive, each with what follows{one_more}"),
        );
    }
    if reads {
        total += readers * receiving(outline, buffer);
    }
    if letters > 0 {
        total += readers * kept_messages(outline);
    }
    if writes {
        total += publishing(outline, buffer, queued_to(plan, index));
    }
    let sessions = u64::from(reads) * readers + u64::from(writes);
    total + sessions * below(outline, connection)
}

/// What a session keeps that receives; its bytes.
fn receiving(outline: &mut Outline, buffer: u64) -> u64 {
    let due = (limits::ACKNOWLEDGEMENTS, limits::ACKNOWLEDGEMENT);
    let spare = (limits::SPARE_BATCHES, limits::SPARE_BYTES);
    let several = |(count, each): (u64, u64)| format!("{} of {}", grouped(count), bytes(each));
    let answers = limits::ANSWERS;
    outline.line(1, format!("receive buffer: {}", shown_buffer(buffer)));
    outline.line(1, format!("answers that wait: {}", bytes(answers)));
    outline.line(1, format!("messages to be acknowledged: {}", several(due)));
    outline.line(1, format!("emptied batches: {}", several(spare)));
    buffer + answers + due.0 * due.1 + spare.0 * spare.1
}

/// What so many workers keep of the messages of another session, where the broker shares no
/// subscriptions; its bytes.
fn helping(outline: &mut Outline, buffer: u64, workers: u64) -> u64 {
    let (count, chunk) = (workers * limits::CHUNKS, buffer + limits::CHUNK_HEADS);
    let chunks = format!("{} of {}", grouped(count), bytes(chunk));
    let when = "where the broker shares no subscriptions, messages for other threads";
    outline.line(1, format!("{when}: {chunks}"));
    count * chunk
}

/// What a session keeps that publishes, of so many bytes that are queued for it; its bytes.
fn publishing(outline: &mut Outline, buffer: u64, queued: u64) -> u64 {
    let (count, each) = (limits::SPARE_PACKETS, limits::SPARE_PACKET);
    let (rows, answers) = (limits::PUBLISHED, limits::ANSWERS);
    for (what, kept) in [
        ("receive buffer to publish", shown_buffer(buffer)),
        ("rows that wait for the socket", bytes(rows)),
        ("answers that wait for it, too", bytes(answers)),
        (
            "rows until the broker confirms them, on top of their batches",
            bytes(queued),
        ),
        ("emptied packets", format!("{count} of {}", bytes(each))),
    ] {
        outline.line(1, format!("{what}: {kept}"));
    }
    buffer + rows + answers + queued + count * each
}

/// What a session of the connection keeps for what is spoken below MQTT; its bytes.
fn below(outline: &mut Outline, connection: &Connection) -> u64 {
    let transport = connection.transport;
    let mut total = 0;
    for (is_spoken, name, kept) in [
        (transport.may_be_secure(), "TLS", limits::TLS),
        (
            transport.may_be_web_socket(),
            "WebSocket",
            limits::WEB_SOCKET,
        ),
    ] {
        if is_spoken {
            outline.line(1, format!("{name}, for each session: {}", bytes(kept)));
            total += kept;
        }
    }
    total
}

/// What a connection keeps of the messages of tables with dead letters; its bytes.
fn kept_messages(outline: &mut Outline) -> u64 {
    let batch = limits::BATCH_BYTES;
    let (kept, growth) = (limits::FLIGHTS + 1, limits::DEAD_LETTER_GROWTH);
    outline.line(
        1,
        format!(
            "messages until their rows are delivered: {kept} of {}, and those of one read",
            bytes(batch)
        ),
    );
    outline.line(
        2,
        format!("as dead letters, where no sink takes the rows: up to {growth} times as much"),
    );
    kept * batch * (1 + growth)
}

fn has_dead_letters(table: &Table) -> bool {
    match table.bad_data {
        BadData::Drop | BadData::Fail => false,
        BadData::DeadLetter(_) => true,
    }
}

fn publishes(kind: &SinkKind, index: usize) -> bool {
    matches!(kind, SinkKind::Mqtt { connection, .. } if *connection == index)
}

/// The batches that wait for what is published on a connection: rows of sinks and dead letters.
fn queued_to(plan: &PhysicalPlan, index: usize) -> u64 {
    let ours = 0..plan.sinks.len();
    let ours = ours.filter(|&sink| publishes(&plan.sinks[sink].kind, index));
    let rows: u64 = ours.map(|sink| writers(plan, sink) * limits::FLIGHTS).sum();
    let letters = plan.tables.iter();
    let letters = letters.filter(|table| table.connection == index && has_dead_letters(table));
    let sessions = u64::from(plan.connections[index].parallelism);
    (rows + letters.count() as u64 * sessions * limits::FLIGHTS) * limits::BATCH_BYTES
}

/// How many sessions hand over rows to a sink.
fn writers(plan: &PhysicalPlan, sink: usize) -> u64 {
    let tables = plan.tables.iter();
    let ours = tables.filter(|table| table.flows.iter().any(|flow| flow.sink == sink));
    let connections: BTreeSet<usize> = ours.map(|table| table.connection).collect();
    let sessions = |index: usize| u64::from(plan.connections[index].parallelism);
    connections.into_iter().map(sessions).sum()
}

/// The receive buffer of a connection while it holds the largest packet, and what must be readable
/// behind that.
fn receive_buffer(connection: &Connection) -> u64 {
    limits::RECEIVE_BUFFER.max(u64::from(connection.max_packet_size)) + limits::PADDING
}

fn shown_buffer(buffer: u64) -> String {
    let usual = limits::RECEIVE_BUFFER + limits::PADDING;
    if buffer > usual {
        let usual = bytes(usual);
        format!("{usual}, {} while a packet needs it", bytes(buffer))
    } else {
        bytes(buffer)
    }
}

/// What a table reads and keeps; its bytes.
fn table(outline: &mut Outline, table: &Table, plan: &PhysicalPlan) -> u64 {
    let connection = &plan.connections[table.connection];
    let (name, on) = (named(&table.name), named(&connection.name));
    outline.line(0, format!("table {name} on {on}"));
    let from_payload = |column: &&Column| !matches!(column.read, Read::Metadata(_));
    let (payload, metadata): (Vec<_>, Vec<_>) = table.columns.iter().partition(from_payload);
    let names = |columns: &[&Column]| {
        let names = columns.iter().map(|column| named(&column.name));
        names.collect::<Vec<_>>()
    };
    let skipped: Vec<_> = table.skipped.iter().map(|name| named(name)).collect();
    outline.line(1, counted("decoded", &names(&payload)));
    outline.line(1, counted("skipped", &skipped));
    if !metadata.is_empty() {
        outline.line(1, counted("of the message around", &names(&metadata)));
    }
    let (mut not_null, mut converted) = (Vec::new(), Vec::new());
    for check in &table.checks {
        match check {
            Check::NotNull(column) => not_null.push(&table.columns[*column]),
            Check::Expr { reads, .. } => {
                converted.extend(reads.iter().map(|&column| &table.columns[column]));
            }
        }
    }
    if !not_null.is_empty() {
        outline.line(1, counted("checked for NULL", &names(&not_null)));
    }
    if !converted.is_empty() {
        outline.line(1, counted("converted for checks", &names(&converted)));
    }
    decoding(outline, table);
    let workers = u64::from(connection.parallelism);
    if workers > 1 {
        outline.line(1, format!("{workers} workers, each with what follows"));
    }
    let mut total = match &table.decoder {
        Decoder::Json(decoder) => memory(outline, decoder),
        Decoder::Raw(_) | Decoder::Avro(_) => 0,
    };
    total += bad_messages(outline, table);
    for each in &table.flows {
        flow(outline, each, table, plan);
    }
    workers * total + history(outline, table, workers)
}

/// The last messages of a table, of which each worker keeps its own; their bytes.
fn history(outline: &mut Outline, table: &Table, workers: u64) -> u64 {
    let Some(history) = table.history else {
        outline.line(1, "history: off");
        return 0;
    };
    let age = match history.max_age_ms {
        Some(age) if age % 1_000 == 0 => format!(", told for {} s", grouped(age / 1_000)),
        Some(age) => format!(", told for {} ms", grouped(age)),
        None => String::new(),
    };
    let all = if workers > 1 { " of all workers" } else { "" };
    let kept = bytes(history.max_bytes);
    outline.line(1, format!("history{all}: {kept} of the last messages{age}"));
    history.max_bytes
}

/// How much of a message is looked at, and in which ways.
fn decoding(outline: &mut Outline, table: &Table) {
    let decoder = match &table.decoder {
        Decoder::Json(decoder) => decoder,
        Decoder::Raw(_) => return outline.line(1, "the payload is taken as it is"),
        Decoder::Avro(_) => {
            return outline.line(
                1,
                "decoded at once, by code for the schema; the rest is skipped",
            );
        }
    };
    let validated = match decoder.validation {
        Validation::Strict => "validated: every byte",
        Validation::Lazy => "validated: what is decoded, and the way there",
    };
    outline.line(1, validated);
    tiers(outline, table, decoder);
}

fn tiers(outline: &mut Outline, table: &Table, decoder: &JsonDecoder) {
    outline.line(1, "ways to decode a message, in this order");
    let (longest, segments) = (grouped(limits::INDEX_LONGEST), limits::INDEX_SEGMENTS);
    outline.line(2, format!("layout cache: {}", layouts(decoder.slots.len())));
    outline.line(2, format!("line: {}", line(decoder.line.as_deref())));
    outline.line(
        2,
        format!(
            "templates: up to {longest} bytes and {segments} segments without a backslash, with \
             keys and punctuation as before"
        ),
    );
    outline.line(2, format!("members: {}", members(table, decoder)));
    outline.line(2, "reference path: all others");
}

/// Which messages the layout cache takes.
fn layouts(slots: usize) -> String {
    let (longest, most) = (limits::LAYOUT_LONGEST, limits::LAYOUT_SLOTS);
    if slots > most {
        return format!("off, {slots} values are decoded and {most} is the most");
    }
    format!("1 to {longest} bytes, the same kind of character in each place as before")
}

/// What a message on the line looks like.
fn line(steps: Option<&[LineStep]>) -> String {
    let Some(steps) = steps else {
        return "none, it is for flat columns of numbers, strings and booleans".to_owned();
    };
    let member = |step: &LineStep| {
        let value = match step.value {
            LineValue::String => "string",
            LineValue::Number => "number",
            LineValue::Word => "word",
        };
        format!("{} {value}", named(&step.key))
    };
    let members: Vec<_> = steps.iter().map(member).collect();
    let (members, number) = (members.join(", "), limits::LINE_NUMBER);
    if steps.len() > limits::LINE_SCANNED {
        return format!("{members}; no white space, no backslash, numbers up to {number} bytes");
    }
    let string = limits::LINE_STRING;
    format!("{members}; no white space, strings up to {string} and numbers up to {number} bytes")
}

/// Which messages are told by their members.
fn members(table: &Table, decoder: &JsonDecoder) -> String {
    let nodes = nodes(decoder);
    let most = limits::MEMBERS_NODES;
    if nodes > most {
        return format!("off, the columns take {nodes} places and {most} is the most");
    }
    let ordered = ordered(table, decoder);
    if ordered.iter().any(|path| path == "$") {
        return "off, the whole message is needed".to_owned();
    }
    let unless = match ordered.as_slice() {
        [] => String::new(),
        paths => format!(", unless {} is there", paths.join(" or ")),
    };
    format!("the same with keys in any order{unless}")
}

/// The places on the way to what the decoder finds, the document and that itself included.
fn nodes(decoder: &JsonDecoder) -> usize {
    let ways = decoder.slots.iter().flat_map(|path| {
        let depths = 0..=path.len();
        depths.map(|depth| &path[..depth])
    });
    let root: &[PathStep] = &[];
    ways.chain([root]).collect::<BTreeSet<_>>().len()
}

/// Arrays with needed elements, and values that are needed with all that is in them.
fn ordered(table: &Table, decoder: &JsonDecoder) -> Vec<String> {
    let mut paths = BTreeSet::new();
    for column in &table.columns {
        let Read::Slot { slot, .. } = column.read else {
            continue;
        };
        let path = &decoder.slots[slot];
        let index = path
            .iter()
            .position(|step| matches!(step, PathStep::Index(_)));
        paths.extend(index.map(|index| &path[..index]));
        if column.data_type == DataType::Json || column.data_type.is_nested() {
            paths.insert(path.as_slice());
        }
    }
    paths.into_iter().map(json_path).collect()
}

/// What the table's decoder keeps; its bytes.
fn memory(outline: &mut Outline, decoder: &JsonDecoder) -> u64 {
    let slots = decoder.slots.len();
    let parts = limits::PARTS.iter().filter(|part| part.bytes(slots) > 0);
    let total = parts.clone().map(|part| part.bytes(slots)).sum::<u64>();
    outline.line(1, format!("decoder: at most {}", bytes(total)));
    let part = |part: &Part| format!("{}: {}", part.name, bytes(part.bytes(slots)));
    for each in parts {
        outline.line(2, part(each));
    }
    total
}

/// What waits of a table's bad messages; its bytes.
fn bad_messages(outline: &mut Outline, table: &Table) -> u64 {
    let letter = match &table.bad_data {
        BadData::Drop | BadData::Fail => return 0,
        BadData::DeadLetter(letter) => letter,
    };
    let (topic, batch) = (shown(&letter.topic), limits::BATCH_BYTES);
    outline.line(1, format!("bad messages: to topic {topic}"));
    let (one, queued) = (bytes(batch), limits::FLIGHTS);
    outline.line(2, format!("gathered: {one}, and those of one read"));
    outline.line(2, format!("queue: {queued} of these batches at most"));
    batch + queued * batch
}

fn flow(outline: &mut Outline, flow: &Flow, table: &Table, plan: &PhysicalPlan) {
    let sink = named(&plan.sinks[flow.sink].name);
    outline.line(1, format!("flow {} to {sink}", named(&flow.name)));
    for (number, each) in flow.branches.iter().enumerate() {
        if flow.branches.len() > 1 {
            outline.line(2, format!("branch {}", number + 1));
            branch(outline, 3, each, table);
        } else {
            branch(outline, 2, each, table);
        }
    }
}

fn branch(outline: &mut Outline, level: usize, branch: &Branch, table: &Table) {
    let is_filter = |step: &Step| matches!(step, Step::Keep(_));
    let decided = branch.steps.iter().rposition(is_filter);
    let (deciding, computing) = branch.steps.split_at(decided.map_or(0, |last| last + 1));
    let names = |columns: BTreeSet<usize>| -> Vec<String> {
        let names = columns.iter().map(|&at| named(&table.columns[at].name));
        names.collect()
    };
    let computed = if decided.is_some() {
        let filter = names(reads(deciding));
        outline.line(level, counted("converted for the filter", &filter));
        "converted for rows that pass"
    } else {
        "converted for every message"
    };
    outline.line(level, counted(computed, &names(reads(computing))));
    let texts = branch
        .outputs
        .iter()
        .filter_map(|output| match output.value {
            OutputValue::Passthrough(column) => Some(column),
            OutputValue::Expr(_) => None,
        });
    let texts = names(texts.collect());
    outline.line(level, counted("passed through as text", &texts));
}

/// The columns that steps convert.
fn reads(steps: &[Step]) -> BTreeSet<usize> {
    let columns = steps.iter().flat_map(|step| match step {
        Step::Read(columns) => columns.as_slice(),
        Step::Let { .. } | Step::Keep(_) | Step::Unnest { .. } => &[],
    });
    columns.copied().collect()
}

/// `what (2): a, b`
fn counted(what: &str, names: &[String]) -> String {
    match names {
        [] => format!("{what}: nothing"),
        names => format!("{what} ({}): {}", names.len(), names.join(", ")),
    }
}

/// `1,024 bytes`
fn bytes(count: u64) -> String {
    format!("{} bytes", grouped(count))
}

/// With a comma at each thousand.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
