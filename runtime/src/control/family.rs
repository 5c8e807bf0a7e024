//! Metrics as they are told: families of samples, as text for Prometheus.

use crate::encode::Rows;
use std::borrow::Cow;
use std::fmt::Write as _;

/// A metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    /// Its name.
    pub name: &'static str,
    /// What kind of number it is.
    pub kind: Kind,
    /// What it counts, and in which unit.
    pub help: &'static str,
    /// Its numbers.
    pub samples: Vec<Sample>,
}

/// What kind of number a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It grows and shrinks.
    Gauge,
    /// How many were how large.
    Histogram,
}

/// A number of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// What stands behind the metric's name: `_bucket` and the like, or nothing.
    pub suffix: &'static str,
    /// What it is a number of.
    pub labels: Labels,
    /// The number.
    pub value: Number,
}

/// Names and values.
pub type Labels = Vec<(&'static str, Cow<'static, str>)>;

/// A number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A whole one.
    Whole(u64),
    /// Any other; finite.
    Float(f64),
}

impl Kind {
    /// As the text format and `system.metrics` name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// The text format of Prometheus, version 0.0.4.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Metrics in the text format.
pub fn text(families: &[Family]) -> String {
    let mut text = String::new();
    for family in families {
        let (name, kind) = (family.name, family.kind.name());
        let _ = writeln!(text, "# HELP {name} {}", family.help);
        let _ = writeln!(text, "# TYPE {name} {kind}");
        for sample in &family.samples {
            let _ = write!(text, "{name}{}", sample.suffix);
            labels(&mut text, &sample.labels);
            let _ = match sample.value {
                Number::Whole(value) => writeln!(text, " {value}"),
                Number::Float(value) => writeln!(text, " {value}"),
            };
        }
    }
    text
}

fn labels(text: &mut String, labels: &Labels) {
    for (at, (name, value)) in labels.iter().enumerate() {
        let before = if at == 0 { '{' } else { ',' };
        let _ = write!(text, "{before}{name}=\"");
        for character in value.chars() {
            match character {
                '\\' => text.push_str("\\\\"),
                '"' => text.push_str("\\\""),
                '\n' => text.push_str("\\n"),
                other => text.push(other),
            }
        }
        text.push('"');
    }
    if !labels.is_empty() {
        text.push('}');
    }
}

/// Metrics as rows of `system.metrics`: a JSON line for each number.
pub fn rows(families: &[Family]) -> Rows {
    let mut rows = Rows::default();
    for family in families {
        for sample in &family.samples {
            let mut row = rows.row();
            let name = format!("{}{}", family.name, sample.suffix);
            row.field("{\"name\":", name.as_str());
            row.field(",\"kind\":", family.kind.name());
            row.raw(",\"labels\":{");
            for (at, (name, value)) in sample.labels.iter().enumerate() {
                row.raw(if at == 0 { "" } else { "," });
                row.value(*name);
                row.field(":", &**value);
            }
            row.raw("},\"value\":");
            match sample.value {
                Number::Whole(value) => row.value(value),
                Number::Float(value) => row.value(value),
            }
            row.raw("}");
            row.end();
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn families() -> Vec<Family> {
        let sample = |labels, value| Sample {
            suffix: "",
            labels,
            value,
        };
        vec![
            Family {
                name: "a_total",
                kind: Kind::Counter,
                help: "How many.",
                samples: vec![
                    sample(
                        vec![("t", "x\\y\"z\n".into()), ("u", "ü".into())],
                        Number::Whole(7),
                    ),
                    sample(vec![], Number::Whole(u64::MAX)),
                ],
            },
            Family {
                name: "b",
                kind: Kind::Gauge,
                help: "How much.",
                samples: vec![sample(vec![], Number::Float(0.25))],
            },
        ]
    }

    #[test]
    fn names_are_escaped_and_numbers_exact() {
        let expected = "# HELP a_total How many.\n# TYPE a_total counter\n\
                        a_total{t=\"x\\\\y\\\"z\\n\",u=\"ü\"} 7\na_total 18446744073709551615\n\
                        # HELP b How much.\n# TYPE b gauge\nb 0.25\n";
        assert_eq!(text(&families()), expected);
    }

    #[test]
    fn rows_are_json() {
        let rows = rows(&families());
        let lines = String::from_utf8_lossy(&rows.bytes).into_owned();
        let expected = "{\"name\":\"a_total\",\"kind\":\"counter\",\
                        \"labels\":{\"t\":\"x\\\\y\\\"z\\n\",\"u\":\"ü\"},\"value\":7}";
        assert_eq!(lines.lines().next(), Some(expected));
        assert_eq!(lines.lines().count(), 3);
    }
}
