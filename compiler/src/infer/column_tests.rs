use super::super::json::parse;
use super::*;

/// Type, format and evidence of values under a key.
fn decided(key: &str, values: &[&str]) -> String {
    let mut observed = Observed::default();
    for value in values {
        observed.add(&parse(value).expect("it is JSON"));
    }
    match decide(&[key.to_owned()], &observed) {
        Decision::Column(kind) => {
            let format = kind.format.map(|format| format!(" '{format}'"));
            let evidence = kind.evidence.join("; ");
            format!(
                "{}{} | {evidence}",
                kind.data_type,
                format.unwrap_or_default()
            )
        }
        Decision::Members => "members".to_owned(),
        Decision::Nothing(why) => format!("nothing: {why}"),
    }
}

#[test]
fn numbers_have_types_with_evidence() {
    let cases: [(&[&str], &str); 9] = [
        (&["1", "null", "250"], "BIGINT | 1 to 250"),
        (&["7", "7", "7"], "BIGINT | always 7"),
        (&["1", "2.5"], "DOUBLE | 1 to 2.5"),
        (&["1e2"], "DOUBLE | 100"),
        (&["-0"], "DOUBLE | -0"),
        (
            &["18446744073709551615"],
            "BIGINT UNSIGNED | 18446744073709551615",
        ),
        (
            &["-1", "18446744073709551615"],
            "DOUBLE | -1 to 18446744073709551615",
        ),
        (&["1e400"], "JSON | a number that no type holds"),
        (&["true", "false", "true"], "BOOLEAN | "),
    ];
    for (values, expected) in cases {
        assert_eq!(decided("x", values), expected, "{values:?}");
    }
}

#[test]
fn numbers_that_are_times_are_told_by_value_and_name() {
    let cases: [(&str, &str, &str); 7] = [
        (
            "ts",
            "1539059572",
            "TIMESTAMP(0) 'unix_s' | as seconds: 2018-10-09",
        ),
        (
            "tsi",
            "1539059572.25",
            "TIMESTAMP(3) 'unix_s' | as seconds: 2018-10-09",
        ),
        (
            "createdAt",
            "1644708158939",
            "TIMESTAMP(3) 'unix_ms' | as milliseconds: 2022-02-12",
        ),
        (
            "time",
            "\"1644708158939000\"",
            "TIMESTAMP 'unix_us' | as microseconds: 2022-02-12",
        ),
        (
            "load",
            "1539059572",
            "BIGINT | a time? as seconds: 2018-10-09",
        ),
        ("uptime", "86400", "BIGINT | 86400"),
        ("ts", "1.5e9", "DOUBLE | 1500000000"),
    ];
    for (key, value, expected) in cases {
        assert_eq!(decided(key, &[value]), expected, "{key} {value}");
    }
}

#[test]
fn texts_have_types_with_evidence() {
    let cases: [(&[&str], &str); 9] = [
        (&[r#""2026-11-22T10:15:00Z""#], "TIMESTAMP | "),
        (
            &[r#""2026-11-22T10:15:00Z""#, r#""""#],
            "TEXT | such as '2026-11-22T10:15:00Z'",
        ),
        (&[r#""2026-11-22""#], "DATE | "),
        (&[r#""07:27""#], "TIME | "),
        (
            &[r#""22.11.2026 10:15:00""#],
            "TIMESTAMP '%d.%m.%Y %H:%M:%S' | without a zone, which means UTC",
        ),
        (
            &[r#""02/03/2026 10:15:00""#],
            "TEXT | a time: '%d/%m/%Y %H:%M:%S' or '%m/%d/%Y %H:%M:%S'?",
        ),
        (
            &[r#""1.5""#, r#""20""#],
            "DOUBLE 'number_or_string' | numbers in texts; 1.5 to 20",
        ),
        (&[r#""ON""#, r#""OFF""#], "BOOLEAN 'on_off' | a switch"),
        (&[r#""\ud800""#], "JSON | 1 with half of a surrogate pair"),
    ];
    for (values, expected) in cases {
        assert_eq!(
            decided("x", values),
            expected.trim_end_matches(' ').to_owned()
                + if expected.ends_with(' ') { " " } else { "" },
            "{values:?}"
        );
    }
}

#[test]
fn numbers_may_stand_in_texts() {
    let cases: [(&str, &[&str], &str); 7] = [
        (
            "power",
            &["1.5", r#""20""#],
            "DOUBLE 'number_or_string' | numbers, some in texts; 1.5 to 20",
        ),
        (
            "rssi",
            &[r#""-7""#, r#""-70""#],
            "BIGINT 'number_or_string' | numbers in texts; -70 to -7",
        ),
        ("deviceId", &[r#""20""#], "TEXT | numbers in texts; 20"),
        ("fw_version", &[r#""1.10""#], "TEXT | numbers in texts; 1.1"),
        (
            "meter",
            &[r#""35693803564""#],
            "TEXT | numbers in texts; 35693803564",
        ),
        ("meter", &[r#""007""#], "TEXT | such as '007'"),
        (
            "x",
            &["1", r#""1e999""#],
            "JSON | mixed: 1 number, 1 text; '1e999', 1",
        ),
    ];
    for (key, values, expected) in cases {
        assert_eq!(decided(key, values), expected, "{key} {values:?}");
    }
}

#[test]
fn switches_and_arrays_have_types() {
    let cases: [(&[&str], &str); 8] = [
        (
            &["true", r#""off""#],
            "BOOLEAN 'on_off' | booleans and a switch in texts",
        ),
        (
            &["true", r#""open""#],
            "JSON | mixed: 1 text, 1 boolean; 'open', true",
        ),
        (
            &["[1, null]", "[]"],
            "BIGINT[] | an array of 0 to 2 nulls and numbers",
        ),
        (&["[1, 2.5]"], "DOUBLE[] | an array of 2 numbers"),
        (&["[1e999]"], "JSON | an array of 1 number"),
        (&[r#"["a"]"#], "TEXT[] | an array of 1 text"),
        (&[r#"["\ud800"]"#], "JSON | an array of 1 text"),
        (
            &["[true]", "[false, true]"],
            "BOOLEAN[] | an array of 1 to 2 booleans",
        ),
    ];
    for (values, expected) in cases {
        assert_eq!(decided("x", values), expected, "{values:?}");
    }
}

#[test]
fn secrets_are_not_shown() {
    for key in ["password", "apiToken", "S2_key", "wifi-psk"] {
        assert_eq!(decided(key, &[r#""0102""#, r#""a""#]), "TEXT | ", "{key}");
    }
}

#[test]
fn what_has_no_type_of_its_own_is_json() {
    let cases: [(&[&str], &str); 8] = [
        (&["null"], "nothing: always null"),
        (&["{}"], "nothing: always an empty object"),
        (&[r#"{"a":1}"#, "null"], "members"),
        (
            &[r#"{"1":1,"22":2,"3":3}"#],
            r#"JSON | an object with keys like "1", "22", "3""#,
        ),
        (&["1", r#""x""#], "JSON | mixed: 1 number, 1 text; 'x', 1"),
        (&[r#"{"a":1}"#, "1"], "JSON | mixed: 1 number, 1 object; 1"),
        (&["[]"], "JSON | an empty array"),
        (
            &["[1,2]", r#"[{"b":1}]"#],
            r#"JSON | an array of 1 to 2 numbers and objects with "b""#,
        ),
    ];
    for (values, expected) in cases {
        assert_eq!(decided("x", values), expected, "{values:?}");
    }
}
