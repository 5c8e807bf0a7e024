//! Reads lines from standard input, each a topic, a space and a payload, as `mosquitto_sub -v`
//! prints them, and says what is known of the sensors at the end.

use std::io::{self, Read as _};

fn main() -> io::Result<()> {
    let mut input = String::new();
    io::stdin().read_to_string(&mut input)?;
    let lines = input.lines().filter_map(|line| line.split_once(' '));
    let messages = lines.map(|(topic, payload)| (topic, payload.as_bytes()));
    let (watch, errors) = embedded_alerts::watch(messages);
    for (sensor, alert) in &watch.alerts {
        let (severity, at) = (&alert.severity, alert.at);
        println!("{sensor}: {} °C at {at} ({severity})", alert.temperature);
    }
    for (sensor, battery) in &watch.batteries {
        println!("{sensor}: battery at {:.0} %", battery * 100.0);
    }
    for error in errors {
        eprintln!("{error}");
    }
    Ok(())
}
