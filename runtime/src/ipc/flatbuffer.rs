//! `FlatBuffers`, as far as Arrow's messages need them: a tree of tables is written front to back,
//! each table behind its vtable, and what a table refers to behind the table.
//!
//! <https://flatbuffers.dev/internals/>: offsets of 4 bytes count from where they stand to a later
//! place; a table begins with the distance back to its vtable, which has the place of each field
//! within the table, or 0 where the field is left out.

/// The value of a field.
pub(super) enum Value<'a> {
    Byte(u8),
    Short(i16),
    Int(i32),
    Long(i64),
    Text(&'a str),
    Table(Table<'a>),
    Tables(Vec<Table<'a>>),
    /// Structs of two longs.
    Pairs(Vec<[i64; 2]>),
}

/// A table: the numbers of fields, in rising order, and their values.
#[derive(Default)]
pub(super) struct Table<'a>(pub(super) Vec<(u16, Value<'a>)>);

/// The buffer whose root is `table`.
pub(super) fn buffer(table: &Table<'_>) -> Vec<u8> {
    let mut out = vec![0; 4];
    let root = write_table(&mut out, table);
    refer(&mut out, 0, root);
    out
}

/// Appends a table and all below it; where it stands.
fn write_table(out: &mut Vec<u8>, table: &Table<'_>) -> usize {
    let slots = table.0.last().map_or(0, |(number, _)| *number + 1);
    align(out, 2, 0);
    let vtable = out.len();
    let vtable_length = 4 + 2 * slots;
    out.resize(vtable + usize::from(vtable_length), 0);
    align(out, 8, 0);
    let start = out.len();
    out.extend(int(start - vtable).to_le_bytes());
    let mut references = Vec::new();
    for (number, value) in &table.0 {
        let place = write_field(out, value);
        let within = short(place - start).to_le_bytes();
        let slot = vtable + 4 + 2 * usize::from(*number);
        out[slot..slot + 2].copy_from_slice(&within);
        references.push((place, value));
    }
    let length = short(out.len() - start).to_le_bytes();
    out[vtable..vtable + 2].copy_from_slice(&vtable_length.to_le_bytes());
    out[vtable + 2..vtable + 4].copy_from_slice(&length);
    for (place, value) in references {
        if let Some(target) = write_referred(out, value) {
            refer(out, place, target);
        }
    }
    start
}

/// Appends a field, or room for the offset of what it refers to; where it stands.
fn write_field(out: &mut Vec<u8>, value: &Value<'_>) -> usize {
    let bytes: &[u8] = match value {
        Value::Byte(value) => &[*value],
        Value::Short(value) => &value.to_le_bytes(),
        Value::Int(value) => &value.to_le_bytes(),
        Value::Long(value) => &value.to_le_bytes(),
        Value::Text(_) | Value::Table(_) | Value::Tables(_) | Value::Pairs(_) => &[0; 4],
    };
    align(out, bytes.len(), 0);
    let place = out.len();
    out.extend_from_slice(bytes);
    place
}

/// Appends what a field refers to; where that stands.
fn write_referred(out: &mut Vec<u8>, value: &Value<'_>) -> Option<usize> {
    match value {
        Value::Byte(_) | Value::Short(_) | Value::Int(_) | Value::Long(_) => None,
        Value::Text(text) => {
            let start = write_length(out, text.len(), 4);
            out.extend_from_slice(text.as_bytes());
            out.push(0);
            Some(start)
        }
        Value::Table(table) => Some(write_table(out, table)),
        Value::Tables(tables) => {
            let start = write_length(out, tables.len(), 4);
            let first = out.len();
            out.resize(first + 4 * tables.len(), 0);
            for (index, table) in tables.iter().enumerate() {
                let target = write_table(out, table);
                refer(out, first + 4 * index, target);
            }
            Some(start)
        }
        Value::Pairs(pairs) => {
            let start = write_length(out, pairs.len(), 8);
            let numbers = pairs.iter().flatten();
            out.extend(numbers.flat_map(|number| number.to_le_bytes()));
            Some(start)
        }
    }
}

/// Appends the length of a vector whose elements are aligned to `alignment`; where it stands.
fn write_length(out: &mut Vec<u8>, length: usize, alignment: usize) -> usize {
    align(out, alignment.max(4), 4);
    let start = out.len();
    out.extend(int(length).to_le_bytes());
    start
}

/// Pads until what stands `ahead` bytes further on is aligned.
fn align(out: &mut Vec<u8>, alignment: usize, ahead: usize) {
    let end = (out.len() + ahead).next_multiple_of(alignment);
    out.resize(end - ahead, 0);
}

/// Makes the offset at `place` one to `target`.
fn refer(out: &mut [u8], place: usize, target: usize) {
    out[place..place + 4].copy_from_slice(&int(target - place).to_le_bytes());
}

fn int(number: usize) -> u32 {
    u32::try_from(number).expect("a message's head is far shorter than 4 GiB")
}

fn short(number: usize) -> u16 {
    u16::try_from(number).expect("a table of Arrow's has few fields")
}
