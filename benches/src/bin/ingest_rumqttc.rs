//! What `ingest` measures a pipeline against: the program that one would write by hand, with
//! rumqttc and a struct that borrows from the message.

use laminar_benches::ingest::tls::with_ring;
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS, TlsConfiguration, Transport};
use serde::{Deserialize, Serialize};
use std::process::ExitCode;
use std::sync::Arc;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

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
    let [port, qos, certificate @ ..] = &arguments[..] else {
        eprintln!("usage: ingest_rumqttc PORT QOS [CERTIFICATE]");
        return ExitCode::from(2);
    };
    let certificate = certificate.first().map(String::as_str);
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
    match runtime.block_on(run(port, qos, certificate)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// TLS with rustls and ring, as in our binaries.
fn tls(certificate: &str) -> Result<Transport, Box<dyn std::error::Error>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(certificate)?)?;
    let config = with_ring(ClientConfig::builder_with_provider)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let config = TlsConfiguration::Rustls(Arc::new(config));
    Ok(Transport::Tls(config))
}

/// Acknowledges automatically, which is what rumqttc does fastest.
async fn run(
    port: u16,
    qos: QoS,
    certificate: Option<&str>,
) -> Result<(), Box<dyn std::error::Error>> {
    let host = certificate.map_or("127.0.0.1", |_| "localhost");
    let mut options = MqttOptions::new("rumqttc", host, port);
    if let Some(certificate) = certificate {
        options.set_transport(tls(certificate)?);
    }
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
