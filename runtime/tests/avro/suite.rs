//! The files of apache/avro, where `LAMINAR_AVRO_SUITE` names the folder `share/test` of it.

use super::Subject;
use crate::schemas::type_of;
use apache_avro::Schema;
use apache_avro::rabin::Rabin;
use bumpalo::Bump;
use laminar_runtime::decode::avro::{Framing, Reader, Type};
use std::path::{Path, PathBuf};

fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("LAMINAR_AVRO_SUITE");
    if folder.is_none() {
        println!("skipped: LAMINAR_AVRO_SUITE does not name the folder share/test of apache/avro");
    }
    folder.map(|folder| Path::new(&folder).join("data"))
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The schema of a container file and its data, of one that is not compressed.
fn container(bytes: &[u8]) -> Option<(Schema, Vec<u8>)> {
    const METADATA: Type = Type::Map(&Type::String);
    let arena = Bump::new();
    let mut reader = Reader::new(bytes, &arena);
    assert_eq!(reader.fixed(4), Ok(&b"Obj\x01"[..]));
    let metadata = reader.json(&METADATA).expect("metadata are texts here");
    let metadata: serde_json::Value = serde_json::from_slice(metadata.0).expect("it is JSON");
    let schema = metadata["avro.schema"].as_str().expect("a schema");
    let marker = reader.fixed(16).expect("a marker");
    if metadata
        .get("avro.codec")
        .is_some_and(|codec| codec != "null")
    {
        return None;
    }
    let mut data = Vec::new();
    while !reader.at_end() {
        reader.skip_long().expect("a count");
        data.extend_from_slice(reader.bytes().expect("a block"));
        assert_eq!(reader.fixed(16), Ok(marker));
    }
    Some((Schema::parse_str(schema).expect("a schema"), data))
}

/// Reads all data of a container, once with each implementation; gives their number.
fn compare(path: &Path) -> Option<usize> {
    let bytes = read(path);
    let (schema, data) = container(&bytes)?;
    let subject = Subject::new(schema);
    let arena = Bump::new();
    let mut ours = Reader::new(&data, &arena);
    let mut count = 0;
    for value in apache_avro::Reader::new(&bytes[..]).expect("a container") {
        let start = ours.position();
        ours.skip(&subject.constant).expect("it is valid");
        subject.check(&data[start..ours.position()], &value.expect("it is valid"));
        count += 1;
    }
    assert!(ours.at_end(), "{}: something follows", path.display());
    Some(count)
}

#[test]
fn container_files() {
    let Some(folder) = folder() else { return };
    for (file, expected) in [
        ("weather.avro", Some(5)),
        ("weather-sorted.avro", None),
        ("weather-deflate.avro", None),
        ("weather-snappy.avro", None),
        ("weather-zstd.avro", None),
        ("schemas/simple/data.avro", Some(3)),
        ("schemas/withUnion/data.avro", Some(3)),
    ] {
        assert_eq!(compare(&folder.join(file)), expected, "{file}");
    }
}

#[test]
fn single_object() {
    let Some(folder) = folder() else { return };
    let folder = folder.join("messageV1");
    let schema = std::fs::read_to_string(folder.join("test_schema.avsc")).expect("a schema");
    let schema = Schema::parse_str(&schema).expect("a schema");
    let fingerprint = schema.fingerprint::<Rabin>().bytes;
    let fingerprint = u64::from_le_bytes(fingerprint.try_into().expect("64 bits"));
    let message = read(&folder.join("test_message.bin"));
    let datum = Framing::SingleObject { fingerprint }.open(&message);
    let arena = Bump::new();
    let mut reader = Reader::new(datum.expect("it has the header"), &arena);
    let json = reader.json(&type_of(&schema)).expect("it is valid");
    assert_eq!(
        String::from_utf8_lossy(json.0),
        r#"{"id":42,"name":"Bill","tags":["dog_lover","cat_hater"]}"#
    );
    assert_eq!(reader.end(), Ok(()));
}
