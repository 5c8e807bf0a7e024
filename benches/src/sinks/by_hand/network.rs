//! Rows for servers: rumqttc and ureq.

use super::{Failure, each_row};
use rumqttc::{Client, Event, MqttOptions, Packet, QoS};
use std::path::Path;
use std::time::Duration;

/// Messages that may be unconfirmed at once, as ours has it.
const WINDOW: u16 = 1_024;

/// Rows of a request, as ours has them.
const ROWS: usize = 500;

/// A PUBLISH at QoS 1 for each row; all are confirmed at the end.
pub(super) fn mqtt(input: &Path, port: &str) -> Result<(), Failure> {
    let mut options = MqttOptions::new("by-hand", "127.0.0.1", port.parse()?);
    options.set_keep_alive(Duration::from_mins(1));
    options.set_inflight(WINDOW);
    let (client, mut connection) = Client::new(options, usize::from(WINDOW));
    let confirmed = std::thread::spawn(move || {
        let mut confirmed = 0_u64;
        for event in connection.iter() {
            match event {
                Ok(Event::Incoming(Packet::PubAck(_))) => confirmed += 1,
                // the last of them follows all acknowledgements, since it is asked for behind them
                Ok(Event::Incoming(Packet::UnsubAck(_))) => return Ok(confirmed),
                Ok(_) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
        Err("the connection ended".to_owned())
    });
    let (mut published, mut payload) = (0, Vec::new());
    each_row(input, |row, _| {
        payload.clear();
        serde_json::to_writer(&mut payload, row)?;
        client.publish("rows", QoS::AtLeastOnce, false, payload.as_slice())?;
        published += 1;
        Ok(())
    })?;
    client.unsubscribe("rows")?;
    let confirmed = confirmed.join().map_err(|_| "the client panicked")??;
    if confirmed == published {
        Ok(())
    } else {
        Err(format!("{confirmed} of {published} rows are confirmed").into())
    }
}

/// JSON lines in requests of some rows each.
pub(super) fn webhook(input: &Path, port: &str) -> Result<(), Failure> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into();
    let url = format!("http://127.0.0.1:{port}/rows");
    let (mut body, mut rows) = (Vec::new(), 0);
    let send = |body: &mut Vec<u8>| -> Result<(), Failure> {
        let request = agent.post(&url).content_type("application/x-ndjson");
        request.send(body.as_slice())?;
        body.clear();
        Ok(())
    };
    each_row(input, |row, _| {
        serde_json::to_writer(&mut body, row)?;
        body.push(b'\n');
        rows += 1;
        if rows % ROWS == 0 {
            send(&mut body)?;
        }
        Ok(())
    })?;
    if !body.is_empty() {
        send(&mut body)?;
    }
    Ok(())
}
