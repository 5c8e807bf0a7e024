//! Lines: `serde_json` and `csv` with a buffer in front of the descriptor.

use super::{Failure, Row, each_row};
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

/// Rows that go nowhere.
pub(super) fn blackhole(input: &Path, _: &str) -> Result<(), Failure> {
    each_row(input, |row, _| {
        black_box(row);
        Ok(())
    })
}

/// JSON on standard output.
pub(super) fn stdout_json(input: &Path, _: &str) -> Result<(), Failure> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    each_row(input, |row, ends| {
        json(row, &mut out)?;
        if ends {
            out.flush()?;
        }
        Ok(())
    })?;
    out.flush()?;
    Ok(())
}

/// CSV on standard output.
pub(super) fn stdout_csv(input: &Path, _: &str) -> Result<(), Failure> {
    csv(input, io::stdout().lock(), |_| Ok(()))
}

/// A file of JSON lines.
pub(super) fn file_json(input: &Path, output: &str) -> Result<(), Failure> {
    synced(input, File::create(output)?).map(|_| ())
}

/// The same, on the disk when the system likes.
pub(super) fn file_json_unsynced(input: &Path, output: &str) -> Result<(), Failure> {
    let mut out = BufWriter::with_capacity(1 << 16, File::create(output)?);
    each_row(input, |row, ends| {
        json(row, &mut out)?;
        if ends {
            out.flush()?;
        }
        Ok(())
    })?;
    out.flush()?;
    Ok(())
}

/// A file of CSV.
pub(super) fn file_csv(input: &Path, output: &str) -> Result<(), Failure> {
    csv(input, File::create(output)?, File::sync_data)
}

/// A file of gzip, at the level that ours has, made of lines that were on the disk before.
pub(super) fn file_gzip(input: &Path, output: &str) -> Result<(), Failure> {
    let level = flate2::Compression::default();
    packed(input, output, |mut lines, file| {
        let mut packed = flate2::write::GzEncoder::new(file, level);
        io::copy(&mut lines, &mut packed)?;
        packed.finish()
    })
}

/// The same of Zstandard.
pub(super) fn file_zstd(input: &Path, output: &str) -> Result<(), Failure> {
    packed(input, output, |mut lines, file| {
        let mut packed = zstd::Encoder::new(file, zstd::DEFAULT_COMPRESSION_LEVEL)?;
        packed.include_checksum(true)?;
        io::copy(&mut lines, &mut packed)?;
        packed.finish()
    })
}

fn packed(
    input: &Path,
    output: &str,
    pack: impl FnOnce(BufReader<File>, File) -> io::Result<File>,
) -> Result<(), Failure> {
    let spool = spool(input, output)?;
    let lines = BufReader::with_capacity(1 << 16, File::open(&spool)?);
    pack(lines, File::create(output)?)?.sync_all()?;
    fs::remove_file(spool)?;
    Ok(())
}

/// JSON lines beside `output`, on the disk after each batch; where they are.
fn spool(input: &Path, output: &str) -> Result<String, Failure> {
    let path = format!("{output}.spool");
    synced(input, File::create(&path)?)?;
    Ok(path)
}

fn synced(input: &Path, file: File) -> Result<File, Failure> {
    let mut out = BufWriter::with_capacity(1 << 16, file);
    each_row(input, |row, ends| {
        json(row, &mut out)?;
        if ends {
            out.flush()?;
            out.get_ref().sync_data()?;
        }
        Ok(())
    })?;
    let file = out.into_inner()?;
    file.sync_data()?;
    Ok(file)
}

fn json(row: &Row<'_>, out: &mut impl Write) -> Result<(), Failure> {
    serde_json::to_writer(&mut *out, row)?;
    out.write_all(b"\n")?;
    Ok(())
}

fn csv<W: Write>(input: &Path, out: W, sync: impl Fn(&W) -> io::Result<()>) -> Result<(), Failure> {
    let mut builder = csv::WriterBuilder::new();
    let mut out = builder.buffer_capacity(1 << 16).from_writer(out);
    each_row(input, |row, ends| {
        out.serialize(row)?;
        if ends {
            out.flush()?;
            sync(out.get_ref())?;
        }
        Ok(())
    })?;
    out.flush()?;
    sync(out.get_ref())?;
    Ok(())
}
