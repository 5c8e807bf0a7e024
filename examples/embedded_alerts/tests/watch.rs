//! What the SQL and the code say together.

use embedded_alerts::watch;
use laminar_runtime::embedded::Reason;

#[test]
fn alerts_and_batteries_are_remembered_by_sensor() {
    let (watch, errors) = watch([
        (
            "sensors/a/readings",
            &br#"{"temperature":61.5,"at":"2026-11-22T10:15:00Z"}"#[..],
        ),
        (
            "sensors/a/readings",
            br#"{"temperature":20,"battery":0.15,"at":"2026-11-22T10:16:00Z"}"#,
        ),
        (
            "sensors/b/readings",
            br#"{"temperature":-11,"at":"2026-11-22T10:15:00Z"}"#,
        ),
        (
            "doors/a/readings",
            br#"{"temperature":99,"at":"2026-11-22T10:15:00Z"}"#,
        ),
    ]);
    assert_eq!(errors, []);
    let severities = watch.alerts.iter();
    let severities: Vec<_> = severities
        .map(|(sensor, alert)| (sensor.as_str(), alert.severity.as_str()))
        .collect();
    assert_eq!(severities, [("a", "severe"), ("b", "usual")]);
    assert_eq!(watch.alerts["a"].at.to_string(), "2026-11-22T10:15:00Z");
    assert!((watch.batteries["a"] - 0.15).abs() < 1e-9);
    assert!(!watch.batteries.contains_key("b"));
}

#[test]
fn bad_messages_are_told_and_harm_no_other() {
    let (watch, errors) = watch([
        (
            "sensors/a/readings",
            &br#"{"temperature":"hot","at":"2026-11-22T10:15:00Z"}"#[..],
        ),
        (
            "sensors/a/readings",
            br#"{"temperature":-300,"at":"2026-11-22T10:15:00Z"}"#,
        ),
        ("sensors/a/readings", br#"{"temperature":50}"#),
        (
            "sensors/a/readings",
            br#"{"temperature":50,"at":"2026-11-22T10:15:00Z"}"#,
        ),
    ]);
    let reasons: Vec<_> = errors
        .iter()
        .map(|error| (error.reason(), error.column()))
        .collect();
    let expected = [
        (Reason::WrongKind, Some("temperature")),
        (Reason::Check, None),
        (Reason::NotNull, Some("at")),
    ];
    assert_eq!(reasons, expected);
    assert_eq!(watch.alerts.len(), 1);
}
