//! Rows on a terminal: columns below their names, as wide as what they hold.
//!
//! Rows come one by one and for ever, so nobody knows how wide a column will be. Each is as wide as
//! its name and the rows that were there when the names were written; a cell that is wider moves
//! those behind it, up to [`WIDEST`], and is cut there. From time to time the names are written
//! again, and by then the columns have the width of what was seen.

use crate::encode::Rows;
use crate::encode::csv::fields;
use crate::spec::TableColumn;
use std::fmt::Write as _;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Cells of the terminal that a column has at most.
const WIDEST: usize = 40;
/// Rows between two lines of names.
const REPEAT: usize = 50;

/// A table that is being shown.
#[derive(Debug)]
pub struct Table {
    columns: &'static [TableColumn],
    names: Vec<String>,
    /// How wide each column is.
    widths: Vec<usize>,
    /// How wide each will be below the next names.
    seen: Vec<usize>,
    /// Rows until the names are written again.
    left: usize,
}

impl Table {
    /// A table with these columns.
    pub fn new(columns: &'static [TableColumn]) -> Self {
        let names: Vec<String> = columns.iter().map(|column| shown(column.name)).collect();
        let widths: Vec<usize> = names.iter().map(|name| name.width()).collect();
        Self {
            columns,
            names,
            seen: widths.clone(),
            widths,
            left: 0,
        }
    }

    /// Lays out rows of CSV; `lines` gets as many rows, some of them with names before them.
    pub(super) fn lay_out(&mut self, rows: &Rows, lines: &mut Rows) {
        lines.clear();
        let cells: Vec<Vec<String>> = rows.iter().map(cells).collect();
        let mut line = String::new();
        for (at, row) in cells.iter().enumerate() {
            if self.left == 0 {
                for row in cells.iter().skip(at).take(REPEAT) {
                    self.see(row);
                }
                self.write_names(&mut line);
                self.left = REPEAT;
            }
            self.left -= 1;
            self.see(row);
            self.write(row, &mut line);
            lines.bytes.extend_from_slice(line.as_bytes());
            lines.ends.push(lines.bytes.len());
            line.clear();
        }
    }

    fn see(&mut self, row: &[String]) {
        for (seen, cell) in self.seen.iter_mut().zip(row) {
            *seen = cell.width().max(*seen);
        }
    }

    fn write_names(&mut self, line: &mut String) {
        let widths = self.seen.iter().map(|&seen| seen.min(WIDEST));
        self.widths = widths.collect();
        let names = std::mem::take(&mut self.names);
        self.write(&names, line);
        self.names = names;
        for (at, width) in self.widths.iter().enumerate() {
            let cross = if at == 0 { "" } else { "+" };
            write!(line, "{cross}{:-<1$}", "", width + 2).expect("a String takes it");
        }
        line.push('\n');
    }

    fn write(&self, row: &[String], line: &mut String) {
        for (at, (cell, &width)) in row.iter().zip(&self.widths).enumerate() {
            line.push_str(if at == 0 { " " } else { " | " });
            let cell = cut(cell);
            let room = width.saturating_sub(cell.width());
            let to_the_right = self.columns.get(at).is_some_and(|column| column.is_number);
            if to_the_right {
                line.extend(std::iter::repeat_n(' ', room));
            }
            line.push_str(&cell);
            if !to_the_right && at + 1 < row.len() {
                line.extend(std::iter::repeat_n(' ', room));
            }
        }
        line.push('\n');
    }
}

/// What is shown of the fields of a row of CSV.
fn cells(row: &[u8]) -> Vec<String> {
    let cells = fields(row).map(|field| match field {
        Some(text) => shown(&String::from_utf8_lossy(&text)),
        None => "NULL".to_owned(),
    });
    cells.collect()
}

/// The text with everything escaped that would do something to a terminal.
fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            letter if letter.is_control() || turns_direction(letter) => {
                write!(shown, "\\u{{{:x}}}", u32::from(letter)).expect("a String takes it");
            }
            letter => shown.push(letter),
        }
    }
    shown
}

/// Characters that break lines, or let what follows run the other way.
fn turns_direction(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The cell, or its beginning and a mark.
fn cut(cell: &str) -> std::borrow::Cow<'_, str> {
    if cell.width() <= WIDEST {
        return cell.into();
    }
    let mut width = 0;
    let fits = |letter: &char| {
        width += letter.width().unwrap_or(0);
        width < WIDEST
    };
    let start: String = cell.chars().take_while(fits).collect();
    (start + "…").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[TableColumn] = &[
        TableColumn {
            name: "sensor",
            is_number: false,
        },
        TableColumn {
            name: "°C",
            is_number: true,
        },
        TableColumn {
            name: "note",
            is_number: false,
        },
    ];

    fn laid_out(table: &mut Table, batch: &[[Option<&str>; 3]]) -> Rows {
        let (mut rows, mut lines) = (Rows::default(), Rows::default());
        for row in batch {
            let mut csv = rows.csv();
            for &cell in row {
                csv.field(cell);
            }
            csv.end();
        }
        table.lay_out(&rows, &mut lines);
        assert_eq!(lines.len(), batch.len());
        lines
    }

    fn text(rows: &Rows) -> &str {
        std::str::from_utf8(&rows.bytes).expect("text")
    }

    #[test]
    fn columns_are_as_wide_as_what_they_hold() {
        let mut table = Table::new(COLUMNS);
        let lines = laid_out(
            &mut table,
            &[
                [Some("a,\"b\""), Some("1.50"), Some("")],
                [Some("温度计"), Some("-12"), None],
                [None, None, Some("e\u{301}😀")],
            ],
        );
        let expected = " sensor |   °C | note\n\
                        --------+------+------\n \
                        a,\"b\"  | 1.50 | \n \
                        温度计 |  -12 | NULL\n \
                        NULL   | NULL | e\u{301}😀\n";
        assert_eq!(text(&lines), expected);
        assert_eq!(lines.ends[2], lines.bytes.len());
        let lines = laid_out(
            &mut table,
            &[[Some("a longer name"), Some("123456"), Some("x")]],
        );
        assert_eq!(
            text(&lines),
            " a longer name | 123456 | x\n",
            "it moves the others"
        );
    }

    #[test]
    fn what_is_too_long_is_cut_and_what_is_no_text_escaped() {
        let mut table = Table::new(COLUMNS);
        let long = "é".repeat(41);
        let wide = "温".repeat(21);
        let odd = "a\nb\t\u{1b}[31m\u{202e}\u{9b}";
        let lines = laid_out(
            &mut table,
            &[
                [Some(&long), Some("1"), Some(odd)],
                [Some(&wide), None, None],
            ],
        );
        let cells: Vec<Vec<&str>> = text(&lines)
            .lines()
            .map(|line| line.split(" | ").map(str::trim).collect())
            .collect();
        assert_eq!(cells[2][0], "é".repeat(39) + "…");
        assert_eq!(cells[2][2], "a\\nb\\t\\u{1b}[31m\\u{202e}\\u{9b}");
        assert_eq!(cells[3][0], "温".repeat(19) + "…");
    }

    #[test]
    fn names_come_again_in_the_width_of_what_was_seen() {
        let mut table = Table::new(COLUMNS);
        laid_out(&mut table, &[[Some("a"), Some("1"), None]; 40]);
        laid_out(&mut table, &[[Some("a long name"), Some("2"), None]; 10]);
        let lines = laid_out(&mut table, &[[Some("b"), Some("3"), Some("n")]; 51]);
        let lines: Vec<&str> = text(&lines).lines().collect();
        assert_eq!(lines.len(), 51 + 2 * 2);
        assert_eq!(lines[0], " sensor      | °C | note");
        assert_eq!(lines[2], " b           |  3 | n");
        assert_eq!(lines[52], lines[0]);
    }
}
