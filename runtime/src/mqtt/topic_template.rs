//! Topics that are made of each row.

use super::topic::{self, Filter, TopicError};
use std::fmt;

/// A topic with places for parts of it, which each row has of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicTemplate {
    /// What stands before the first part, between two, and behind the last one.
    pieces: Vec<String>,
}

/// Why a row has no topic though each of its parts is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It would be longer than 65,535 bytes.
    TooLong,
    /// It would begin with `$`, as those do that are the broker's own.
    Reserved,
}

impl Unfit {
    /// For a person.
    pub fn reason(self) -> &'static str {
        match self {
            Self::TooLong => "its topic is longer than 65,535 bytes",
            Self::Reserved => "its topic begins with `$`",
        }
    }
}

impl TopicTemplate {
    /// A template of these pieces, at least one; of one alone it is a topic.
    pub fn new(pieces: Vec<String>) -> Result<Self, TopicError> {
        topic::check_name(&pieces.join("x"))?;
        Ok(Self { pieces })
    }

    /// How many parts a row has.
    pub fn parts(&self) -> usize {
        self.pieces.len() - 1
    }

    /// The topic of a row of these parts. It is made in `made`, unless it is always the same.
    pub fn topic<'t>(
        &'t self,
        parts: impl Iterator<Item = &'t str>,
        made: &'t mut String,
    ) -> Result<&'t str, Unfit> {
        let [first, rest @ ..] = self.pieces.as_slice() else {
            unreachable!("there is a piece");
        };
        if rest.is_empty() {
            return Ok(first);
        }
        made.clear();
        made.push_str(first);
        for (part, piece) in parts.zip(rest) {
            made.push_str(part);
            made.push_str(piece);
        }
        if made.len() > usize::from(u16::MAX) {
            return Err(Unfit::TooLong);
        }
        if made.starts_with('$') && first.is_empty() {
            return Err(Unfit::Reserved);
        }
        Ok(made)
    }

    /// A filter that all its topics match: a level with a part of the row in it is `+`.
    pub fn filter(&self) -> Filter {
        // A character that no topic has stands for what the rows decide.
        let marked = self.pieces.join("\0");
        let level = |level| {
            if str::contains(level, '\0') {
                "+"
            } else {
                level
            }
        };
        let levels: Vec<&str> = marked.split('/').map(level).collect();
        Filter::parse(&levels.join("/")).expect("what is no filter was no topic")
    }
}

/// With `{…}` for what the rows decide.
impl fmt::Display for TopicTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.pieces.join("{…}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(pieces: &[&str]) -> TopicTemplate {
        let pieces = pieces.iter().map(|&piece| piece.to_owned()).collect();
        TopicTemplate::new(pieces).expect("it is a topic")
    }

    #[test]
    fn rows_make_topics() {
        let mut made = "left over".to_owned();
        let fixed = template(&["a/b"]);
        assert_eq!(fixed.topic([].into_iter(), &mut made), Ok("a/b"));
        let two = template(&["a/", "/b", ""]);
        let topic = two.topic(["x", "y"].into_iter(), &mut made);
        assert_eq!((topic, two.parts()), (Ok("a/x/by"), 2));
        assert_eq!(two.to_string(), "a/{…}/b{…}");
    }

    #[test]
    fn some_topics_are_not_made() {
        let mut made = String::new();
        let first = template(&["", "/b"]);
        let topic = first.topic(["$SYS"].into_iter(), &mut made);
        assert_eq!(topic, Err(Unfit::Reserved));
        let long = "x".repeat(65_533);
        assert!(first.topic([&*long].into_iter(), &mut made).is_ok());
        let long = "x".repeat(65_534);
        let topic = first.topic([&*long].into_iter(), &mut made);
        assert_eq!(topic, Err(Unfit::TooLong));
        // Whoever writes it means it.
        let own = template(&["$own/", ""]);
        assert_eq!(own.topic(["x"].into_iter(), &mut made), Ok("$own/x"));
    }

    #[test]
    fn filters_have_all_topics() {
        for (pieces, filter) in [
            (&["a/b"][..], "a/b"),
            (&["a/", "/b", "c"], "a/+/+"),
            (&["", ""], "+"),
            (&["x", "/", "/$"], "+/+/$"),
        ] {
            assert_eq!(template(pieces).filter().as_str(), filter);
        }
        assert!(TopicTemplate::new(vec!["a/+/".into(), String::new()]).is_err());
    }
}
