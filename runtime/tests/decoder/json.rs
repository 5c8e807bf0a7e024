//! Messages as trees, so that they can be written in several ways and changed where it matters.

use std::ops::Range;

/// A value. Scalars and keys are the bytes that are written, whatever they are.
#[derive(Clone, Debug)]
pub enum Json {
    Scalar(Vec<u8>),
    Object(Vec<(Vec<u8>, Json)>),
    Array(Vec<Json>),
}

/// White space between the tokens.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Behind an opening bracket and a comma.
    pub before_member: &'static str,
    pub after_key: &'static str,
    pub after_colon: &'static str,
    /// In front of a comma or a closing bracket.
    pub after_member: &'static str,
    /// Behind the text.
    pub end: &'static str,
}

/// Without white space.
pub const COMPACT: Style = Style {
    before_member: "",
    after_key: "",
    after_colon: "",
    after_member: "",
    end: "",
};

/// How senders write.
pub const STYLES: &[Style] = &[
    COMPACT,
    COMPACT,
    Style {
        after_colon: " ",
        before_member: " ",
        ..COMPACT
    },
    Style {
        end: "\n",
        ..COMPACT
    },
    Style {
        before_member: "\n\t",
        after_colon: " ",
        ..COMPACT
    },
    Style {
        before_member: " ",
        after_key: " ",
        after_colon: " ",
        after_member: " ",
        end: "\r\n",
    },
];

impl Json {
    pub fn scalar(text: impl Into<String>) -> Self {
        Self::Scalar(text.into().into_bytes())
    }

    /// An object with these keys, as they are written.
    pub fn object<'k>(members: impl IntoIterator<Item = (&'k str, Self)>) -> Self {
        let members = members.into_iter();
        Self::Object(
            members
                .map(|(key, value)| (key.as_bytes().to_vec(), value))
                .collect(),
        )
    }

    /// The text.
    pub fn text(&self, style: Style) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(style, &mut out);
        out.extend_from_slice(style.end.as_bytes());
        out
    }

    fn write(&self, style: Style, out: &mut Vec<u8>) {
        match self {
            Self::Scalar(text) => out.extend_from_slice(text),
            Self::Object(members) => {
                list(*b"{}", style, out, members, |(key, value), out| {
                    out.push(b'"');
                    out.extend_from_slice(key);
                    out.push(b'"');
                    out.extend_from_slice(style.after_key.as_bytes());
                    out.push(b':');
                    out.extend_from_slice(style.after_colon.as_bytes());
                    value.write(style, out);
                });
            }
            Self::Array(elements) => {
                list(*b"[]", style, out, elements, |value, out| {
                    value.write(style, out);
                });
            }
        }
    }

    /// How many objects and arrays there are.
    pub fn containers(&self) -> usize {
        let below: usize = match self {
            Self::Scalar(_) => return 0,
            Self::Object(members) => members.iter().map(|(_, value)| value.containers()).sum(),
            Self::Array(elements) => elements.iter().map(Self::containers).sum(),
        };
        below + 1
    }

    /// Object or array `number`, counted from the outside in.
    pub fn container(&mut self, mut number: usize) -> &mut Self {
        if number == 0 {
            return self;
        }
        number -= 1;
        let values: Vec<&mut Self> = match self {
            Self::Scalar(_) => Vec::new(),
            Self::Object(members) => members.iter_mut().map(|(_, value)| value).collect(),
            Self::Array(elements) => elements.iter_mut().collect(),
        };
        for value in values {
            let count = value.containers();
            if number < count {
                return value.container(number);
            }
            number -= count;
        }
        panic!("there are fewer containers");
    }
}

fn list<T>(
    brackets: [u8; 2],
    style: Style,
    out: &mut Vec<u8>,
    items: &[T],
    write: impl Fn(&T, &mut Vec<u8>),
) {
    out.push(brackets[0]);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(style.before_member.as_bytes());
        write(item, out);
        out.extend_from_slice(style.after_member.as_bytes());
    }
    out.push(brackets[1]);
}

/// Where the tokens of a text stand.
pub fn tokens(text: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = at;
        at += match text[at] {
            b' ' | b'\t' | b'\n' | b'\r' => {
                at += 1;
                continue;
            }
            b'"' => string(&text[at..]),
            b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
            _ => {
                let ends = |byte: &u8| b" \t\n\r{}[],:\"".contains(byte);
                text[at..].iter().position(ends).unwrap_or(text.len() - at)
            }
        };
        found.push(start..at);
    }
    found
}

/// The length of the string that `text` starts with, or of all where it does not end.
fn string(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = text.get(at).filter(|&&byte| byte != b'"') {
        at += 1 + usize::from(*byte == b'\\');
    }
    text.len().min(at + 1)
}
