//! The tables that the decoder is tested with: hand-written twins of what the compiler emits.

use laminar_runtime::decode::json::{Node, Shape, StraightLine};

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Key(&'static str),
    Index(u32),
}

/// What a table asks of a message.
pub struct Table {
    /// A path for each slot.
    pub paths: Vec<Vec<Step>>,
    pub shape: &'static Shape,
    pub straight_line: fn(&mut StraightLine<'_, '_>) -> Option<()>,
    /// Messages to start from.
    pub seeds: Vec<String>,
}

/// All of them.
pub fn all() -> Vec<Table> {
    vec![flat(), nested(), document()]
}

/// Flat, with a straight line; `unit` and `ok` are declared and not needed.
pub fn flat() -> Table {
    Table {
        paths: vec![
            vec![Step::Key("device")],
            vec![Step::Key("ready")],
            vec![Step::Key("time")],
            vec![Step::Key("value")],
        ],
        shape: &FLAT,
        straight_line: |line| {
            line.key(br#"{"device":"#)?;
            line.string(0)?;
            line.key(br#","time":"#)?;
            line.string(2)?;
            line.key(br#","value":"#)?;
            line.number(3)?;
            line.key(br#","unit":"#)?;
            line.skip_string()?;
            line.key(br#","level":"#)?;
            line.skip_number()?;
            line.key(br#","ready":"#)?;
            line.boolean(1)?;
            line.key(br#","ok":"#)?;
            line.skip_boolean()?;
            line.end()
        },
        seeds: strings(&[
            concat!(
                r#"{"device":"d-1","time":"2026-01-02T03:04:05Z","value":21.5,"#,
                r#""unit":"C","level":-3e2,"ready":true,"ok":null}"#,
            ),
            concat!(
                r#"{"device":"Küche 1","time":null,"value":-0.0,"#,
                r#""unit":"°C","level":12345678901,"ready":false,"ok":true}"#,
            ),
            concat!(
                r#"{"value" : 7 , "device":"a\"b\u00e4\\", "#,
                r#""extra":[1,{"a":[]},"x"], "ready":null,"value":1E+2}"#,
            ),
        ]),
    }
}

/// Keys below keys, elements of arrays, an object that is needed itself, odd keys.
pub fn nested() -> Table {
    Table {
        paths: vec![
            vec![Step::Key("a\"b\\c")],
            vec![Step::Key("id")],
            vec![Step::Key("pos")],
            vec![Step::Key("pos"), Step::Key("lat")],
            vec![Step::Key("pos"), Step::Key("lon")],
            vec![Step::Key("tags"), Step::Index(0)],
            vec![Step::Key("tags"), Step::Index(2), Step::Key("x")],
            vec![Step::Key("tags"), Step::Index(2)],
            vec![Step::Key("ä")],
        ],
        shape: &NESTED,
        straight_line: |_| None,
        seeds: strings(&[
            r#"{"id":1,"pos":{"lat":60.1,"lon":24.9,"alt":null},"tags":["a",true,{"x":[1]},4]}"#,
            r#"{"\u00e4":"\ud83d\ude00","a\"b\\c":-1,"pos":[],"tags":{"0":1}, "id":{"id":{}}}"#,
            r#"[{"id":1}]"#,
        ]),
    }
}

static FLAT: Shape = Shape {
    slots: 4,
    nodes: &[
        Node {
            slot: None,
            slots: (0, 4),
            keys: &[("device", 1), ("ready", 2), ("time", 3), ("value", 4)],
            elements: &[],
        },
        Node::leaf(0),
        Node::leaf(1),
        Node::leaf(2),
        Node::leaf(3),
    ],
};

static DOCUMENT: Shape = Shape {
    slots: 1,
    nodes: &[Node::leaf(0)],
};

static NESTED: Shape = Shape {
    slots: 9,
    nodes: &[
        Node {
            slot: None,
            slots: (0, 9),
            keys: &[
                ("a\"b\\c", 1),
                ("id", 2),
                ("pos", 3),
                ("tags", 6),
                ("ä", 10),
            ],
            elements: &[],
        },
        Node::leaf(0),
        Node::leaf(1),
        Node {
            slot: Some(2),
            slots: (2, 5),
            keys: &[("lat", 4), ("lon", 5)],
            elements: &[],
        },
        Node::leaf(3),
        Node::leaf(4),
        Node {
            slot: None,
            slots: (5, 8),
            keys: &[],
            elements: &[(0, 7), (2, 8)],
        },
        Node::leaf(5),
        Node {
            slot: Some(7),
            slots: (6, 8),
            keys: &[("x", 9)],
            elements: &[],
        },
        Node::leaf(6),
        Node::leaf(8),
    ],
};

/// The sole JSON column.
pub fn document() -> Table {
    Table {
        paths: vec![vec![]],
        shape: &DOCUMENT,
        straight_line: |_| None,
        seeds: strings(&[
            r#" {"a":[1,2.5e-3,"x\n",null,{"b":{}}]} "#,
            "-12.5",
            r#""text""#,
        ]),
    }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// A path as SQL writes it.
pub fn show(path: &[Step]) -> String {
    let step = |step: &Step| match step {
        Step::Key(key) => format!(".{key}"),
        Step::Index(index) => format!("[{index}]"),
    };
    let steps: String = path.iter().map(step).collect();
    format!("${steps}")
}
