//! What `ingest` measures a pipeline against: the program that one would write by hand, with
//! rumqttc and a struct that borrows from the message.

use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use serde::{Deserialize, Serialize};
use std::process::ExitCode;

/// What the query needs of a message.
#[derive(Deserialize)]
struct Fields<'m> {
    sensor_id: &'m str,
    temperature: Option<f64>,
    reading_time: &'m str,
}

/// A row of the query.
#[derive(Serialize)]
struct Alert<'m> {
    sensor_id: &'m str,
    temperature: f64,
    reading_time: &'m str,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [port, qos] = &arguments[..] else {
        eprintln!("usage: ingest_rumqttc PORT QOS");
        return ExitCode::from(2);
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("the system gives a file descriptor for events");
    let port = port.parse().expect("a port");
    let qos = match qos.as_str() {
        "0" => QoS::AtMostOnce,
        "1" => QoS::AtLeastOnce,
        _ => QoS::ExactlyOnce,
    };
    match runtime.block_on(run(port, qos)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Acknowledges automatically, which is what rumqttc does fastest.
async fn run(port: u16, qos: QoS) -> Result<(), Box<dyn std::error::Error>> {
    let mut options = MqttOptions::new("rumqttc", "127.0.0.1", port);
    options.set_max_packet_size(1 << 20, 1 << 20);
    // Rows are published while messages come, and nobody takes them from the queue meanwhile.
    let (client, mut events) = AsyncClient::new(options, 100_000);
    client.subscribe("sensors/+/readings", qos).await?;
    let mut bad = 0_u64;
    loop {
        let Event::Incoming(Packet::Publish(message)) = events.poll().await? else {
            continue;
        };
        let Ok(reading) = serde_json::from_slice::<Fields<'_>>(&message.payload) else {
            bad += 1;
            eprintln!("{bad} bad messages");
            continue;
        };
        let Some(temperature) = reading.temperature else {
            continue;
        };
        if !(-10.0..=40.0).contains(&temperature) {
            let alert = Alert {
                sensor_id: reading.sensor_id,
                temperature,
                reading_time: reading.reading_time,
            };
            client.try_publish("alerts", qos, false, serde_json::to_vec(&alert)?)?;
        }
    }
}
