//! Messages as devices send them: the same keys again and again, with other values.

use crate::json::Json;
use crate::random::Random;

/// The keys of a vehicle's message.
pub const VEHICLE: &[&str] = &[
    "vin", "ts", "speed", "rpm", "fuel", "lat", "lon", "gear", "door", "abs", "odo", "err",
];

/// `"s-0042"`: of this many digits, more or less.
fn id(random: &mut Random) -> Json {
    let digits = random.below(10_000);
    match random.below(4) {
        0 => Json::scalar(format!("\"s-{digits}\"")),
        _ => Json::scalar(format!("\"s-{digits:04}\"")),
    }
}

fn time(random: &mut Random) -> Json {
    let (minute, second, milli) = (random.below(60), random.below(60), random.below(1_000));
    match random.below(6) {
        0 => Json::scalar(format!(
            "\"2026-11-22T10:{minute:02}:{second:02}.{milli:03}Z\""
        )),
        _ => Json::scalar(format!("\"2026-11-22T10:{minute:02}:{second:02}Z\"")),
    }
}

/// A number with `places` behind the point; below zero now and then.
fn decimal(random: &mut Random, below: usize, places: usize) -> Json {
    let sign = if random.once_in(8) { "-" } else { "" };
    let whole = random.below(below);
    let fraction = random.below(10_usize.pow(u32::try_from(places).expect("few")));
    Json::scalar(format!("{sign}{whole}.{fraction:0places$}"))
}

fn integer(random: &mut Random, below: usize) -> Json {
    Json::scalar(random.below(below).to_string())
}

fn word(random: &mut Random) -> Json {
    Json::scalar(random.pick(&["true", "false", "true", "false", "null"]))
}

fn text(random: &mut Random) -> Json {
    let text = match random.below(10) {
        0 => random.pick(ODD_TEXTS),
        1 if random.once_in(8) => LONG_TEXT,
        _ => random.pick(TEXTS),
    };
    Json::scalar(format!("\"{text}\""))
}

const TEXTS: &[&str] = &["", "on", "C", "%", "kitchen", "a longer text of some words"];

/// Longer than a block.
const LONG_TEXT: &str =
    "a text of seventy characters, so that it is longer than a block has bytes.";

/// No ASCII, or what means something outside of strings.
const ODD_TEXTS: &[&str] = &[
    "Küche",
    "°C",
    "日本語 😀",
    "{[,:]}",
    "a,b",
    "1.5-2",
    "}],[{",
    "\u{7f}",
];

pub fn flat(random: &mut Random) -> Json {
    Json::object([
        ("sensor_id", id(random)),
        ("reading_time", time(random)),
        ("temperature", decimal(random, 50, 1)),
        ("humidity", integer(random, 100)),
        (
            "unit",
            if random.once_in(6) {
                word(random)
            } else {
                text(random)
            },
        ),
    ])
}

pub fn eight(random: &mut Random) -> Json {
    let keys = ["a", "b", "c", "d", "e", "f", "g", "h"];
    Json::object(keys.map(|key| {
        let places = 1 + random.below(4);
        let value = match random.below(3) {
            0 => integer(random, 100_000),
            1 => Json::scalar("0"),
            _ => decimal(random, 1_000, places),
        };
        (key, value)
    }))
}

pub fn vehicle(random: &mut Random) -> Json {
    Json::object([
        ("vin", id(random)),
        (
            "ts",
            Json::scalar(format!("17000000{:05}", random.below(100_000))),
        ),
        ("speed", decimal(random, 130, 2)),
        ("rpm", integer(random, 6_000)),
        ("fuel", decimal(random, 100, 1)),
        ("lat", decimal(random, 90, 6)),
        ("lon", decimal(random, 180, 6)),
        ("gear", integer(random, 6)),
        ("door", word(random)),
        ("abs", word(random)),
        ("odo", integer(random, 400_000)),
        ("err", text(random)),
    ])
}

pub fn kinds(random: &mut Random) -> Json {
    Json::object([
        ("a,b", text(random)),
        ("}", text(random)),
        ("{:", word(random)),
        (",,", word(random)),
        ("", decimal(random, 1_000, 2)),
        (":", integer(random, 100)),
        (",", text(random)),
        ("[", text(random)),
        ("]", word(random)),
    ])
}

pub fn switch(random: &mut Random) -> Json {
    Json::object([
        ("id", id(random)),
        ("on", word(random)),
        ("locked", word(random)),
    ])
}

pub fn messy(random: &mut Random) -> Json {
    let Json::Object(mut members) = vehicle(random) else {
        unreachable!("a vehicle's message is an object");
    };
    for key in ["hdop", "fw", "ext"] {
        if random.once_in(3) {
            let value = match key {
                "ext" => Json::object([("sats", integer(random, 20)), ("fix", word(random))]),
                "fw" => text(random),
                _ => decimal(random, 10, 1),
            };
            members.push((key.into(), value));
        }
    }
    random.shuffle(&mut members);
    if random.once_in(4) {
        members.pop();
    }
    Json::Object(members)
}

pub fn uplink(random: &mut Random) -> Json {
    let info = Json::object([
        ("tenantName", text(random)),
        ("deviceName", id(random)),
        ("devEui", id(random)),
        ("tags", Json::object([])),
    ]);
    let gateway = Json::object([
        ("gatewayId", id(random)),
        ("rssi", decimal(random, 120, 1)),
        (
            "location",
            Json::object([("latitude", decimal(random, 90, 5))]),
        ),
        ("metadata", Json::object([("region", text(random))])),
    ]);
    Json::object([
        ("deduplicationId", id(random)),
        ("time", time(random)),
        ("deviceInfo", info),
        ("fCnt", integer(random, 70_000)),
        ("confirmed", word(random)),
        (
            "object",
            Json::object([
                ("temperature", decimal(random, 50, 2)),
                (
                    "history",
                    Json::Array((0..3).map(|_| decimal(random, 50, 1)).collect()),
                ),
            ]),
        ),
        ("rxInfo", Json::Array(vec![gateway])),
        (
            "txInfo",
            Json::object([("modulation", Json::object([("sf", integer(random, 12))]))]),
        ),
    ])
}

pub fn position(random: &mut Random) -> Json {
    let maybe = |random: &mut Random, value: Json| {
        if random.once_in(10) {
            Json::scalar("null")
        } else {
            value
        }
    };
    let (odo, line) = (integer(random, 30_000), integer(random, 900));
    Json::object([(
        "VP",
        Json::object([
            ("desi", text(random)),
            ("dir", Json::scalar(format!("\"{}\"", random.below(2)))),
            ("oper", integer(random, 60)),
            ("veh", integer(random, 7_000)),
            ("tst", time(random)),
            (
                "tsi",
                Json::scalar(format!("15390{:05}", random.below(100_000))),
            ),
            ("spd", decimal(random, 30, 2)),
            ("hdg", integer(random, 360)),
            ("lat", decimal(random, 60, 6)),
            ("long", decimal(random, 25, 6)),
            ("acc", decimal(random, 2, 2)),
            ("dl", integer(random, 300)),
            ("odo", maybe(random, odo)),
            ("drst", word(random)),
            ("oday", Json::scalar("\"2018-10-09\"")),
            ("line", maybe(random, line)),
            ("start", Json::scalar("\"07:12\"")),
        ]),
    )])
}

pub fn elements(random: &mut Random) -> Json {
    let inner = Json::object([
        ("x", Json::Array(vec![integer(random, 9)])),
        ("y", text(random)),
    ]);
    let mut readings: Vec<Json> = (0..3).map(|_| decimal(random, 90, 1)).collect();
    if random.once_in(4) {
        readings.truncate(random.below(3));
    }
    Json::object([
        ("id", integer(random, 1_000)),
        (
            "tags",
            Json::Array(vec![text(random), word(random), inner, integer(random, 9)]),
        ),
        ("readings", Json::Array(readings)),
        ("pos", Json::object([("lat", decimal(random, 90, 4))])),
    ])
}

pub fn document(random: &mut Random) -> Json {
    match random.below(12) {
        0 => decimal(random, 100, 2),
        1 => text(random),
        2 => word(random),
        3 => Json::Array(vec![integer(random, 10), flat(random), Json::Array(vec![])]),
        4..8 => elements(random),
        _ => flat(random),
    }
}

pub fn subtree(random: &mut Random) -> Json {
    let raw = match random.below(4) {
        0 => text(random),
        1 => decimal(random, 10, 2),
        2 => Json::Array(vec![]),
        _ => Json::object([]),
    };
    let detail = Json::object([
        ("name", text(random)),
        ("lat", decimal(random, 90, 4)),
        (
            "all",
            Json::Array(vec![
                word(random),
                Json::object([("a", integer(random, 3))]),
            ]),
        ),
    ]);
    let list = (0..random.below(4)).map(|_| integer(random, 100)).collect();
    Json::object([
        ("id", integer(random, 1_000)),
        ("detail", detail),
        ("raw", raw),
        (
            "outer",
            Json::object([("n", word(random)), ("list", Json::Array(list))]),
        ),
        ("seq", integer(random, 100_000)),
    ])
}

pub fn rows(random: &mut Random) -> Json {
    let row = Json::object([("x", decimal(random, 10, 1)), ("t", time(random))]);
    let list = Json::Array(vec![integer(random, 50), text(random)]);
    match random.below(8) {
        0 => Json::object([("x", row)]),
        1 => Json::Array(vec![row, list]),
        _ => Json::Array(vec![id(random), row, list, word(random)]),
    }
}

pub fn odd_keys(random: &mut Random) -> Json {
    let mut members = vec![
        ("ä", decimal(random, 10, 1)),
        ("a.b", text(random)),
        (
            "switch:0",
            Json::object([("a,b", word(random)), ("a", integer(random, 9))]),
        ),
        ("}{", id(random)),
        ("", integer(random, 1_000)),
        ("日本語", Json::object([("😀", decimal(random, 10, 2))])),
    ];
    if random.once_in(6) {
        members.push((r#"a\"b\\c"#, integer(random, 10)));
    }
    if random.once_in(3) {
        members.retain(|(key, _)| key.is_ascii());
    }
    Json::object(members)
}

pub fn one(random: &mut Random) -> Json {
    match random.below(6) {
        0 => Json::object([("v", text(random))]),
        1 => Json::object([("v", word(random))]),
        2 => Json::object([("v", integer(random, 100_000))]),
        _ => Json::object([("v", decimal(random, 100, 2))]),
    }
}

pub fn wide(random: &mut Random) -> Json {
    let first = random.below(60);
    let keys: Vec<String> = (first..first + 9)
        .map(|number| format!("k{number}"))
        .collect();
    Json::object(
        keys.iter()
            .map(|key| (key.as_str(), integer(random, 1_000))),
    )
}

pub fn deep(random: &mut Random) -> Json {
    let e = Json::object([("e", decimal(random, 10, 1)), ("z", word(random))]);
    let c = Json::object([("d", e)]);
    let b = Json::object([("c", c), ("f", text(random))]);
    let a = Json::object([("b", b), ("n", integer(random, 10))]);
    if random.once_in(4) {
        return Json::object([("g", integer(random, 10)), ("a", a)]);
    }
    Json::object([("a", a), ("g", integer(random, 10))])
}
