//! What it costs to look at every byte once, whatever is made of it.

use super::{Contestant, each};
use crate::data::Chunk;
use crate::ours::Tally;
use std::hint::black_box;

/// A contestant that finds nothing.
#[derive(Debug)]
pub struct Bound {
    look: fn(&[u8]) -> Option<bool>,
    out: Vec<u8>,
}

impl Bound {
    /// Counts commas with memchr.
    pub fn commas() -> Self {
        Self::new(|payload| {
            black_box(memchr::memchr_iter(b',', payload).count());
            Some(false)
        })
    }

    /// Checks UTF-8 as the standard library does.
    pub fn std_utf8() -> Self {
        Self::new(|payload| std::str::from_utf8(payload).ok().map(|_| false))
    }

    /// Checks UTF-8 as simdutf8 does.
    pub fn simd_utf8() -> Self {
        Self::new(|payload| simdutf8::basic::from_utf8(payload).ok().map(|_| false))
    }

    fn new(look: fn(&[u8]) -> Option<bool>) -> Self {
        Self {
            look,
            out: Vec::new(),
        }
    }
}

impl Contestant for Bound {
    fn run(&mut self, chunk: &Chunk<'_>) -> Tally {
        each(chunk, &mut self.out, |payload, _| (self.look)(payload))
    }

    fn rows(&self) -> &[u8] {
        &self.out
    }
}
