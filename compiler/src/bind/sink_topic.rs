//! Topics that are made of each row: `alerts/{sensor_id}`.

use super::literal::Problem;
use super::relation::listed;
use super::{Binder, Bound};
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::ir::ast::{Name, Text};
use crate::ir::logical::{OutputColumn, Topic, TopicColumn, TopicPart};
use crate::source::Span;
use crate::types::DataType;
use std::ops::Range;

/// A topic as written, cut at its columns.
#[derive(Debug, Default, PartialEq, Eq)]
struct Cut {
    /// What stands around the columns; templates.
    pieces: Vec<String>,
    /// The columns' names, and where they stand, brackets included.
    columns: Vec<(String, Range<usize>)>,
}

/// Cuts a topic at its `{column}`s. `{{` and `}}` are brackets of the topic.
fn cut(text: &str) -> Result<Cut, Problem> {
    let mut cut = Cut::default();
    let (mut piece, mut at) = (String::new(), 0);
    while let Some(next) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = if rest.starts_with("$$") {
            piece.push_str("$$");
            2
        } else if rest.starts_with("${") {
            let end = rest.find('}').map_or(rest.len(), |end| end + 1);
            piece.push_str(&rest[..end]);
            end
        } else if rest.starts_with("{{") || rest.starts_with("}}") {
            piece.push(next);
            2
        } else if next == '{' {
            let (name, length) = column(rest).map_err(|text| Problem {
                range: at..at + 1,
                text: text.to_owned(),
            })?;
            cut.pieces.push(std::mem::take(&mut piece));
            cut.columns.push((name.to_owned(), at..at + length));
            length
        } else {
            piece.push(next);
            next.len_utf8()
        };
        at += length;
    }
    cut.pieces.push(piece);
    Ok(cut)
}

/// The name and the length of the `{column}` at the start of `text`.
fn column(text: &str) -> Result<(&str, usize), &'static str> {
    let end = text.find('}').ok_or("no closing `}`")?;
    let name = text[1..end].trim();
    if name.is_empty() || name.contains('{') {
        return Err("expected the name of a column and `}`");
    }
    Ok((name, end + 1))
}

impl Binder<'_> {
    /// The topic of a sink, which `text` spells out.
    pub(super) fn sink_topic(&mut self, text: &Text, topic: &str) -> Option<Topic> {
        let help = "a sink publishes to one topic, spelled out, or to one of each row, such as \
                    `alerts/{sensor_id}`";
        let cut = match cut(topic) {
            Ok(cut) => cut,
            Err(problem) => {
                let place = text.span_within(self.source, problem.range);
                let message = format!("invalid topic `{topic}`");
                self.report(
                    Diagnostic::new(code::TOPIC, message, place)
                        .at(problem.text)
                        .help("for a bracket itself write it twice: `{{` or `}}`"),
                );
                return None;
            }
        };
        self.published_as(text, topic, &cut.pieces.join("x"), help)?;
        let columns = cut.columns.into_iter();
        let columns = columns.map(|(name, range)| TopicColumn {
            name,
            span: text.span_within(self.source, range),
        });
        Some(Topic {
            text: topic.to_owned(),
            columns: columns.collect(),
            pieces: cut.pieces,
        })
    }

    /// Which of a sink's columns make the topic of each row; `given` is where they are told.
    pub(super) fn topic_parts(
        &mut self,
        topic: &Topic,
        columns: &[OutputColumn],
        given: Span,
    ) -> Bound<Vec<TopicPart>> {
        let mut parts = Ok(Vec::new());
        for part in &topic.columns {
            match (self.topic_part(part, columns, given), &mut parts) {
                (Ok(part), Ok(parts)) => parts.push(part),
                (Ok(_), Err(_)) => {}
                (Err(reported), _) => parts = Err(reported),
            }
        }
        parts
    }

    fn topic_part(
        &mut self,
        part: &TopicColumn,
        columns: &[OutputColumn],
        given: Span,
    ) -> Bound<TopicPart> {
        let name = Name {
            text: part.name.clone(),
            quoted: columns.iter().any(|column| column.name == part.name),
            span: part.span,
        };
        let mut found = columns.iter().enumerate();
        let found = found.find(|(_, column)| name.matches(&column.name));
        let Some((column, output)) = found else {
            let diagnostic = unknown_column(part, columns, given);
            return Err(self.report(diagnostic));
        };
        if let Some(help) = no_plain_text(output) {
            let message = format!("`{}` as a part of a topic", output.data_type);
            return Err(self.report(
                Diagnostic::new(code::TYPE_MISMATCH, message, part.span)
                    .at("a value of this type has no single plain text")
                    .context(given, format!("`{}` comes from here", output.name))
                    .note("a part is a TEXT, BOOLEAN, integer, DECIMAL, DATE, TIME or TIMESTAMP")
                    .help(help),
            ));
        }
        Ok(TopicPart {
            column,
            span: part.span,
        })
    }
}

/// A filter that all topics of `topic` match: a level with a column in it is `+`.
pub(super) fn filter(topic: &Topic) -> String {
    // a character that no topic has stands for the columns
    let marked = topic.pieces.join("\0");
    let level = |level| {
        if str::contains(level, '\0') {
            "+"
        } else {
            level
        }
    };
    marked.split('/').map(level).collect::<Vec<_>>().join("/")
}

/// What to do about a column whose value is no part of a topic.
fn no_plain_text(column: &OutputColumn) -> Option<String> {
    let name = &column.name;
    match column.data_type {
        DataType::Boolean
        | DataType::Integer(_)
        | DataType::Decimal { .. }
        | DataType::Text
        | DataType::Timestamp(_)
        | DataType::Date
        | DataType::Time => None,
        DataType::Float32 | DataType::Float64 => Some(format!(
            "choose its digits in the query: `CAST({name} AS DECIMAL(12, 2)) AS {name}`"
        )),
        DataType::Bytes => Some(format!(
            "write it as text in the query: `encode({name}, 'hex') AS {name}`"
        )),
        DataType::Interval | DataType::Json => Some(format!(
            "make a text of it in the query: `CAST({name} AS TEXT) AS {name}`"
        )),
        DataType::Struct(_) | DataType::Array(_) => {
            Some("select the field or element that is meant".to_owned())
        }
    }
}

fn unknown_column(part: &TopicColumn, columns: &[OutputColumn], given: Span) -> Diagnostic {
    let names = || columns.iter().map(|column| column.name.as_str());
    let message = format!("no column `{}` for the topic", part.name);
    let diagnostic = Diagnostic::new(code::UNKNOWN_COLUMN, message, part.span)
        .at("unknown column")
        .context(given, format!("has columns {}", listed(names())));
    match nearest(&part.name, names()) {
        Some(near) => diagnostic.help(format!("a column with a similar name exists: `{near}`")),
        None => diagnostic.help("name a column of the rows that are published"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_cut_at_columns() {
        let cases: [(&str, &[&str], &[&str]); 7] = [
            ("a/b", &["a/b"], &[]),
            ("a/{id}", &["a/", ""], &["id"]),
            ("{ a b }{c}x", &["", "", "x"], &["a b", "c"]),
            ("${A:-x}/{id}/$${b}", &["${A:-x}/", "/$$", ""], &["id", "b"]),
            ("{{a}}/{b}", &["{a}/", ""], &["b"]),
            ("$share/{ä}", &["$share/", ""], &["ä"]),
            ("a}", &["a}"], &[]),
        ];
        for (text, pieces, columns) in cases {
            let cut = cut(text).expect(text);
            assert_eq!(cut.pieces, pieces, "{text}");
            let names: Vec<&str> = cut.columns.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, columns, "{text}");
            for (name, range) in cut.columns {
                assert_eq!(text[range].trim_matches(['{', '}', ' ']), name);
            }
        }
        for (bad, at) in [("a/{", 2), ("a/{}", 2), ("{ }", 0), ("{a{b}", 0)] {
            assert_eq!(cut(bad).expect_err(bad).range, at..at + 1, "{bad}");
        }
    }
}
