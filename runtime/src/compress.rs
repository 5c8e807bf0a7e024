//! Compressed lines: what a file of JSON lines or CSV is made into when it is finished.
//!
//! A compressed file has no place where a row could be added and be on the disk by itself without
//! giving up most of what compressing is for, so rows wait in a *spool*, as those of columns do,
//! and are compressed as a whole: one member of gzip (RFC 1952), or one frame of Zstandard
//! (RFC 8878), each with its checksum. The bytes depend on the rows alone: no name and no time is
//! in them.

use crate::spec::Compressor;
use std::io::{self, BufRead, Write};

/// Gzip, at its usual level (6).
#[cfg(feature = "gzip")]
pub const GZIP: Compressor = Compressor { write: gzip };

/// Zstandard, at its usual level (3).
#[cfg(feature = "zstd")]
pub const ZSTD: Compressor = Compressor { write: zstd };

#[cfg(feature = "gzip")]
fn gzip(lines: &mut dyn BufRead, out: &mut dyn Write) -> io::Result<()> {
    let level = flate2::Compression::default();
    let mut encoder = flate2::write::GzEncoder::new(out, level);
    io::copy(lines, &mut encoder)?;
    encoder.finish().map(|_| ())
}

#[cfg(feature = "zstd")]
fn zstd(lines: &mut dyn BufRead, out: &mut dyn Write) -> io::Result<()> {
    let mut encoder = zstd::Encoder::new(out, zstd::DEFAULT_COMPRESSION_LEVEL)?;
    encoder.include_checksum(true)?;
    io::copy(lines, &mut encoder)?;
    encoder.finish().map(|_| ())
}
