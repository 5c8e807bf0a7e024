//! The tables that the decoder is tested with, and how their messages look.

use crate::json::Json;
use crate::random::Random;
use crate::telemetry;
use laminar_runtime::decode::json::{self, Line, Node, Shape};

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Key(&'static str),
    Index(u32),
}

use Step::{Index, Key};

/// What a table asks of a message.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    /// A path for each slot.
    pub paths: Vec<Vec<Step>>,
    pub shape: &'static Shape,
    /// How it reads a message that is written as it declares it.
    pub line: Lined,
    /// A message as its devices send it.
    pub form: fn(&mut Random) -> Json,
}

impl Table {
    pub fn new(
        name: &'static str,
        paths: impl IntoIterator<Item = Vec<Step>>,
        form: fn(&mut Random) -> Json,
    ) -> Self {
        let mut root = Draft::default();
        for path in paths {
            root.insert(&path);
        }
        let (mut nodes, mut paths) = (Vec::new(), Vec::new());
        root.number(&[], &mut nodes, &mut paths);
        let shape = Shape {
            slots: paths.len(),
            nodes: nodes.leak(),
        };
        Self {
            name,
            paths,
            shape: Box::leak(Box::new(shape)),
            line: Lined::None,
            form,
        }
    }

    fn with_line(self, line: Lined) -> Self {
        Self { line, ..self }
    }

    /// The slot of a path as SQL writes it.
    pub fn slot(&self, path: &str) -> usize {
        let found = self.paths.iter().position(|steps| show(steps) == path);
        found.unwrap_or_else(|| panic!("no path {path}"))
    }
}

/// Which line a table has.
#[derive(Clone, Copy, Debug)]
pub enum Lined {
    None,
    Flat,
    Eight,
    One,
    Vehicle,
    Kinds,
    Switch,
}

/// What the compiler emits for them.
macro_rules! lines {
    ($($name:ident: $keys:literal, $line:ident => $walk:expr;)*) => { $(
        pub struct $name;

        impl json::Lined for $name {
            const KEYS: usize = $keys;

            #[inline(always)]
            fn walk<W: Line>($line: &mut W) -> bool {
                $walk
            }
        }
    )* };
}

lines! {
    Flat: 5, line => {
        line.key(br#"{"sensor_id":""#).string(0);
        line.key(br#"","reading_time":""#).string(2);
        line.key(br#"","temperature":"#).number(1);
        line.key(br#","humidity":"#).skip_number();
        line.key(br#","unit":""#).skip_string();
        line.end(br#""}"#)
    };
    Eight: 8, line => {
        line.key(br#"{"a":"#).number(0);
        line.key(br#","b":"#).number(1);
        line.key(br#","c":"#).number(2);
        line.key(br#","d":"#).skip_number();
        line.key(br#","e":"#).number(3);
        line.key(br#","f":"#).number(4);
        line.key(br#","g":"#).number(5);
        line.key(br#","h":"#).number(6);
        line.end(b"}")
    };
    One: 1, line => {
        line.key(br#"{"v":"#).number(0);
        line.end(b"}")
    };
    Vehicle: 12, line => {
        line.key(br#"{"vin":""#).string(0);
        line.key(br#"","ts":"#).number(1);
        line.key(br#","speed":"#).number(2);
        line.key(br#","rpm":"#).number(3);
        line.key(br#","fuel":"#).number(4);
        line.key(br#","lat":"#).number(5);
        line.key(br#","lon":"#).number(6);
        line.key(br#","gear":"#).number(7);
        line.key(br#","door":"#).word(8);
        line.key(br#","abs":"#).word(9);
        line.key(br#","odo":"#).number(10);
        line.key(br#","err":""#).string(11);
        line.end(br#""}"#)
    };
    Kinds: 9, line => {
        line.key(br#"{"a,b":""#).string(0);
        line.key(br#"","}":""#).skip_string();
        line.key(br#"","{:":"#).word(1);
        line.key(br#",",,":"#).skip_word();
        line.key(br#","":"#).number(2);
        line.key(br#",":":"#).skip_number();
        line.key(br#",",":""#).string(3);
        line.key(br#"","[":""#).skip_string();
        line.key(br#"","]":"#).skip_word();
        line.end(b"}")
    };
    Switch: 3, line => {
        line.key(br#"{"id":""#).string(0);
        line.key(br#"","on":"#).word(1);
        line.key(br#","locked":"#).skip_word();
        line.end(b"}")
    };
}
/// A node of a shape on its way.
#[derive(Default)]
struct Draft {
    needed: bool,
    below: Vec<(Step, Self)>,
}

impl Draft {
    fn insert(&mut self, path: &[Step]) {
        let Some((step, rest)) = path.split_first() else {
            self.needed = true;
            return;
        };
        let known = self.below.iter().position(|(known, _)| known == step);
        let at = known.unwrap_or_else(|| {
            self.below.push((step.clone(), Self::default()));
            self.below.len() - 1
        });
        self.below[at].1.insert(rest);
    }

    /// Numbers nodes and slots in depth-first order, as the compiler does.
    fn number(&self, path: &[Step], nodes: &mut Vec<Node>, paths: &mut Vec<Vec<Step>>) -> u16 {
        let number = nodes.len();
        nodes.push(Node::leaf(0));
        let first = small(paths.len());
        let slot = self.needed.then_some(first);
        if self.needed {
            paths.push(path.to_vec());
        }
        let (mut keys, mut elements) = (Vec::new(), Vec::new());
        for (step, draft) in &self.below {
            let path = [path, std::slice::from_ref(step)].concat();
            let node = draft.number(&path, nodes, paths);
            match step {
                Key(key) => keys.push((*key, node)),
                Index(index) => elements.push((*index, node)),
            }
        }
        nodes[number] = Node {
            slot,
            slots: (first, small(paths.len())),
            keys: keys.leak(),
            elements: elements.leak(),
        };
        small(number)
    }
}

fn small(number: usize) -> u16 {
    u16::try_from(number).expect("shapes are small")
}

fn keys(keys: &[&'static str]) -> Vec<Vec<Step>> {
    keys.iter().map(|key| vec![Key(key)]).collect()
}

/// All of them.
pub fn all() -> Vec<Table> {
    vec![
        flat(),
        eight(),
        vehicle(),
        kinds(),
        switch(),
        messy(),
        uplink(),
        position(),
        elements(),
        document(),
        subtree(),
        rows(),
        odd_keys(),
        one(),
        none(),
        wide(),
        deep(),
    ]
}

/// Few keys.
pub fn flat() -> Table {
    let paths = keys(&["sensor_id", "temperature", "reading_time"]);
    Table::new("flat", paths, telemetry::flat).with_line(Lined::Flat)
}

/// Numbers only.
pub fn eight() -> Table {
    let paths = keys(&["a", "b", "c", "e", "f", "g", "h"]);
    Table::new("eight", paths, telemetry::eight).with_line(Lined::Eight)
}

/// Many keys.
pub fn vehicle() -> Table {
    let table = Table::new("vehicle", keys(telemetry::VEHICLE), telemetry::vehicle);
    table.with_line(Lined::Vehicle)
}

/// Keys that look like syntax, and each kind of value, needed and not.
pub fn kinds() -> Table {
    let paths = keys(&["a,b", "{:", "", ","]);
    Table::new("kinds", paths, telemetry::kinds).with_line(Lined::Kinds)
}

/// Few keys, most of them words.
pub fn switch() -> Table {
    let paths = keys(&["id", "on"]);
    Table::new("switch", paths, telemetry::switch).with_line(Lined::Switch)
}

/// Many keys in any order, with others among them.
pub fn messy() -> Table {
    Table::new("messy", keys(telemetry::VEHICLE), telemetry::messy)
}

/// Keys below keys, most of the message unused.
pub fn uplink() -> Table {
    let paths = [
        vec![Key("deviceInfo"), Key("devEui")],
        vec![Key("object"), Key("temperature")],
        vec![Key("time")],
    ];
    Table::new("uplink", paths, telemetry::uplink)
}

/// One level of nesting, many keys, six needed.
pub fn position() -> Table {
    let needed = ["veh", "tst", "lat", "long", "spd", "odo"];
    let paths = needed.map(|key| vec![Key("VP"), Key(key)]);
    Table::new("position", paths, telemetry::position)
}

/// Elements of arrays, and what is below them.
pub fn elements() -> Table {
    let paths = [
        vec![Key("id")],
        vec![Key("tags"), Index(0)],
        vec![Key("tags"), Index(2)],
        vec![Key("tags"), Index(2), Key("x")],
        vec![Key("readings"), Index(1)],
        vec![Key("pos"), Key("lat")],
    ];
    Table::new("elements", paths, telemetry::elements)
}

/// The document itself.
pub fn document() -> Table {
    Table::new("document", [Vec::new()], telemetry::document)
}

/// Objects and arrays that are needed whole, and values in them.
pub fn subtree() -> Table {
    let paths = [
        vec![Key("id")],
        vec![Key("detail")],
        vec![Key("detail"), Key("lat")],
        vec![Key("raw")],
        vec![Key("outer"), Key("list")],
    ];
    Table::new("subtree", paths, telemetry::subtree)
}

/// Arrays at the top.
pub fn rows() -> Table {
    let paths = [
        vec![Index(0)],
        vec![Index(1), Key("x")],
        vec![Index(2), Index(0)],
    ];
    Table::new("rows", paths, telemetry::rows)
}

/// Keys that need escapes, are no ASCII or look like syntax.
pub fn odd_keys() -> Table {
    let paths = [
        vec![Key("a\"b\\c")],
        vec![Key("ä")],
        vec![Key("a.b")],
        vec![Key("switch:0"), Key("a,b")],
        vec![Key("}{")],
        vec![Key("")],
        vec![Key("日本語"), Key("😀")],
    ];
    Table::new("odd_keys", paths, telemetry::odd_keys)
}

/// One slot.
pub fn one() -> Table {
    Table::new("one", keys(&["v"]), telemetry::one).with_line(Lined::One)
}

/// No slot: only whether a message is good.
pub fn none() -> Table {
    Table::new("none", keys(&[]), telemetry::vehicle)
}

/// More nodes than a word has bits.
pub fn wide() -> Table {
    let paths = (0..69).map(|number| {
        let key: &'static str = format!("k{number}").leak();
        vec![Key(key)]
    });
    Table::new("wide", paths, telemetry::wide)
}

/// A value five levels down.
pub fn deep() -> Table {
    let paths = [
        vec![Key("a"), Key("b"), Key("c"), Key("d"), Key("e")],
        vec![Key("a"), Key("b"), Key("f")],
        vec![Key("g")],
    ];
    Table::new("deep", paths, telemetry::deep)
}

/// A path as SQL writes it.
pub fn show(path: &[Step]) -> String {
    let step = |step: &Step| match step {
        Key(key) => format!(".{key}"),
        Index(index) => format!("[{index}]"),
    };
    let steps: String = path.iter().map(step).collect();
    format!("${steps}")
}
