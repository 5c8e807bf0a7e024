//! What `decode_icount` counts the instructions of: `decode_driver WORKLOAD FIRST MOST COUNT`
//! decodes FIRST thousand messages and then COUNT thousand more. It makes FIRST + MOST thousand in
//! any case, so that two runs of it differ in nothing but what they decode.

use laminar_benches::data::WORKLOADS;
use laminar_benches::ours::{Ours, Tally};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let Some(tally) = run(&arguments) else {
        eprintln!("usage: decode_driver WORKLOAD FIRST MOST COUNT, in thousands of messages");
        return ExitCode::from(2);
    };
    println!("{} rows, {} rejected", tally.rows, tally.rejected);
    ExitCode::SUCCESS
}

fn run(arguments: &[String]) -> Option<Tally> {
    let [name, numbers @ ..] = arguments else {
        return None;
    };
    let workload = WORKLOADS.iter().find(|workload| workload.name == *name)?;
    let numbers: Option<Vec<usize>> = numbers.iter().map(|text| text.parse().ok()).collect();
    let [first, most, count] = numbers?[..] else {
        return None;
    };
    if count > most {
        return None;
    }
    let messages = workload.messages((first + most) * 1000);
    let mut ours = Ours::new(workload.table);
    let mut batch = Vec::new();
    let mut total = Tally::default();
    for index in 0..first + count {
        let tally = ours.run(&messages.chunk(index, &mut batch));
        total.rows += tally.rows;
        total.rejected += tally.rejected;
    }
    Some(total)
}
