//! What is measured is right: both readers find the same.

use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use bumpalo::Bump;
use laminar_benches::avro::{SCHEMA, generic, messages, ours};

#[test]
fn contestants_agree() {
    let schema = Schema::parse_str(SCHEMA).expect("it is a schema");
    let reader = GenericDatumReader::builder(&schema).build();
    let reader = reader.expect("the schema is complete");
    let arena = Bump::new();
    for datum in &messages(&schema, 2_000) {
        let needed = ours(datum, &arena).expect("it is a reading");
        generic(&reader, datum, |of_generic| assert_eq!(needed, of_generic));
    }
}
