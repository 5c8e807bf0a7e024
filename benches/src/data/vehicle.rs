//! W2: vehicle telemetry of twelve keys, clean and in every kind of disorder.

use super::Clock;
use super::random::Random;
use super::rounded;

/// What is not as declared in some of the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mess {
    /// Declared keys in declared order, without white space.
    Clean,
    /// The order of the keys, in every message.
    Shuffled,
    /// Keys that the table does not declare: two in 30 % of the messages, a nested one in 20 %.
    Extras,
    /// White space: as Python writes it in 10 % of the messages, indented in 10 %.
    Whitespace,
    /// All of this: extra keys and white space as above, another order in 20 %.
    Everything,
}

/// Messages of 236 bytes when clean.
pub fn vehicles(count: usize, mess: Mess) -> Vec<String> {
    let (mut random, mut clock) = (Random::new(2), Clock::new());
    let message = |_| {
        let time = clock.tick(&mut random);
        let mut members = declared(&mut random, time);
        // every kind of mess draws the same numbers, so that the values are the same in all
        let extras = extra(&mut random);
        if matches!(mess, Mess::Extras | Mess::Everything) {
            members.extend(extras);
        }
        let is_shuffled = random.percent(20);
        if mess == Mess::Shuffled || is_shuffled && mess == Mess::Everything {
            shuffle(&mut members, &mut random);
        }
        let style = random.below(10);
        let has_whitespace = matches!(mess, Mess::Whitespace | Mess::Everything);
        written(&members, if has_whitespace { style } else { 9 })
    };
    (0..count).map(message).collect()
}

type Member = (&'static str, String);

fn declared(random: &mut Random, time: Clock) -> Vec<Member> {
    const DRIVERS: [&str; 5] = [
        "A. Miller",
        "B. Okafor",
        "C. Tanaka",
        "D. Novak",
        "E. Rossi",
    ];
    const NOT_ASCII: [&str; 2] = ["J. Müller", "P. Žižka"];
    let number = |value: f64, decimals| format!("{:?}", rounded(value, decimals));
    let speed = random.normal(70.0, 28.0).clamp(0.0, 180.0);
    let drivers: &[&str] = if random.percent(5) {
        &NOT_ASCII
    } else {
        &DRIVERS
    };
    vec![
        ("vehicle_id", format!("\"veh-{:05}\"", random.below(20_000))),
        ("timestamp", format!("\"{time}\"")),
        ("latitude", number(random.normal(48.0, 1.0), 6)),
        ("longitude", number(random.normal(11.0, 3.0), 6)),
        ("speed", number(speed, 1)),
        ("heading", random.below(360).to_string()),
        ("fuel_level", number(random.unit() * 100.0, 1)),
        ("engine_rpm", (800 + random.below(3000)).to_string()),
        ("odometer", number(random.unit() * 300_000.0, 1)),
        ("gear", (1 + random.below(6)).to_string()),
        ("ignition", (!random.percent(10)).to_string()),
        ("driver", format!("\"{}\"", random.one_of(drivers))),
    ]
}

fn extra(random: &mut Random) -> Vec<Member> {
    let (has_firmware, has_extension) = (random.percent(30), random.percent(20));
    let firmware = format!("\"2.{}.1\"", random.below(9));
    let satellites = random.below(20).to_string();
    let hdop = rounded(random.unit() * 4.0, 1);
    let tag = random.below(9);
    let mut members = Vec::new();
    if has_firmware {
        members.extend([("fw", firmware), ("sat", satellites)]);
    }
    if has_extension {
        let nested = format!(r#"{{"hdop":{hdop:?},"tags":["a","b{tag}"]}}"#);
        members.push(("ext", nested));
    }
    members
}

fn shuffle(members: &mut [Member], random: &mut Random) {
    for last in (1..members.len()).rev() {
        members.swap(last, random.index(last + 1));
    }
}

/// The message in one of ten styles, most of which are the compact one.
fn written(members: &[Member], style: u64) -> String {
    let (open, comma, colon, close) = match style {
        0 => ("{", ", ", ": ", "}"),
        1 => ("{\n  ", ",\n  ", ": ", "\n}"),
        _ => ("{", ",", ":", "}"),
    };
    let members: Vec<_> = members
        .iter()
        .map(|(key, value)| format!("\"{key}\"{colon}{value}"))
        .collect();
    format!("{open}{}{close}", members.join(comma))
}
