//! W3: uplinks of a radio network, nested, 1.2 KB.

use super::Clock;
use super::random::Random;
use super::{humidity, rounded, temperature};

const BASE32: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Uplinks, of which every seventh was heard by two gateways.
pub fn uplinks(count: usize) -> Vec<String> {
    let (mut random, mut clock) = (Random::new(3), Clock::new());
    let message = |_| {
        let time = clock.tick(&mut random);
        format!(
            r#"{{{},{},"received_at":"{}","uplink_message":{}}}"#,
            device(&mut random),
            correlation(&mut random),
            time.plus_ms(210),
            uplink(&mut random, time),
        )
    };
    (0..count).map(message).collect()
}

fn device(random: &mut Random) -> String {
    let device = random.below(5000);
    format!(
        concat!(
            r#""end_device_ids":{{"device_id":"dev-{0:04}","#,
            r#""application_ids":{{"application_id":"farm-sensors"}},"#,
            r#""dev_eui":"0004A30B00{0:06X}","join_eui":"800000000000000C","#,
            r#""dev_addr":"26{1:06X}"}}"#
        ),
        device,
        device * 7,
    )
}

fn correlation(random: &mut Random) -> String {
    let mut id = || random.text(BASE32, 26);
    format!(
        r#""correlation_ids":["as:up:{}","gs:conn:{}","gs:up:host:{}"]"#,
        id(),
        id(),
        id(),
    )
}

fn uplink(random: &mut Random, time: Clock) -> String {
    let mut gateways = gateway(random, time);
    if random.percent(15) {
        gateways = format!("{gateways},{}", gateway(random, time));
    }
    format!(
        concat!(
            r#"{{"session_key_id":"{}","f_port":15,"f_cnt":{},"frm_payload":"{}=","#,
            r#""decoded_payload":{{"battery":{:?},"humidity":{:?},"temperature":{:?}}},"#,
            r#""rx_metadata":[{}],"settings":{},"received_at":"{}","#,
            r#""consumed_airtime":"0.{:06}s","network_ids":{{"net_id":"000013","#,
            r#""tenant_id":"ttn","cluster_id":"eu1"}}}}"#
        ),
        random.text(BASE64, 22),
        random.below(65536),
        random.text(BASE64, 15),
        rounded(2.8 + random.unit(), 2),
        humidity(random, 1),
        temperature(random, 2),
        gateways,
        settings(random),
        time.plus_ms(5),
        random.below(1_000_000),
    )
}

fn gateway(random: &mut Random, time: Clock) -> String {
    let strength = rounded(-40.0 - random.unit() * 80.0, 0);
    format!(
        concat!(
            r#"{{"gateway_ids":{{"gateway_id":"gtw-{:03}","eui":"9C5C8E0000{:06X}"}},"#,
            r#""time":"{}","timestamp":{},"rssi":{},"channel_rssi":{},"snr":{:?},"#,
            r#""uplink_token":"{}","received_at":"{}"}}"#
        ),
        random.below(300),
        random.below(1 << 24),
        time,
        random.below(1 << 32),
        strength,
        strength,
        rounded(random.normal(-5.0, 5.0), 1),
        random.text(BASE64, 64),
        time.plus_ms(3),
    )
}

fn settings(random: &mut Random) -> String {
    format!(
        concat!(
            r#"{{"data_rate":{{"lora":{{"bandwidth":125000,"spreading_factor":{},"#,
            r#""coding_rate":"4/5"}}}},"frequency":"868{}00000","timestamp":{}}}"#
        ),
        7 + random.below(6),
        1 + 2 * random.below(3),
        random.below(1 << 32),
    )
}
