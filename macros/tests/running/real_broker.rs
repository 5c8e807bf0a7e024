//! A pipeline inside this crate on a mosquitto, over a network that fails: no message is lost.

use super::mosquitto::Mosquitto;
use super::proxy::{Fault, Proxy};
use super::{at, block_on, plant, wait_until};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

const MESSAGES: usize = 600;

fn payloads(numbers: std::ops::Range<usize>) -> String {
    let mut lines = String::new();
    for number in numbers {
        writeln!(lines, r#"{{"sensor":"{number}","temperature":50}}"#).expect("a String takes it");
    }
    lines
}

#[test]
fn nothing_is_lost_when_connections_break_and_the_program_is_replaced() {
    let Some(broker) = Mosquitto::start("embedded") else {
        return;
    };
    let faults = [
        Fault::Cut(900),
        Fault::Reset(2_500),
        Fault::Cut(5_000),
        Fault::None,
    ];
    let proxy = Proxy::new(&broker.url(), &faults);
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let calls = Arc::new(Mutex::new(0));
    let start = || {
        let (seen, calls) = (Arc::clone(&seen), Arc::clone(&calls));
        plant::Pipeline::builder()
            .on_hot(move |row| {
                let mut calls = calls.lock().expect("nobody panics");
                *calls += 1;
                if *calls % 97 == 0 {
                    return Err("now and then it cannot");
                }
                let mut seen = seen.lock().expect("nobody panics");
                seen.insert(row.sensor.to_owned());
                Ok(())
            })
            .start_with(at(&proxy.url))
            .expect("it starts")
    };
    let running = start();
    wait_until("it is connected", || running.is_connected());
    broker.publish("readings", "1", &payloads(0..MESSAGES / 2));
    wait_until("all faults have happened", || {
        proxy.connections() >= faults.len()
    });
    block_on(running.stop()).expect("all is acknowledged");
    // the broker keeps what comes while nobody is there
    broker.publish("readings", "1", &payloads(MESSAGES / 2..MESSAGES));
    let running = start();
    wait_until("all are taken", || {
        seen.lock().expect("nobody panics").len() == MESSAGES
    });
    block_on(running.stop()).expect("all is acknowledged");
}
