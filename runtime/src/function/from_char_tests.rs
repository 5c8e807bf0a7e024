use super::*;
use crate::operator::ToTimestamp;

/// As PostgreSQL has it: text, template and instant.
const TIMES: &[(&str, &str, &str)] = &[
    (
        "2024-03-05 14:07:09.5",
        "YYYY-MM-DD HH24:MI:SS.MS",
        "2024-03-05 14:07:09.5",
    ),
    ("20240305140709", "YYYYMMDDHH24MISS", "2024-03-05 14:07:09"),
    ("5 Mar 24", "DD Mon YY", "2024-03-05"),
    ("05MARCH2024", "DDMonthYYYY", "2024-03-05"),
    (
        "Tuesday, 5th March 2024",
        "Day, DDth Month YYYY",
        "2024-03-05",
    ),
    (
        "2024/3/5 2:07 pm",
        "YYYY-MM-DD HH12:MI AM",
        "2024-03-05 14:07:00",
    ),
    ("2024 065", "YYYY DDD", "2024-03-05"),
    ("2024-060 5", "YYYY-DDD HH24", "2024-02-29 05:00:00"),
    (
        "2024-03-05T14:07:09+0230",
        "YYYY-MM-DD\"T\"HH24:MI:SSTZHTZM",
        "2024-03-05 11:37:09",
    ),
    (
        "2024-03-05 10-0330",
        "YYYY-MM-DD HH24TZHTZM",
        "2024-03-05 13:30:00",
    ),
    ("2024-03-05 +07", "YYYY-MM-DD TZH", "2024-03-04 17:00:00"),
    (
        "2024-03-05 -7:30",
        "YYYY-MM-DD TZH:TZM",
        "2024-03-05 07:30:00",
    ),
    ("2024-03-05 50829", "YYYY-MM-DD SSSS", "2024-03-05 14:07:09"),
    (
        "2024-03-05 1.123456",
        "YYYY-MM-DD SS.US",
        "2024-03-05 00:00:01.123456",
    ),
    (
        "2024-03-05 1.12",
        "YYYY-MM-DD SS.FF2",
        "2024-03-05 00:00:01.12",
    ),
    (
        "2024-03-05 1.1235",
        "YYYY-MM-DD SS.FF3",
        "2024-03-05 00:00:01.124",
    ),
    ("  2024  - 03", "YYYY-MM", "2024-03-01"),
    ("2024 trailing", "YYYY", "2024-01-01"),
    ("2024$03$05", "YYYY MM DD", "2024-03-05"),
    ("2024-03", "YYYYxMM", "2024-03-01"),
    ("2024-0305", "YYYY-MMDD", "2024-03-05"),
    ("2024-01-01", "YYYY-MM-DD HH24:MI", "2024-01-01"),
    ("999", "YYY", "1999-01-01"),
    ("2024-02-29", "YYYYMMDD", "2024-01-02"),
    ("2024-00-00 00000", "YYYY-MM-DD SSSS", "2024-01-01"),
    (
        "2024-01-01 10 pm",
        "YYYY-MM-DD HH24 am",
        "2024-01-01 22:00:00",
    ),
    ("70", "YY", "1970-01-01"),
    ("5", "Y", "2005-01-01"),
    ("24", "YYYY", "0024-01-01"),
    ("2024-07", "FMYYYY\\\"FMMM", "2024-07-01"),
];

#[test]
fn texts_by_template() {
    for (text, template, expected) in TIMES {
        let expected: Timestamp = expected.to_timestamp(6).expect("a timestamp");
        assert_eq!(
            to_timestamp_by(text, template),
            Ok(expected),
            "{text} {template}"
        );
    }
    assert_eq!(
        to_date("2 Jan 1970 10:00", "DD Mon YYYY HH24:MI"),
        Ok(Date(1))
    );
}

#[test]
fn texts_that_are_no_times() {
    for (text, template) in [
        ("2024-03-05 24:00", "YYYY-MM-DD HH24:MI"),
        ("2024-13-05", "YYYY-MM-DD"),
        // no fraction of a second has so many digits
        ("2024-02-29 12.1234567", "YYYY-MM-DD SS.US"),
        ("2024-02-29 12.1234", "YYYY-MM-DD SS.MS"),
        ("2024-02-29/-123", "YYYY-MM-DD/MS"),
        ("2024-3", "YYYYMM"),
        ("2024-02-30", "YYYY-MM-DD"),
        ("2024-400", "YYYY-DDD"),
        ("2024-02-20 13 pm", "YYYY-MM-DD HH12 am"),
        ("x", "YYYY"),
        ("202", "YYYYMM"),
        ("2024 2025", "YYYY YYYY"),
        ("2024-01-01 10 99", "YYYY-MM-DD HH24 TZH"),
        ("2024 Maerz", "YYYY Mon"),
        ("2024-01-01 99999999999", "YYYY-MM-DD SSSS"),
        ("10:00", "HH24:MI"),
        ("", "YYYY"),
        ("ä", "ä"),
    ] {
        assert!(
            to_timestamp_by(text, template).is_err(),
            "{text} {template}"
        );
    }
}
