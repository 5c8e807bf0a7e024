//! Mutants that are valid, or would be but for a scalar.

use super::Original;
use super::tokens::SCALARS;
use crate::json::{Json, STYLES};
use crate::random::Random;
use std::fmt::Write;

/// All of them.
pub fn all(original: &Original, random: &mut Random, each: &mut dyn FnMut(&[u8])) {
    let mut give = |tree: &Json| each(&tree.text(original.style));
    for number in 0..original.tree.containers() {
        for _ in 0..4 {
            let mut tree = original.tree.clone();
            shuffle(tree.container(number), random);
            give(&tree);
        }
        let members = members(original.tree.clone().container(number));
        for member in 0..members {
            for change in CHANGES {
                let mut tree = original.tree.clone();
                change(tree.container(number), member, random);
                give(&tree);
            }
            for _ in 0..4 {
                let mut tree = original.tree.clone();
                twice(tree.container(number), member, random);
                give(&tree);
            }
        }
    }
    for style in STYLES {
        each(&original.tree.text(*style));
    }
}

/// The tree with a few changes.
pub fn changed(tree: &Json, random: &mut Random) -> Json {
    let mut tree = tree.clone();
    for _ in 0..=random.below(2) {
        let containers = tree.containers();
        if containers == 0 {
            break;
        }
        let container = tree.container(random.below(containers));
        let members = members(container);
        if members == 0 {
            continue;
        }
        let member = random.below(members);
        match random.below(8) {
            0 => shuffle(container, random),
            1 | 2 => twice(container, member, random),
            change => CHANGES[change % CHANGES.len()](container, member, random),
        }
    }
    tree
}

fn members(container: &Json) -> usize {
    match container {
        Json::Scalar(_) => 0,
        Json::Object(members) => members.len(),
        Json::Array(elements) => elements.len(),
    }
}

fn shuffle(container: &mut Json, random: &mut Random) {
    match container {
        Json::Scalar(_) => {}
        Json::Object(members) => random.shuffle(members),
        Json::Array(elements) => random.shuffle(elements),
    }
}

type Change = fn(&mut Json, usize, &mut Random);

const CHANGES: &[Change] = &[
    remove,
    escape_key,
    other_key,
    other_value,
    wrap,
    nothing_in_it,
];

fn remove(container: &mut Json, member: usize, _: &mut Random) {
    match container {
        Json::Scalar(_) => {}
        Json::Object(members) => drop(members.remove(member)),
        Json::Array(elements) => drop(elements.remove(member)),
    }
}

/// Some of the key's characters as escapes.
fn escape_key(container: &mut Json, member: usize, random: &mut Random) {
    if let Json::Object(members) = container {
        let key = String::from_utf8_lossy(&members[member].0).into_owned();
        let mut escaped = String::new();
        for character in key.chars() {
            if random.once_in(3) && character != '\\' && u32::from(character) < 0x1_0000 {
                write!(escaped, "\\u{:04x}", u32::from(character)).expect("a string grows");
            } else {
                escaped.push(character);
            }
        }
        members[member].0 = escaped.into_bytes();
    }
}

/// The key a little different.
fn other_key(container: &mut Json, member: usize, random: &mut Random) {
    if let Json::Object(members) = container {
        let key = &mut members[member].0;
        match random.below(5) {
            0 => key.push(b'x'),
            1 => drop(key.pop()),
            2 => key.insert(0, b' '),
            3 => key.extend_from_slice(b",y"),
            _ => key.clear(),
        }
    }
}

fn other_value(container: &mut Json, member: usize, random: &mut Random) {
    let value = Json::Scalar(random.pick(SCALARS).to_vec());
    match container {
        Json::Scalar(_) => {}
        Json::Object(members) => members[member].1 = value,
        Json::Array(elements) => elements[member] = value,
    }
}

/// The value one level deeper.
fn wrap(container: &mut Json, member: usize, random: &mut Random) {
    let wrapped = |value: &Json, random: &mut Random| {
        if random.once_in(2) {
            Json::Array(vec![value.clone()])
        } else {
            Json::object([("a", value.clone())])
        }
    };
    match container {
        Json::Scalar(_) => {}
        Json::Object(members) => members[member].1 = wrapped(&members[member].1, random),
        Json::Array(elements) => elements[member] = wrapped(&elements[member], random),
    }
}

/// An object or array where the other one was, or neither.
fn nothing_in_it(container: &mut Json, member: usize, random: &mut Random) {
    let value = match random.below(4) {
        0 => Json::Array(vec![]),
        1 => Json::object([]),
        2 => Json::scalar("null"),
        _ => Json::scalar("\"\""),
    };
    match container {
        Json::Scalar(_) => {}
        Json::Object(members) => members[member].1 = value,
        Json::Array(elements) => elements[member] = value,
    }
}

/// The member a second time, before or after the first, as it is or with another value.
fn twice(container: &mut Json, member: usize, random: &mut Random) {
    let to = random.below(members(container) + 1);
    match container {
        Json::Scalar(_) => {}
        Json::Object(members) => {
            let copy = members[member].clone();
            members.insert(to, copy);
        }
        Json::Array(elements) => {
            let copy = elements[member].clone();
            elements.insert(to, copy);
        }
    }
    if random.once_in(2) {
        let change = if random.once_in(2) {
            other_value
        } else {
            nothing_in_it
        };
        change(container, to, random);
    }
}
