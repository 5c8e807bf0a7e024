//! Positions of public transport as HSL's high-frequency positioning writes them: generated ones
//! that look like them, and real ones where the caller has a file of them.

use super::Clock;
use super::random::Random;
use super::rounded;
use serde_json::Value;
use std::fmt::Display;
use std::path::Path;
use std::{fs, io};

/// Generated positions: one key with an object of 22 keys in it. What a vehicle cannot tell is
/// null, in as many combinations as real vehicles show.
pub fn positions(count: usize) -> Vec<String> {
    let (mut random, mut clock) = (Random::new(4), Clock::new());
    let message = |_| {
        let time = clock.tick(&mut random);
        let vehicle = Vehicle::new(&mut random);
        let random = &mut random;
        format!(
            r#"{{"VP":{{{},{},{}}}}}"#,
            vehicle.identity(random, time),
            vehicle.motion(random),
            vehicle.journey(random)
        )
    };
    (0..count).map(message).collect()
}

/// What a vehicle knows of itself.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is null or not on its own"
)]
struct Vehicle {
    journey: bool,
    timetable: bool,
    position: bool,
    odometer: bool,
    doors: bool,
}

impl Vehicle {
    fn new(random: &mut Random) -> Self {
        let journey = random.percent(86);
        let (is_old, is_bare) = (random.percent(10), random.percent(3));
        Self {
            journey,
            timetable: random.percent(if journey { 97 } else { 50 }),
            position: random.percent(97),
            odometer: !is_old && random.percent(97),
            doors: !is_old && !is_bare,
        }
    }

    fn identity(&self, random: &mut Random, time: Clock) -> String {
        let (line, direction) = (random.below(1000), 1 + random.below(2));
        let operator = random.below(60);
        format!(
            r#""desi":{},"dir":{},"oper":{},"veh":{},"tst":"{time}","tsi":{}"#,
            or_null(self.journey, &format!("\"{line}\"")),
            or_null(self.journey, &format!("\"{direction}\"")),
            or_null(self.journey, &operator),
            random.below(2000),
            time.unix_s(),
        )
    }

    fn motion(&self, random: &mut Random) -> String {
        let moves = random.percent(75);
        let speed = if moves { random.normal(9.0, 6.5) } else { 0.0 };
        let place =
            |value: f64, decimals: usize| or_null(self.position, &format!("{value:.decimals$}"));
        let digits = u32::try_from(3 + random.below(3)).expect("a small number");
        format!(
            r#""spd":{},"hdg":{},"lat":{},"long":{},"acc":{},"dl":{},"odo":{}"#,
            place(speed.clamp(0.0, 40.0), 2),
            or_null(self.position, &random.below(360)),
            place(random.normal(60.22, 0.05), 6),
            place(random.normal(24.95, 0.12), 6),
            place(random.normal(0.0, 0.5), 2),
            or_null(
                self.timetable,
                &(rounded(random.normal(-40.0, 90.0), 0) + 0.0)
            ),
            or_null(self.odometer, &random.below(10u64.pow(digits))),
        )
    }

    fn journey(&self, random: &mut Random) -> String {
        let (journey, line) = (1 + random.below(400), 10 + random.below(900));
        let start = format!("\"{:02}:{:02}\"", random.below(24), random.below(60));
        let route = format!("\"{}\"", 1000 + random.below(9000));
        let (has_stop, stop) = (random.percent(30), 1_000_000 + random.below(9_000_000));
        format!(
            concat!(
                r#""drst":{},"oday":{},"jrn":{},"line":{},"start":{},"loc":"GPS","stop":{},"#,
                r#""route":{},"occu":0"#
            ),
            or_null(self.doors, &u8::from(random.percent(20))),
            or_null(self.journey, &"\"2026-11-22\""),
            or_null(self.journey, &journey),
            or_null(self.journey, &line),
            or_null(self.journey, &start),
            or_null(has_stop, &stop),
            or_null(self.journey, &route),
        )
    }
}

fn or_null(is_known: bool, value: &dyn Display) -> String {
    if is_known {
        value.to_string()
    } else {
        "null".to_owned()
    }
}

/// Real positions from a file of JSON lines whose `payload` is the text of a message, or from
/// `hsl_hfp.jsonl` in a folder. They are drawn at random, as often as it takes: a file in its own
/// order, again and again, would be learned by heart by the processor.
pub fn recorded(path: &Path, count: usize) -> io::Result<Vec<String>> {
    let file = if path.is_dir() {
        path.join("hsl_hfp.jsonl")
    } else {
        path.to_owned()
    };
    let text = fs::read_to_string(file)?;
    let messages: Vec<String> = text.lines().filter_map(payload).collect();
    if messages.is_empty() {
        return Err(io::Error::other("no line has a position in its `payload`"));
    }
    let mut random = Random::new(5);
    let draw = |_| messages[random.index(messages.len())].clone();
    Ok((0..count).map(draw).collect())
}

fn payload(line: &str) -> Option<String> {
    let record: Value = serde_json::from_str(line).ok()?;
    let payload = record.get("payload")?.as_str()?;
    payload.starts_with("{\"VP\"").then(|| payload.to_owned())
}
