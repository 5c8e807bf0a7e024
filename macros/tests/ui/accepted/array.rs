//! A table whose messages are arrays, all of which count or none.

laminar_macros::sql!(mod samples = r#"
    CREATE TABLE samples (n INT NOT NULL, d INT)
    WITH (connector = 'mqtt', broker = 'tcp://localhost', topic = 'samples', format = 'json',
          'json.root' = 'array');
    CREATE VIEW quotients AS SELECT n / d AS quotient FROM samples;
    CREATE VIEW numbers AS SELECT n FROM samples;
"#);

fn main() {
    let (mut quotients, mut numbers) = (Vec::new(), Vec::new());
    let mut pipeline = samples::Pipeline::builder()
        .on_quotients(|row| quotients.push(row.quotient))
        .on_numbers(|row| numbers.push(row.n))
        .build();
    let sound = br#"[{"n":4,"d":2},{"n":5}]"#;
    let fails = br#"[{"n":4,"d":2},{"n":5,"d":0}]"#;
    let bad = br#"[{"n":4,"d":2},{}]"#;
    assert_eq!(pipeline.push("samples", sound).ok(), Ok(true));
    assert!(pipeline.push("samples", fails).ok().is_err());
    assert!(!pipeline.push("samples", bad).is_emitted());
    drop(pipeline);
    assert_eq!(quotients, [Some(2), None]);
    assert_eq!(numbers, [4, 5, 4, 5]);
    let rows = samples::Samples::decode(sound).expect("it is sound");
    assert_eq!(rows.len(), 2);
    let mut given = 0;
    let mut decoder = samples::SamplesDecoder::new();
    assert!(decoder.decode_each(bad, |_| given += 1).is_err());
    assert_eq!(given, 0);
}
