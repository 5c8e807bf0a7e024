//! How many rows a file holds.

use super::by_hand::Failure;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;

/// The rows of a file of JSON lines, CSV with a header, either compressed, Parquet or Arrow.
///
/// # Errors
/// Where it cannot be read, or is none of these as a whole.
pub fn rows(path: &Path) -> Result<usize, Failure> {
    let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
    match file.fill_buf()? {
        [b'P', b'A', b'R', b'1', ..] => {
            let reader = SerializedFileReader::new(File::open(path)?)?;
            Ok(usize::try_from(
                reader.metadata().file_metadata().num_rows(),
            )?)
        }
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] => {
            let mut batches = arrow_ipc::reader::FileReader::try_new(file, None)?;
            batches.try_fold(0, |rows, batch| Ok(rows + batch?.num_rows()))
        }
        [0x1f, 0x8b, ..] => lines(flate2::bufread::GzDecoder::new(file)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => lines(zstd::Decoder::with_buffer(file)?),
        _ => lines(file),
    }
}

fn lines(mut text: impl Read) -> Result<usize, Failure> {
    let (mut chunk, mut count) = (vec![0; 1 << 16], 0);
    let mut first = None;
    loop {
        match text.read(&mut chunk)? {
            0 => break,
            read => {
                first = first.or(Some(chunk[0]));
                count += chunk[..read].split(|byte| *byte == b'\n').count() - 1;
            }
        }
    }
    // a header
    let is_csv = first.is_some_and(|first| first != b'{');
    Ok(count - usize::from(is_csv))
}
