//! Where whole rows end in what a process left behind when it was killed.

use super::Form;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::FileExt as _;

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

/// How far an object of JSON is read.
#[derive(Clone, Copy, Debug, Default)]
struct Object {
    /// How many brackets are open.
    depth: usize,
    in_text: bool,
    /// The next character of a text means itself.
    escaped: bool,
}

impl Object {
    fn read(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.in_text => self.escaped = true,
                b'"' => self.in_text = !self.in_text,
                _ if self.in_text => {}
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
    }
}

/// What stands behind the last line feed of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tail {
    /// Nothing.
    None,
    /// An object that breaks off after so many bytes of the file: half of a row.
    HalfRow {
        /// Where the row begins.
        start: u64,
    },
    /// A whole row, or a text that is no row.
    Text,
}

/// What a file of JSON lines ends with. From its end on it is read as far as the last line feed.
///
/// # Errors
/// What the file says when it is read.
pub(super) fn tail(file: &File) -> io::Result<Tail> {
    let length = file.metadata()?.len();
    let start = last_line(file, length)?;
    if start == length {
        return Ok(Tail::None);
    }
    let (mut chunk, mut at) = (vec![0; CHUNK], start);
    let mut object = Object::default();
    while at < length {
        let count = chunk
            .len()
            .min(usize::try_from(length - at).unwrap_or(CHUNK));
        file.read_exact_at(&mut chunk[..count], at)?;
        if at == start && chunk[0] != b'{' {
            return Ok(Tail::Text);
        }
        object.read(&chunk[..count]);
        at += count as u64;
    }
    Ok(if object.depth > 0 {
        Tail::HalfRow { start }
    } else {
        Tail::Text
    })
}

/// Where the line begins that ends with the file.
fn last_line(file: &File, length: u64) -> io::Result<u64> {
    let (mut chunk, mut end) = (vec![0; CHUNK], length);
    while end > 0 {
        let count = chunk.len().min(usize::try_from(end).unwrap_or(CHUNK));
        let start = end - count as u64;
        file.read_exact_at(&mut chunk[..count], start)?;
        if let Some(feed) = memchr::memrchr(b'\n', &chunk[..count]) {
            return Ok(start + feed as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

/// Cuts `half`, of a row, off the end of a file, if that is still what the file ends with.
///
/// # Errors
/// What the file says when it is read or cut.
pub(super) fn cut_half(file: &File, half: &[u8]) -> io::Result<bool> {
    let Some(start) = file.metadata()?.len().checked_sub(half.len() as u64) else {
        return Ok(false);
    };
    let mut end = vec![0; half.len()];
    file.read_exact_at(&mut end, start)?;
    if end == half {
        file.set_len(start)?;
    }
    Ok(end == half)
}

/// The row that `bytes` break off in; empty where they do not. They start with a row.
pub(super) fn half(bytes: &[u8], form: Form) -> &[u8] {
    let mut scan = Scan::default();
    scan.read(bytes, form);
    let whole = usize::try_from(scan.whole).expect("it is within the bytes");
    &bytes[whole..]
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
    fn half_rows_of_json_are_known() {
        let name = format!("laminar-tail.{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let long = "x".repeat(CHUNK);
        let row = |text: &str| format!("{{\"a\":\"{text}\"}}");
        let cases = [
            (String::new(), Tail::None),
            (row("b") + "\n", Tail::None),
            ("{}\n{".to_owned(), Tail::HalfRow { start: 3 }),
            (r#"{"a":{"b":1}"#.to_owned(), Tail::HalfRow { start: 0 }),
            (r#"{"a":"}\"}"#.to_owned(), Tail::HalfRow { start: 0 }),
            (r#"{"a":[1,2"#.to_owned(), Tail::HalfRow { start: 0 }),
            (row("{\\\\"), Tail::Text),
            ("somebody's".to_owned(), Tail::Text),
            (row(&long) + "\n" + &row(&long), Tail::Text),
            (
                format!("{{}}\n{{\"{long}{long}"),
                Tail::HalfRow { start: 3 },
            ),
        ];
        for (content, expected) in cases {
            std::fs::write(&path, &content).expect("it can be written");
            let file = File::open(&path).expect("it can be opened");
            assert_eq!(tail(&file).expect("it can be read"), expected, "{content}");
        }
        std::fs::remove_file(&path).expect("it can be removed");
    }

    #[test]
    fn half_a_row_is_cut_off_where_it_stands_last() {
        let name = format!("laminar-half.{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        assert_eq!(half(b"{}\n{\"a\n", Form::Json), b"");
        assert_eq!(half(b"a,\"b\n", Form::Csv), b"a,\"b\n");
        for (content, cut, left) in [
            ("{}\n{\"a", true, "{}\n"),
            ("{\"a", true, ""),
            ("{}\n{\"a\n", false, "{}\n{\"a\n"),
            ("a", false, "a"),
        ] {
            std::fs::write(&path, content).expect("it can be written");
            let open = File::options().read(true).append(true).open(&path);
            let file = open.expect("it can be opened");
            let done = cut_half(&file, half(b"{}\n{\"a", Form::Json));
            assert_eq!(done.expect("it can be cut"), cut, "{content}");
            assert_eq!(std::fs::read_to_string(&path).expect("it is there"), left);
        }
        std::fs::remove_file(&path).expect("it can be removed");
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
