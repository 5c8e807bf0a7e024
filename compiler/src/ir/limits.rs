//! What the runtime keeps in memory at most, and which messages its decoder's tiers take: the
//! numbers behind `laminarc explain --cost`. The runtime is not asked, since the compiler does not
//! know it; a test holds every number here against it.

/// The longest message that the layout cache takes, in bytes.
pub const LAYOUT_LONGEST: u64 = 127;

/// The most slots of a table whose messages the layout cache takes.
pub const LAYOUT_SLOTS: usize = 19;

/// The most keys of a line that is read from its first byte on; one of more is cut at its commas.
pub const LINE_SCANNED: usize = 8;

/// The longest string on a line of few keys, in bytes.
pub const LINE_STRING: u64 = 32;

/// The longest number on a line, in bytes.
pub const LINE_NUMBER: u64 = 15;

/// The longest message that templates and members take, in bytes.
pub const INDEX_LONGEST: u64 = 8192;

/// The most segments between structural commas of such a message.
pub const INDEX_SEGMENTS: u64 = 512;

/// The most nodes of a shape whose messages are told by their members.
pub const MEMBERS_NODES: usize = 64;

/// Bytes that must be readable behind a message: the end of the receive buffer, which nothing is
/// read into.
pub const PADDING: u64 = 1024;

/// Bytes of a table's last messages, where the table says nothing …
pub const HISTORY_BYTES: u64 = 4 << 20;

/// … and how long they are kept, in milliseconds.
pub const HISTORY_AGE_MS: u64 = 120_000;

/// The least bytes that can be asked for.
pub const HISTORY_LEAST_BYTES: u64 = 64 << 10;

/// What a part of a decoder keeps, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub name: &'static str,
    /// Whatever the table.
    pub fixed: u64,
    /// For each slot.
    pub per_slot: u64,
    /// The most slots of a table that has it.
    pub most_slots: usize,
}

impl Part {
    /// For a table with so many slots.
    pub fn bytes(&self, slots: usize) -> u64 {
        if slots > self.most_slots {
            return 0;
        }
        self.fixed + self.per_slot * slots as u64
    }
}

/// Layouts that are kept.
pub const LAYOUTS_KEPT: u64 = 512;

/// Templates that are kept.
pub const TEMPLATES_KEPT: u64 = 8;

/// Entries for members that are kept.
pub const MEMBERS_KEPT: u64 = 256;

/// The layout cache, with room for the cells of [`LAYOUT_SLOTS`].
pub const LAYOUTS: Part = Part {
    name: "layout cache",
    fixed: LAYOUTS_KEPT * 512,
    per_slot: 0,
    most_slots: LAYOUT_SLOTS,
};

/// Templates of the longest messages with the most segments. Usual ones take a few kilobytes each.
pub const TEMPLATES: Part = Part {
    name: "templates",
    fixed: TEMPLATES_KEPT * 272 * 1024,
    per_slot: TEMPLATES_KEPT * 48,
    most_slots: usize::MAX,
};

/// Members, with as many stacks of open containers.
pub const MEMBERS: Part = Part {
    name: "members",
    fixed: MEMBERS_KEPT * (128 + 8),
    per_slot: 0,
    most_slots: usize::MAX,
};

/// What every message goes through: the index, the scalars that are found, the stack of the
/// reference path, the cells.
pub const DECODER: Part = Part {
    name: "index and reference path",
    fixed: 16 * 1024,
    per_slot: 12,
    most_slots: usize::MAX,
};

/// All of them.
pub const PARTS: [Part; 4] = [LAYOUTS, TEMPLATES, MEMBERS, DECODER];

/// What is read at once from a connection, in bytes; a larger packet gets a larger buffer while it
/// lasts.
pub const RECEIVE_BUFFER: u64 = 256 * 1024;

/// What TLS keeps beside that: the bytes that are read from the socket at once, and what rustls
/// holds of both directions.
pub const TLS: u64 = TLS_INCOMING + 2 * 64 * 1024;

/// What is read at once from a connection with TLS, in bytes.
pub const TLS_INCOMING: u64 = 64 * 1024;

/// What WebSocket keeps: frames that wait for the socket, in bytes.
pub const WEB_SOCKET: u64 = FRAMES + FRAME;

/// Frames that may wait before an answer is added …
pub const FRAMES: u64 = 256 * 1024;

/// … and the longest that we send.
pub const FRAME: u64 = 64 * 1024;

/// Answers that wait for a broker which does not read them, in bytes.
pub const ANSWERS: u64 = 1 << 20;

/// Messages that are to be acknowledged: there are no more packet identifiers …
pub const ACKNOWLEDGEMENTS: u64 = 65_536;

/// … and what is known of each, in bytes.
pub const ACKNOWLEDGEMENT: u64 = 16;

/// Chunks of messages for each worker that has no session of its own, since the broker shares no
/// subscriptions …
pub const CHUNKS: u64 = 4;

/// … and bytes of each, beside those of the messages, which were in a receive buffer.
pub const CHUNK_HEADS: u64 = 128 * 40;

/// Rows that are handed over whatever the batch size, in bytes.
pub const BATCH_BYTES: u64 = 512 * 1024;

/// How many times its bytes a message takes as a dead letter, where most of it must be escaped.
pub const DEAD_LETTER_GROWTH: u64 = 6;

/// Messages whose rows may come on top of that: they are taken together.
pub const CHUNK: u64 = 1024;

/// Batches of a connection that are under way.
pub const FLIGHTS: u64 = 8;

/// The most batches that a sink of files sorts by file at once.
pub const FILE_GROUP: u64 = 64;

/// Bytes of a spool that columns are made of at once, but for the last row.
pub const SPOOL_BATCH: u64 = 4 << 20;

/// Bytes of a row group of Parquet that is being made.
pub const ROW_GROUP: u64 = 64 << 20;

/// Emptied batches that a connection keeps for reuse …
pub const SPARE_BATCHES: u64 = 8;

/// … each of so many bytes at most.
pub const SPARE_BYTES: u64 = 1 << 20;

/// Rows that wait for the socket of an MQTT sink, in bytes.
pub const PUBLISHED: u64 = 256 * 1024;

/// Emptied packets that an MQTT sink keeps for reuse …
pub const SPARE_PACKETS: u64 = 64;

/// … each of so many bytes at most.
pub const SPARE_PACKET: u64 = 16 * 1024;
