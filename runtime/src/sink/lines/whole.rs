//! Where whole rows end in what a process left behind when it was killed.

use super::Form;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

/// How much of a file is read at once.
const CHUNK: usize = 1 << 16;

/// How far a file was read.
#[derive(Clone, Copy, Debug, Default)]
struct Scan {
    /// Bytes read.
    at: u64,
    /// Where the last whole row ends.
    whole: u64,
    /// How many whole rows there are.
    rows: u64,
    /// The next byte stands in quotes. A quote in a field is written twice, so that each changes
    /// this and the other one changes it back.
    in_quotes: bool,
}

impl Scan {
    fn read(&mut self, bytes: &[u8], form: Form) {
        for byte in bytes {
            self.at += 1;
            match byte {
                b'"' if form == Form::Csv => self.in_quotes = !self.in_quotes,
                b'\n' if !self.in_quotes => {
                    self.whole = self.at;
                    self.rows += 1;
                }
                _ => {}
            }
        }
    }
}

/// What is left of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole {
    /// Its length in bytes.
    pub length: u64,
    /// How many rows it has, a header included.
    pub rows: u64,
}

/// Cuts off what stands behind the last whole row.
///
/// # Errors
/// What the file says when it is read or cut.
pub fn cut(file: &mut File, form: Form) -> io::Result<Whole> {
    let mut scan = Scan::default();
    let mut chunk = vec![0; CHUNK];
    file.seek(SeekFrom::Start(0))?;
    loop {
        match file.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => scan.read(&chunk[..count], form),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    if scan.whole < scan.at {
        file.set_len(scan.whole)?;
        file.sync_data()?;
    }
    Ok(Whole {
        length: scan.whole,
        rows: scan.rows,
    })
}

/// What ends the row that `bytes` breaks off in, if they do. They start with a row.
pub(super) fn ending(bytes: &[u8], form: Form) -> Option<&'static [u8]> {
    let mut scan = Scan::default();
    scan.read(bytes, form);
    match scan {
        Scan { at, whole, .. } if at == whole => None,
        Scan {
            in_quotes: true, ..
        } => Some(b"\"\n"),
        Scan { .. } => Some(b"\n"),
    }
}

/// An error where the file does not start with this header.
pub(super) fn expect_header(file: &mut File, header: &str) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    let mut start = Vec::with_capacity(header.len());
    file.take(header.len() as u64).read_to_end(&mut start)?;
    if start == header.as_bytes() {
        return Ok(());
    }
    let wanted = header.trim_end();
    Err(io::Error::other(format!(
        "its first line is not the header `{wanted}` of these rows"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_breaks_off_is_ended() {
        let json = |text: &str| ending(text.as_bytes(), Form::Json);
        let csv = |text: &str| ending(text.as_bytes(), Form::Csv);
        assert_eq!(json("{}\n"), None);
        assert_eq!(json("{}\n{\"a\""), Some(&b"\n"[..]));
        assert_eq!(csv("a,\"b\n"), Some(&b"\"\n"[..]));
        assert_eq!(csv("a,\"b\"\"\n\"\n"), None);
        assert_eq!(csv("a,\"b\"\"\n\"\nc"), Some(&b"\n"[..]));
    }

    #[test]
    fn half_rows_are_cut_off() {
        let cases = [
            (Form::Csv, "a,b\n\"x\ny\",1\n\"z\n", "a,b\n\"x\ny\",1\n", 2),
            (Form::Csv, "a,b\n1,2\n3", "a,b\n1,2\n", 2),
            (Form::Csv, "a,", "", 0),
            (Form::Csv, "a\n\"\"\n", "a\n\"\"\n", 2),
            (Form::Json, "{\"a\":\"\\\"\"}\n{\"", "{\"a\":\"\\\"\"}\n", 1),
        ];
        let name = format!("laminar-whole.{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        for (form, before, after, rows) in cases {
            std::fs::write(&path, before).expect("it can be written");
            let open = File::options().read(true).write(true).open(&path);
            let left = cut(&mut open.expect("it can be opened"), form).expect("it can be cut");
            let text = std::fs::read_to_string(&path).expect("it can be read");
            let length = after.len() as u64;
            assert_eq!(
                (text.as_str(), left),
                (after, Whole { length, rows }),
                "{before}"
            );
        }
        std::fs::remove_file(&path).expect("it can be removed");
    }
}
