//! `cargo bench -p laminar-benches --bench avro`: a record of twelve fields, three of them needed.

use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use bumpalo::Bump;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use laminar_benches::avro::{Needed, SCHEMA, generic, messages, ours};
use std::hint::black_box;

/// Enough that no branch predictor knows them by heart.
const MESSAGES: usize = 50_000;

fn avro(criterion: &mut Criterion) {
    println!("{}", laminar_benches::target::description());
    let schema = Schema::parse_str(SCHEMA).expect("it is a schema");
    let messages = messages(&schema, MESSAGES);
    let reader = GenericDatumReader::builder(&schema).build();
    let reader = reader.expect("the schema is complete");
    let arena = Bump::new();
    let mut group = criterion.benchmark_group("avro, 3 of 12 fields");
    group.throughput(Throughput::Elements(MESSAGES as u64));
    group.bench_function("laminar, generated", |bencher| {
        bencher.iter(|| {
            for datum in &messages {
                black_box(ours(datum, &arena).expect("it is a reading"));
            }
        });
    });
    group.bench_function("apache-avro, read_value", |bencher| {
        bencher.iter(|| {
            for datum in &messages {
                generic(&reader, datum, |needed: Needed<'_>| {
                    black_box(needed);
                });
            }
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = avro
}
criterion_main!(benches);
