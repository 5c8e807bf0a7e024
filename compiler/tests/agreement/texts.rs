//! Texts to cast: those where the two sides could differ, and random ones around valid forms.

use super::random::Random;
use laminarc::types::DataType;

/// Texts for every type, whatever it makes of them.
pub const TABLE: &[&str] = &[
    "",
    " ",
    "true",
    "O",
    "of",
    "yE",
    "1",
    "+1",
    "--1",
    "+-1",
    "-0",
    "-0.0",
    "\u{a0}1",
    "1\u{2003}",
    "\u{b}1\u{c}",
    "\u{85}1",
    "\u{661}",
    "0x10",
    "1_000",
    "00000000000000000000000000000000000000000000000007",
    "340282366920938463463374607431768211456",
    "1.5",
    "2.5",
    "-2.5",
    ".5",
    "5.",
    ".",
    "1e5",
    "1.e5",
    "1e",
    "1e+",
    "1e-400",
    "0e-400",
    "1e-46",
    "7e-46",
    "1e39",
    "1e400",
    "0e99999999999999999999",
    "1e99999999999999999999",
    "1e-99999999999999999999",
    "9007199254740993",
    "16777217",
    "nan",
    "inf",
    "-Infinity",
    "99999999.995",
    "99999999.994999",
    "0.000005",
    "0.99999999999999999999999999999999999999499999999",
    "99999999999999999999999999999999999999.5",
    "2024-01-01",
    "2024-01-01 10:00",
    "2024-01-01 10:00Z",
    "2024-01-01T10:00+01",
    "2024-01-01 10:00:00+01",
    "2024-01-01 10:00:00+0130",
    "2024-01-01 10:00:00-01:30",
    "2024-01-01 10:00:00+1",
    "2024-01-01 10:00:00+01:",
    "2024-01-01 10:00:00+24:00",
    "2024-01-01 10:00:00.",
    "2024-01-01 10:00:00.4999999999",
    "2024-01-01 10:00:00.1234567891",
    "2024-01-01 10:00:00.0004999999999",
    "2024-01-01 23:59:59.9999999999",
    "2024-01-01 23:59:60",
    "2024-01-01 24:00",
    "2024-01-01Z",
    "2024-01-01 ",
    "2024-01-01T",
    "2024-1-1",
    "2023-02-29",
    "0000-01-01",
    "0001-01-01T00:00+01",
    "9999-12-31 23:59:59.9999999",
    "1677-09-21T00:12:43.145224192Z",
    "1677-09-21T00:12:43.145224191Z",
    "2262-04-11T23:47:16.8547758075Z",
    "10:00",
    "10:00:00.1234567891",
    "10:00:00.4999999999",
    "23:59:59.9999994999",
    "23:59:59.9999995",
    "23:59:60",
    "1:00",
    "10:00Z",
    "null",
    "\"\\ud800\"",
    "\"\\ud83d\\ude00\"",
    "\"\\u12\"",
    "\"\\x\"",
    "{\"a\": [1, 2.5e3, null, {\"\": \"\\n\"}]}",
    "[1,]",
    "\u{c}1",
    "01",
    "\\x00ff",
    "\\x 00 fF ",
    "\\x0 0",
    "\\x0",
    "\\X00",
    " \\x00",
    "a\\\\b",
    "a\\b",
    "\\101\\377",
    "\\400",
    "\\18",
    "ünïcode",
];

/// A text that is often one of type `to`, or nearly.
pub fn generate(to: DataType, random: &mut Random) -> String {
    let mut text = match to {
        DataType::Boolean => word(random),
        DataType::Integer(_) => integer(random),
        DataType::Float32 | DataType::Float64 | DataType::Decimal { .. } => number(random),
        DataType::Text | DataType::Bytes => bytes(random),
        DataType::Timestamp(_) => timestamp(random),
        DataType::Date => date(random),
        DataType::Time => clock(random),
        DataType::Interval => interval(random),
        DataType::Json | DataType::Struct(_) | DataType::Array(_) => json(random, 0),
    };
    for _ in 0..random.below(8).saturating_sub(5) {
        spoil(&mut text, random);
    }
    if random.chance(10) {
        let space = [
            " ", "\t", "\n", "\r", "\u{b}", "\u{c}", "\u{a0}", "\u{3000}",
        ];
        let (before, behind) = (*random.pick(&space), *random.pick(&space));
        text = format!("{before}{text}{behind}");
    }
    text
}

/// Puts in, takes out or changes one character.
fn spoil(text: &mut String, random: &mut Random) {
    const ODD: &[char] = &[
        '0', '9', '5', '-', '+', '.', 'e', ':', 'T', 'Z', ' ', '\\', '"', ',', '[', '}', 'x', 'é',
        '\u{a0}', '\'',
    ];
    let mut all: Vec<char> = text.chars().collect();
    let at = random.below(all.len() + 1);
    let odd = *random.pick(ODD);
    if random.chance(40) || at == all.len() {
        all.insert(at, odd);
    } else if random.chance(50) {
        all.remove(at);
    } else {
        all[at] = odd;
    }
    *text = all.into_iter().collect();
}

fn word(random: &mut Random) -> String {
    let words = [
        "true", "false", "yes", "no", "on", "off", "1", "0", "TRUE", "oFf",
    ];
    let word = random.pick(&words);
    let kept = if random.chance(50) {
        1 + random.below(word.len())
    } else {
        word.len()
    };
    word[..kept].to_owned()
}

fn digits(random: &mut Random, most: usize) -> String {
    // runs of nines and fours are where rounding carries on
    let digit = |random: &mut Random| *random.pick(&["0", "4", "5", "9", "9", "1", "7"]);
    (0..random.below(most + 1)).map(|_| digit(random)).collect()
}

fn sign(random: &mut Random) -> &'static str {
    const SIGNS: &[&str] = &["", "", "", "-", "-", "+"];
    random.pick::<&str>(SIGNS)
}

fn integer(random: &mut Random) -> String {
    let limits = [
        "127",
        "128",
        "255",
        "256",
        "32767",
        "32768",
        "65535",
        "65536",
        "2147483647",
        "2147483648",
        "4294967295",
        "4294967296",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
    ];
    let sign = sign(random);
    if random.chance(40) {
        let limit = random.pick(&limits);
        return format!("{sign}{limit}");
    }
    let most = *random.pick(&[2, 3, 22]);
    format!("{sign}{}", digits(random, most))
}

fn number(random: &mut Random) -> String {
    let most = *random.pick(&[3, 9, 20, 45]);
    let mut text = format!("{}{}", sign(random), digits(random, most));
    if random.chance(70) {
        text += ".";
        text += &digits(random, most);
    }
    if random.chance(30) {
        let exponent = *random.pick(&["0", "1", "2", "7", "20", "38", "46", "300", "324", "400"]);
        text = format!(
            "{text}{}{}{exponent}",
            random.pick(&["e", "E"]),
            sign(random)
        );
    }
    text
}

fn bytes(random: &mut Random) -> String {
    let hexadecimal = random.chance(50);
    let parts: &[&str] = if hexadecimal {
        &["00", "ff", "A9", "0b", " ", "\t", "3"]
    } else {
        &["a", "\\\\", "\\001", "\\377", "é", " ", "\\x"]
    };
    let body: String = (0..random.below(6)).map(|_| *random.pick(parts)).collect();
    if hexadecimal {
        format!("\\x{body}")
    } else {
        body
    }
}

fn two(random: &mut Random, limit: usize) -> String {
    format!("{:02}", random.below(limit))
}

fn date(random: &mut Random) -> String {
    let year = *random.pick(&[
        "1970", "2024", "1900", "0001", "9999", "1677", "2262", "0000",
    ]);
    format!("{year}-{}-{}", two(random, 14), two(random, 32))
}

fn clock(random: &mut Random) -> String {
    let mut text = format!("{}:{}", two(random, 25), two(random, 61));
    if random.chance(80) {
        text = format!("{text}:{}", two(random, 62));
        if random.chance(70) {
            text = format!("{text}.{}", digits(random, 14));
        }
    }
    text
}

fn interval(random: &mut Random) -> String {
    let units = [
        "day", "days", "mon", "months", "year", "y", "weeks", "hours", "min", "m", "s", "seconds",
        "ms", "us", "decade", "century", "DAY", "parsecs",
    ];
    if random.chance(25) {
        let unit = |random: &mut Random| *random.pick(&["Y", "M", "W", "D", "H", "S", "T"]);
        let parts = (0..=random.below(4)).map(|_| {
            let count = *random.pick(&["1", "-2", "0.5", "10.75", "+3", ""]);
            format!("{count}{}", unit(random))
        });
        return format!("P{}", parts.collect::<String>());
    }
    let parts = (0..=random.below(3)).map(|_| match random.below(6) {
        0 => format!("{}{}", sign(random), clock(random)),
        1 => (*random.pick(&["1-2", "-3-11", "7-12", "90", "1.5", "ago", "@"])).to_owned(),
        _ => {
            let most = *random.pick(&[1, 2, 2, 11, 20]);
            let space = *random.pick(&[" ", "", "  "]);
            let fraction = ["", ".5", ".25", ".999999999"][random.below(4)];
            let count = format!("{}{}{fraction}", sign(random), digits(random, most));
            format!("{count}{space}{}", random.pick(&units))
        }
    });
    parts.collect::<Vec<_>>().join(" ")
}

fn timestamp(random: &mut Random) -> String {
    let date = date(random);
    if random.chance(10) {
        return date;
    }
    let separator = *random.pick(&["T", " ", " ", "t"]);
    let text = format!("{date}{separator}{}", clock(random));
    let offset = match random.below(6) {
        0 | 1 => String::new(),
        2 => "Z".to_owned(),
        3 => format!("+{}", two(random, 25)),
        4 => format!("-{}{}", two(random, 25), two(random, 61)),
        _ => format!("+{}:{}", two(random, 25), two(random, 61)),
    };
    text + &offset
}

fn json(random: &mut Random, depth: usize) -> String {
    let space = |random: &mut Random| *random.pick(&["", "", " ", "\n"]);
    match random.below(if depth < 3 { 8 } else { 5 }) {
        0 => (*random.pick(&["true", "false", "null"])).to_owned(),
        1 | 2 => number(random),
        3 | 4 => string(random),
        5 | 6 => {
            let items: Vec<String> = (0..random.below(4))
                .map(|_| json(random, depth + 1) + space(random))
                .collect();
            format!("[{}{}]", space(random), items.join(","))
        }
        _ => {
            let items: Vec<String> = (0..random.below(4))
                .map(|_| {
                    format!(
                        "{}{}:{}",
                        string(random),
                        space(random),
                        json(random, depth + 1)
                    )
                })
                .collect();
            format!("{{{}{}}}", space(random), items.join(", "))
        }
    }
}

fn string(random: &mut Random) -> String {
    let parts = [
        "a", "é", "\\n", "\\u00e9", "\\ud800", "\\udc00", "\\/", "\u{7f}", "\\\"", " ",
    ];
    let body: String = (0..random.below(4)).map(|_| *random.pick(&parts)).collect();
    format!("\"{body}\"")
}
