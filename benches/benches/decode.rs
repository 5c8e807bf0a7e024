//! `cargo bench -p laminar-benches --bench decode`: each workload and each contestant on its own.
//!
//! For ratios see `--bin decode_table`, which takes turns; here the contestants run one after the
//! other, and what counts is how a contestant changes from one run to the next.

use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use laminar_benches::contest::verify;
use laminar_benches::data::{Messages, RECORDED, WORKLOADS, recorded};
use laminar_benches::rivals::{Contestant, ENTRIES, Entry};
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

/// Enough that no branch predictor knows them by heart.
const MESSAGES: usize = 50_000;

fn decode(criterion: &mut Criterion) {
    println!("{}", laminar_benches::target::description());
    for workload in WORKLOADS {
        measure(criterion, &workload.messages(MESSAGES));
    }
    let Some(path) = std::env::var_os("LAMINAR_CORPUS") else {
        println!("{RECORDED}: skipped, there is no LAMINAR_CORPUS with recorded positions");
        return;
    };
    let messages = recorded(Path::new(&path), MESSAGES).expect("LAMINAR_CORPUS can be read");
    measure(criterion, &messages);
}

fn measure(criterion: &mut Criterion, messages: &Messages) {
    verify(ENTRIES, messages);
    let mut group = criterion.benchmark_group(messages.workload);
    let elements = messages.len().try_into().expect("a count");
    group.sampling_mode(SamplingMode::Flat);
    group.throughput(Throughput::Elements(elements));
    for entry in ENTRIES {
        let mut contestant = (entry.make)(messages.table);
        group.bench_function(name(entry), |bencher| {
            bencher.iter_custom(|passes| {
                (0..passes)
                    .map(|_| pass(contestant.as_mut(), messages))
                    .sum()
            });
        });
    }
    group.finish();
}

fn name(entry: &Entry) -> String {
    format!("{}, {}", entry.rival, entry.api)
}

/// The time that all messages take once; to list those of a chunk is not part of it.
fn pass(contestant: &mut dyn Contestant, messages: &Messages) -> Duration {
    let mut batch = Vec::new();
    let mut time = Duration::ZERO;
    for index in 0..messages.chunks() {
        let chunk = messages.chunk(index, &mut batch);
        let start = Instant::now();
        black_box(contestant.run(&chunk));
        time += start.elapsed();
    }
    time
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1));
    targets = decode
}
criterion_main!(benches);
