//! The Avro reader against another implementation, on random schemas and data.

#[path = "../decoder/random.rs"]
mod random;

mod expected;
mod schemas;
mod suite;
mod told;
mod values;

use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value;
use bumpalo::Bump;
use expected::{fits, same};
use laminar_runtime::decode::avro::{Reader, Type};
use laminar_runtime::error::Reason;
use random::Random;
use schemas::{Schemas, type_of};
use values::{datum, value, write};

/// A schema and what our reader knows of it.
struct Subject {
    schema: Schema,
    constant: Type,
}

impl Subject {
    fn new(schema: Schema) -> Self {
        // a message that announces what is not there makes the other implementation ask for memory
        apache_avro::util::max_allocation_bytes(1 << 16);
        let constant = type_of(&schema);
        Self { schema, constant }
    }

    fn random(random: &mut Random) -> Self {
        let text = Schemas::new(random).record(3).to_string();
        Self::new(Schema::parse_str(&text).expect("it is a schema"))
    }

    /// What the other implementation reads; None of what it does not take.
    fn read(&self, mut datum: &[u8]) -> Option<Value> {
        let reader = GenericDatumReader::builder(&self.schema).build();
        let value = reader.expect("it is complete").read_value(&mut datum);
        value.ok().filter(|_| datum.is_empty())
    }

    /// Reads a whole datum. Skipping must come to the same end, and memory has a limit.
    fn json(&self, datum: &[u8]) -> Result<serde_json::Value, Reason> {
        let arena = Bump::new();
        let mut reader = Reader::new(datum, &arena);
        let json = reader.json(&self.constant);
        assert!(
            arena.allocated_bytes() < 1 << 25,
            "{:?}: {datum:x?}",
            self.schema
        );
        let json = json?;
        let mut skipping = Reader::new(datum, &arena);
        assert_eq!(
            skipping.skip(&self.constant),
            Ok(()),
            "{:?}: {datum:x?}",
            self.schema
        );
        assert_eq!(
            skipping.position(),
            reader.position(),
            "{:?}: {datum:x?}",
            self.schema
        );
        reader.end()?;
        Ok(serde_json::from_slice(json.0).expect("it is valid JSON"))
    }

    fn check(&self, datum: &[u8], value: &Value) {
        let json = self.json(datum);
        if fits(value, &self.schema) {
            let json = json.expect("all of it fits");
            let same = same(&json, value, &self.schema);
            assert!(same, "{json}\nis not\n{value:?}\nof\n{:?}", self.schema);
        } else {
            assert_eq!(
                json,
                Err(Reason::OutOfRange),
                "{value:?} of {:?}",
                self.schema
            );
        }
    }
}

#[test]
fn random_data() {
    let mut random = Random::new(1);
    let mut fitting = 0;
    let mut all = 0;
    for _ in 0..2_000 {
        let subject = Subject::random(&mut random);
        for _ in 0..4 {
            let value = value(&subject.schema, &mut random);
            subject.check(&datum(&subject.schema, &value), &value);
            let mut datum = Vec::new();
            write(&value, &subject.schema, &mut random, &mut datum);
            let read = subject.read(&datum).expect("blocks are Avro, too");
            subject.check(&datum, &read);
            all += 1;
            fitting += usize::from(fits(&value, &subject.schema));
        }
    }
    println!("{fitting} of {all} data fit");
    assert!(
        fitting > all / 4 && fitting < all,
        "{fitting} of {all} data fit"
    );
}

#[test]
fn truncated_data() {
    let mut random = Random::new(2);
    let arena = Bump::new();
    for _ in 0..1_000 {
        let subject = Subject::random(&mut random);
        let value = value(&subject.schema, &mut random);
        let mut datum = Vec::new();
        write(&value, &subject.schema, &mut random, &mut datum);
        for len in 0..datum.len() {
            let datum = &datum[..len];
            let json = Reader::new(datum, &arena).json(&subject.constant);
            let failed = matches!(json, Err(Reason::Avro | Reason::OutOfRange));
            assert!(failed, "{json:?}: {:?}: {datum:x?}", subject.schema);
            let skipped = Reader::new(datum, &arena).skip(&subject.constant);
            assert_eq!(
                skipped,
                Err(Reason::Avro),
                "{:?}: {datum:x?}",
                subject.schema
            );
        }
        datum.push(0);
        assert!(subject.json(&datum).is_err(), "something follows");
    }
}

#[test]
fn flipped_bytes() {
    let mut random = Random::new(3);
    let (mut accepted, mut compared) = (0, 0);
    for _ in 0..500 {
        let subject = Subject::random(&mut random);
        let value = value(&subject.schema, &mut random);
        let mut datum = Vec::new();
        write(&value, &subject.schema, &mut random, &mut datum);
        for at in 0..datum.len() {
            for flip in [0x01, 0x02, 0x40, 0x80, 0xff] {
                datum[at] ^= flip;
                if subject.json(&datum).is_ok() {
                    accepted += 1;
                    if let Some(value) = subject.read(&datum) {
                        subject.check(&datum, &value);
                        compared += 1;
                    }
                }
                datum[at] ^= flip;
            }
        }
    }
    println!("{accepted} accepted, {compared} compared");
    assert!(
        accepted > 1_000 && compared > accepted / 2,
        "{compared} of {accepted} compared"
    );
}
