//! A table's program as a whole: what it writes, what it reports, and that it allocates nothing
//! once it has warmed up.

mod allocator;

use laminar_runtime::decode::json::level::Cpu;
use laminar_runtime::encode::Rows;
use laminar_runtime::generated::*;
use laminar_runtime::message::Message;
use laminar_runtime::program::{Report, boxed, boxed_for};

/// A twin of what laminarc generates for two views over one table.
struct SensorData;

const SENSOR_ID: Column = Column { slot: 2, index: 0 };
const TEMPERATURE: Column = Column { slot: 3, index: 1 };
const READING_TIME: Column = Column { slot: 1, index: 2 };
const LIMIT: Column = Column { slot: 0, index: 3 };

static SHAPE: json::Shape = json::Shape {
    slots: 4,
    nodes: &[
        json::Node {
            slot: None,
            slots: (0, 4),
            keys: &[
                ("limit", 1),
                ("reading_time", 2),
                ("sensor_id", 3),
                ("temperature", 4),
            ],
            elements: &[],
        },
        json::Node::leaf(0),
        json::Node::leaf(1),
        json::Node::leaf(2),
        json::Node::leaf(3),
    ],
};

impl Table for SensorData {
    const SHAPE: &'static json::Shape = &SHAPE;
    const FLOWS: usize = 2;

    fn check(row: Row<'_>) -> Result<(), RowError> {
        row.not_null(SENSOR_ID)
    }

    fn flow(flow: usize, row: Row<'_>, out: Out<'_>) -> Result<Outcome, RowError> {
        match flow {
            0 => alerts(row, out),
            1 => ratios(row, out),
            _ => unreachable!("the table has 2 flows"),
        }
    }
}

fn alerts(row: Row<'_>, out: Out<'_>) -> Result<Outcome, RowError> {
    let temperature = row.float64(TEMPERATURE)?;
    if !temperature.is_some_and(|temperature| temperature > 40.0) {
        return Ok(Outcome::Filtered);
    }
    let sensor_id = row.text(SENSOR_ID).required()?;
    let temperature_text = row.float64_text(TEMPERATURE)?;
    let reading_time = row.timestamp_text(READING_TIME, TimeFormat::Rfc3339, 6)?;
    let mut json = out.row();
    json.raw(r#"{"sensor_id":"#);
    json.value(sensor_id);
    json.raw(r#","temperature":"#);
    json.value(temperature_text);
    json.raw(r#","reading_time":"#);
    json.value(reading_time);
    json.raw("}");
    json.end();
    Ok(Outcome::Emitted)
}

fn ratios(row: Row<'_>, out: Out<'_>) -> Result<Outcome, RowError> {
    let (temperature, limit) = (row.float64(TEMPERATURE)?, row.float64(LIMIT)?);
    let ratio = match (temperature, limit) {
        (Some(temperature), Some(limit)) => Some(divide(temperature, limit).at(3)?),
        _ => None,
    };
    let topic = function::upper(cast_text(row.topic(), row.arena), row.arena);
    let mut json = out.row();
    json.raw(r#"{"topic":"#);
    json.value(topic);
    json.raw(r#","ratio":"#);
    json.value(ratio);
    json.raw("}");
    json.end();
    Ok(Outcome::Emitted)
}

/// All that a program says.
#[derive(Debug, Default)]
struct Heard {
    rejected: Vec<(usize, RowError)>,
    rows_rejected: Vec<(usize, usize, RowError)>,
    flows: Vec<(usize, u64, u64)>,
    empty: u64,
}

impl Report for Heard {
    fn message_rejected(&mut self, message: usize, error: RowError) {
        self.rejected.push((message, error));
    }

    fn row_rejected(&mut self, message: usize, flow: usize, error: RowError) {
        self.rows_rejected.push((message, flow, error));
    }

    fn flow_done(&mut self, flow: usize, emitted: u64, filtered: u64) {
        self.flows.push((flow, emitted, filtered));
    }

    fn empty(&mut self, count: u64) {
        self.empty += count;
    }
}

const PAYLOADS: &[&str] = &[
    // on the straight line
    concat!(
        r#"{"sensor_id":"s-1","reading_time":"2026-01-02T03:04:05Z","#,
        r#""temperature":40.50,"limit":8,"humidity":1}"#,
    ),
    // white space, another order, escapes, a time that is not canonical
    concat!(
        r#"{ "temperature": 4.1e1, "sensor_id": "Küche \"2\"", "#,
        r#""reading_time": "2026-01-02 03:04:05.5+01:00" }"#,
    ),
    // filtered by the first flow, a row error of the second
    r#"{"sensor_id":"s-3","reading_time":null,"temperature":20,"limit":0,"humidity":null}"#,
    "",
    // no JSON, no sensor, a temperature that is no number
    r#"{"sensor_id":"s-4","reading_time":null,"temperature":20,"limit":0,"humidity":01}"#,
    r#"{"temperature":99}"#,
    r#"{"sensor_id":"s-6","temperature":"hot"}"#,
];

const ALERTS: &str = concat!(
    r#"{"sensor_id":"s-1","temperature":40.50,"reading_time":"2026-01-02T03:04:05Z"}"#,
    "\n",
    r#"{"sensor_id":"Küche \"2\"","temperature":4.1e1,"reading_time":"2026-01-02T02:04:05.500Z"}"#,
    "\n",
);

const RATIOS: &str = r#"{"topic":"PLANT/A","ratio":5.0625}
{"topic":"PLANT/A","ratio":null}
"#;

fn messages() -> Vec<Message<'static>> {
    let message = |payload: &&'static str| Message::new("plant/a", payload.as_bytes());
    PAYLOADS.iter().map(message).collect()
}

#[test]
fn rows_and_reports() {
    let mut program = boxed::<SensorData>();
    for _ in 0..2 {
        let mut outputs = [Rows::default(), Rows::default()];
        let mut heard = Heard::default();
        program.process(&messages(), &[1, 0], &mut outputs, &mut heard);
        let [ratios, alerts] = outputs;
        assert_eq!(String::from_utf8_lossy(&alerts.bytes), ALERTS);
        assert_eq!(String::from_utf8_lossy(&ratios.bytes), RATIOS);
        let lines: Vec<&[u8]> = alerts.iter().collect();
        assert_eq!(lines.concat(), alerts.bytes);
        assert!(lines.len() == 2 && lines.iter().all(|line| line.ends_with(b"}\n")));

        let no_sensor = RowError::column(Reason::NotNull, SENSOR_ID.index, 0);
        let not_json = RowError::payload(Reason::Syntax, 78);
        assert_eq!(heard.rejected, [(4, not_json), (5, no_sensor)]);
        let hot = RowError::column(Reason::WrongKind, TEMPERATURE.index, 33);
        let zero = RowError {
            reason: Reason::DivisionByZero,
            place: Place::Expression { site: 3 },
        };
        assert_eq!(
            heard.rows_rejected,
            [(2, 1, zero), (6, 0, hot), (6, 1, hot)]
        );
        assert_eq!(heard.flows, [(0, 2, 1), (1, 2, 0)]);
        assert_eq!(heard.empty, 1);
    }
}

/// Both flows may write to one sink; each message's rows stay together.
#[test]
fn two_flows_to_one_sink() {
    let mut outputs = [Rows::default()];
    let mut program = boxed::<SensorData>();
    program.process(
        &messages()[..1],
        &[0, 0],
        &mut outputs,
        &mut Heard::default(),
    );
    let expected: String = [ALERTS, RATIOS]
        .map(|rows| rows.split_inclusive('\n').next())
        .into_iter()
        .flatten()
        .collect();
    assert_eq!(String::from_utf8_lossy(&outputs[0].bytes), expected);
}

/// Counts and keeps nothing.
struct Silent(u64);

impl Report for Silent {
    fn message_rejected(&mut self, _message: usize, _error: RowError) {
        self.0 += 1;
    }

    fn row_rejected(&mut self, _message: usize, _flow: usize, _error: RowError) {
        self.0 += 1;
    }

    fn flow_done(&mut self, _flow: usize, emitted: u64, filtered: u64) {
        self.0 += emitted + filtered;
    }

    fn empty(&mut self, count: u64) {
        self.0 += count;
    }
}

/// Messages that are all accepted, filtered or rejected, in the order and the layout that their
/// table declares, in others, and in ever others.
fn streams() -> Vec<(&'static str, Vec<String>)> {
    let sensor = |temperature: &str, number: usize| {
        format!(
            "{{\"sensor_id\":\"s-{number:03}\",\"reading_time\":\"2026-01-02T03:04:05Z\",\
             \"temperature\":{temperature},\"limit\":8}}"
        )
    };
    let shuffled = |number: usize| {
        let mut members = [
            "\"sensor_id\":\"s\"",
            "\"reading_time\":null",
            "\"temperature\":41",
            "\"limit\":8.5",
            "\"ok\":true",
        ];
        members.rotate_left(number % 5);
        members.swap(number % 4, 4);
        format!("{{{}}}", members.join(", "))
    };
    let all = |message: &dyn Fn(usize) -> String| (0..40).map(message).collect::<Vec<_>>();
    vec![
        ("accepted", all(&|number| sensor("40.5", number))),
        ("filtered", all(&|number| sensor("12.5", number))),
        (
            "of every width",
            all(&|number| sensor(&number.pow(3).to_string(), number)),
        ),
        ("shuffled", all(&shuffled)),
        ("escaped", all(&|number| sensor("\"\\u0041\"", number))),
        ("no JSON", all(&|number| sensor("01", number))),
        (
            "cut",
            all(&|number| sensor("40.5", number)[..10 + number].to_owned()),
        ),
        (
            "NULL",
            all(&|number| format!("{{\"limit\":{number},\"temperature\":99.5}}")),
        ),
        ("no number", all(&|number| sensor("true", number))),
        ("no object", all(&|number| format!("[{number}]"))),
    ]
}

fn batch(payloads: &[String]) -> Vec<Message<'_>> {
    payloads
        .iter()
        .map(|payload| Message::new("plant/a", payload.as_bytes()))
        .collect()
}

/// Every choice of the decoder's tiers.
fn tiers() -> impl Iterator<Item = json::Tiers> {
    (0..16).map(|bits| json::Tiers {
        layouts: bits & 1 != 0,
        line: bits & 2 != 0,
        templates: bits & 4 != 0,
        members: bits & 8 != 0,
    })
}

/// Messages of which allocations are counted.
const MEASURED: usize = 4_000;

/// At every level and with every choice of tiers, for messages of every fate: once what they need
/// is learned, no memory is asked for.
#[test]
fn no_allocation_at_steady_state() {
    let mut cases = streams();
    let mixed = PAYLOADS
        .iter()
        .map(|payload| (*payload).to_owned())
        .collect();
    cases.push(("mixed", mixed));
    for cpu in Cpu::all() {
        for tiers in tiers() {
            for (name, payloads) in &cases {
                let mut program = boxed_for::<SensorData>(cpu, tiers);
                let messages = batch(payloads);
                let mut outputs = [Rows::default(), Rows::default()];
                let mut silent = Silent(0);
                let mut run = |times: usize| {
                    for _ in 0..times {
                        outputs.iter_mut().for_each(Rows::clear);
                        program.process(&messages, &[0, 1], &mut outputs, &mut silent);
                    }
                };
                run(4_000 / messages.len());
                let before = allocator::count();
                run(MEASURED / messages.len());
                let allocations = allocator::count() - before;
                // what keeps changing is learned anew now and then, which takes memory, and so is
                // what a tier that is off would have known
                let changing = *name == "shuffled" || tiers != json::Tiers::ALL;
                let few = if changing { MEASURED as u64 / 5 } else { 0 };
                let case = format!("{name} at {} with {tiers:?}", cpu.name());
                assert!(allocations <= few, "{allocations} allocations: {case}");
                assert!(before > 0, "the allocator counts");
                assert!(silent.0 >= MEASURED as u64);
            }
        }
    }
}

/// The same rows and reports at every level and with every choice of tiers.
#[test]
fn every_level_and_tier_gives_the_same() {
    let run = |cpu: Cpu, tiers: json::Tiers, payloads: &[String]| {
        let mut program = boxed_for::<SensorData>(cpu, tiers);
        let messages = batch(payloads);
        let mut outputs = [Rows::default(), Rows::default()];
        let mut heard = Heard::default();
        for _ in 0..3 {
            program.process(&messages, &[0, 1], &mut outputs, &mut heard);
        }
        (outputs.map(|rows| rows.bytes), format!("{heard:?}"))
    };
    for (name, payloads) in streams() {
        let expected = run(Cpu::all()[0], json::Tiers::NONE, &payloads);
        for cpu in Cpu::all() {
            for tiers in tiers() {
                let found = run(cpu, tiers, &payloads);
                assert_eq!(found, expected, "{name} at {} with {tiers:?}", cpu.name());
            }
        }
    }
}
