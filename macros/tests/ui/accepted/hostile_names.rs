//! Names that would like to be something else, in a crate that allows nothing.
#![deny(warnings, missing_docs, unreachable_pub, clippy::pedantic)]
#![forbid(unsafe_code)]

laminar_macros::sql!(mod hostile = r#"
    CREATE TABLE "default" ("type" TEXT, "self" INT, "row" INT, value INT, "übergröße" INT, "0" INT)
    WITH (connector = 'mqtt', broker = 'tcp://localhost', topic = 'a');
    CREATE TABLE pipeline (made INT, handlers TEXT)
    WITH (connector = 'mqtt', broker = 'tcp://localhost', topic = 'b');
    CREATE VIEW builder AS SELECT * FROM "default";
    CREATE VIEW "option" AS SELECT made, handlers FROM pipeline WHERE made > 0;
    CREATE VIEW "Vec" AS SELECT made FROM pipeline;
    CREATE VIEW "fn" AS SELECT value FROM "default";
    CREATE VIEW "send" AS SELECT value FROM "default";
    CREATE VIEW gathering AS SELECT value FROM "default";
    CREATE VIEW "with row" AS SELECT "type" AS read_nested, value AS "with row" FROM "default";
"#);

fn main() {
    let mut texts = 0;
    let mut pipeline = hostile::Pipeline::builder()
        .on_builder(|row| texts += usize::from(row.type_.is_some()))
        .on_fn(|row| assert_eq!(row.value, Some(1)))
        .on_option(|row| assert_eq!(row.handlers, Some("x")))
        .build();
    assert!(pipeline.push("a", br#"{"type":"x","value":1}"#).is_emitted());
    assert!(pipeline.push("b", br#"{"made":1,"handlers":"x"}"#).is_emitted());
    drop(pipeline);
    assert_eq!(texts, 1);
}
