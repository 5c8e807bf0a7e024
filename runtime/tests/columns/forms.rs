//! Values that FORMAT says are not written as usual.

use super::{V, read};
use laminar_runtime::error::Reason;
use laminar_runtime::row::Required;

#[test]
fn numbers_in_strings() {
    let integers = [
        ("12", Ok(12)),
        ("\"12\"", Ok(12)),
        ("\" -7 \"", Ok(-7)),
        ("\"+7\"", Ok(7)),
        ("\"\\u0034\"", Ok(4)),
        ("\"128\"", Err(Reason::OutOfRange)),
        ("\"1.0\"", Err(Reason::NotAnInteger)),
        ("1e2", Err(Reason::NotAnInteger)),
        ("\"\"", Err(Reason::WrongKind)),
        ("\"-\"", Err(Reason::WrongKind)),
        ("\"+-1\"", Err(Reason::WrongKind)),
        ("\"12 V\"", Err(Reason::WrongKind)),
        ("true", Err(Reason::WrongKind)),
        ("[1]", Err(Reason::WrongKind)),
    ];
    for (value, want) in integers {
        let got = read(value, |row| row.integer_or_string::<i8>(V).required());
        assert_eq!(got, want, "{value}");
    }
    let doubles = [
        ("2.5", Ok(2.5)),
        ("\"2.5\"", Ok(2.5)),
        ("\".5\"", Ok(0.5)),
        ("\"5.\"", Ok(5.0)),
        ("\"+1e3\"", Ok(1000.0)),
        ("\"-0\"", Ok(0.0)),
        ("\"1e999\"", Err(Reason::OutOfRange)),
        ("\"NaN\"", Err(Reason::WrongKind)),
        ("\"inf\"", Err(Reason::WrongKind)),
        ("\"0x10\"", Err(Reason::WrongKind)),
        ("\"1,5\"", Err(Reason::WrongKind)),
    ];
    for (value, want) in doubles {
        let got = read(value, |row| row.float64_or_string(V).required());
        assert_eq!(got, want, "{value}");
        if want != Err(Reason::OutOfRange) {
            let single = read(value, |row| row.float32_or_string(V).required());
            assert_eq!(single.map(f64::from), want, "{value}");
        }
    }
    let beyond = read("\"1e39\"", |row| row.float32_or_string(V).required());
    assert_eq!(beyond, Err(Reason::OutOfRange));
    assert_eq!(read("null", |row| row.float64_or_string(V)), Ok(None));
}

#[test]
fn on_and_off() {
    let yes = [
        "true", "1", "\"ON\"", "\"on\"", "\"True\"", "\"1\"", "\"Yes\"",
    ];
    for value in yes {
        assert_eq!(read(value, |row| row.on_off(V)), Ok(Some(true)), "{value}");
    }
    let no = [
        "false",
        "0",
        "\"OFF\"",
        "\"Off\"",
        "\"false\"",
        "\"0\"",
        "\"no\"",
    ];
    for value in no {
        assert_eq!(read(value, |row| row.on_off(V)), Ok(Some(false)), "{value}");
    }
    for value in ["2", "1.0", "\"\"", "\"on \"", "\"open\"", "[]", "{}"] {
        let got = read(value, |row| row.on_off(V));
        assert_eq!(got, Err(Reason::WrongKind), "{value}");
    }
    assert_eq!(read("null", |row| row.on_off(V)), Ok(None));
}

#[test]
fn hexadecimal_digits() {
    let cases = [
        ("\"\"", Ok(&b""[..])),
        ("\"00fF7a\"", Ok(b"\x00\xff\x7a")),
        ("\"0\"", Err(Reason::Hex)),
        ("\"0g\"", Err(Reason::Hex)),
        ("\"00 11\"", Err(Reason::Hex)),
        ("\"+1\"", Err(Reason::Hex)),
        ("12", Err(Reason::WrongKind)),
    ];
    for (value, want) in cases {
        let got = read(value, |row| Ok(row.hex(V)?.map(<[u8]>::to_vec)));
        assert_eq!(got, want.map(|bytes| Some(bytes.to_vec())), "{value}");
    }
}

#[test]
fn a_missing_key_is_not_null() {
    assert_eq!(read("1", |row| Ok(row.has(V))), Ok(true));
    assert_eq!(read("null", |row| Ok(row.has(V))), Ok(true));
    assert_eq!(read("1, \"w\": 2", |row| Ok(row.has(V))), Ok(true));
    let null = read("null", |row| row.not_null_if_there(V));
    assert_eq!(null, Err(Reason::NotNull));
    assert_eq!(read("1", |row| row.not_null_if_there(V)), Ok(()));
}
