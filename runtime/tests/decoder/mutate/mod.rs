//! Messages that are almost another one: damaged, or changed and still valid.
//!
//! Each function gives its mutants to `each`, one after another. What the tiers have learned is
//! the message that the mutants are made from, so that each of them is as near as can be to what
//! they would take.

mod bytes;
mod tokens;
mod trees;

pub use bytes::damage;

use crate::json::{Json, Style};
use crate::random::Random;

/// A valid message and what it was written from.
#[derive(Clone, Debug)]
pub struct Original {
    pub tree: Json,
    pub style: Style,
    pub text: Vec<u8>,
}

impl Original {
    pub fn new(tree: Json, style: Style) -> Self {
        Self {
            text: tree.text(style),
            tree,
            style,
        }
    }
}

/// All mutants of `original`; `other` is another valid message of the same kind.
pub fn all(
    original: &Original,
    other: &Original,
    random: &mut Random,
    each: &mut dyn FnMut(&[u8]),
) {
    bytes::all(&original.text, random, each);
    tokens::all(&original.text, random, each);
    tokens::spliced(&original.text, &other.text, random, each);
    trees::all(original, random, each);
}

/// Several changes at once.
pub fn mixed(original: &Original, other: &Original, random: &mut Random, out: &mut Vec<u8>) {
    let tree = trees::changed(&original.tree, random);
    *out = tree.text(original.style);
    match random.below(4) {
        0 => {}
        1 => tokens::splice(out, &other.text, random),
        _ => {
            for _ in 0..=random.below(2) {
                bytes::damage(random, out);
            }
        }
    }
}
