//! The tables that the decoder is tested with, and how their messages look.

use crate::json::Json;
use crate::random::Random;
use crate::telemetry;
use laminar_runtime::decode::json::level::Level;
use laminar_runtime::decode::json::{Line, Node, Shape};

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
    pub line: Option<Lined>,
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
            line: None,
            form,
        }
    }

    fn with_line(self, line: Lined) -> Self {
        Self {
            line: Some(line),
            ..self
        }
    }

    /// The slot of a path as SQL writes it.
    pub fn slot(&self, path: &str) -> usize {
        let found = self.paths.iter().position(|steps| show(steps) == path);
        found.unwrap_or_else(|| panic!("no path {path}"))
    }
}

/// The lines of the tables that have one.
#[derive(Clone, Copy, Debug)]
pub enum Lined {
    Flat,
    Eight,
    One,
}

impl Lined {
    /// What the compiler emits for it.
    pub fn cursor<L: Level>(self) -> impl FnOnce(&mut Line<'_, '_, L>) -> bool {
        move |line| match self {
            Self::Flat => {
                line.key(br#"{"sensor_id":""#).string(0);
                line.key(br#"","reading_time":""#).string(2);
                line.key(br#"","temperature":"#).number(1);
                line.key(br#","humidity":"#).skip_number();
                line.key(br#","unit":""#).skip_string();
                line.end(br#""}"#)
            }
            Self::Eight => {
                line.key(br#"{"a":"#).number(0);
                line.key(br#","b":"#).number(1);
                line.key(br#","c":"#).number(2);
                line.key(br#","d":"#).skip_number();
                line.key(br#","e":"#).number(3);
                line.key(br#","f":"#).number(4);
                line.key(br#","g":"#).number(5);
                line.key(br#","h":"#).number(6);
                line.end(b"}")
            }
            Self::One => {
                line.key(br#"{"v":"#).number(0);
                line.end(b"}")
            }
        }
    }
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
    Table::new("vehicle", keys(telemetry::VEHICLE), telemetry::vehicle)
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
