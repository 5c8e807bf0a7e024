//! What there is to ask for, and who may ask.

use super::facts::Facts;
use super::family;
use super::measures::families;
use super::request::Request;
use super::response::{Body, JSON, JSON_LINES, Response, Status, TEXT};
use super::tables::SystemTable;
use crate::encode::Rows;
use crate::metrics::State;
use crate::mqtt::secret::Secret;
use std::fmt::Write as _;
use std::hint::black_box;
use std::net::{IpAddr, SocketAddr};

/// The answer to a request that came in at `here`.
pub fn answer(
    facts: &Facts,
    token: Option<&Secret>,
    request: &Request,
    here: SocketAddr,
) -> Response {
    if token.is_none() && here.ip().is_loopback() && !is_of_this_machine(request.host.as_deref()) {
        let why = "only `localhost` and addresses are answered here: a page of another host may \
                   have sent this";
        return Response::refusal(Status::Misdirected, why);
    }
    let is_authorized = token.is_none_or(|token| is_same(token, request.token.as_deref()));
    match request.path.as_str() {
        // Those who watch over processes ask for these, and need no secret for it.
        "/health" => Response::whole(Status::Ok, JSON, "{\"alive\":true}\n"),
        "/ready" => ready(facts, is_authorized),
        _ if !is_authorized => Response::refusal(
            Status::Unauthorized,
            "`Authorization: Bearer …` is asked for",
        ),
        "/" => Response::whole(Status::Ok, TEXT, index(facts)),
        "/metrics" => {
            let text = family::text(&families(facts));
            Response::whole(Status::Ok, family::CONTENT_TYPE, text)
        }
        "/sql" => Response::whole(Status::Ok, TEXT, facts.spec.sql),
        path => match table(path) {
            Some(table) => Response {
                status: Status::Ok,
                content_type: JSON_LINES,
                body: Body::Parts(table.rows(facts)),
            },
            None => Response::refusal(Status::NotFound, "no such page; `/` lists all"),
        },
    }
}

/// The system table at a path.
fn table(path: &str) -> Option<SystemTable> {
    let name = path.strip_prefix("/tables/")?;
    let mut all = SystemTable::ALL.into_iter();
    all.find(|table| table.name() == name)
}

/// A page that a browser has loaded from elsewhere can make it send requests to this machine, and
/// read the answers where its own host's name leads here. Such requests name that host.
fn is_of_this_machine(host: Option<&str>) -> bool {
    let Some(host) = host else { return true };
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok()
}

/// Whether a request has the token, in a time that tells nothing but its length.
fn is_same(token: &Secret, given: Option<&[u8]>) -> bool {
    let (token, given) = (token.reveal().as_bytes(), given.unwrap_or_default());
    let differing = token.iter().zip(given).fold(0, |differing, (one, other)| {
        black_box(differing | (one ^ other))
    });
    token.len() == given.len() && black_box(differing) == 0
}

/// Whether every connection is as it should be, and to those who may know it, what is not.
fn ready(facts: &Facts, tells: bool) -> Response {
    let mut reasons = Vec::new();
    for (connection, counted) in facts.connections.iter().zip(&facts.metrics.connections) {
        let name = connection.name;
        let uses = [
            ("", counted.receiving.state()),
            (" for sinks and dead letters", counted.publishing.state()),
        ];
        for (what, state) in uses.iter().filter(|(_, state)| state.wanted > 0) {
            if !state.is_connected() {
                reasons.push(format!("connection `{name}`{what}: {}", missing(state)));
            }
        }
    }
    let status = if reasons.is_empty() {
        Status::Ok
    } else {
        Status::Unavailable
    };
    let mut rows = Rows::default();
    let mut row = rows.row();
    row.field("{\"ready\":", reasons.is_empty());
    row.raw(",\"reasons\":[");
    for (at, reason) in reasons.iter().filter(|_| tells).enumerate() {
        row.field(if at == 0 { "" } else { "," }, reason.as_str());
    }
    row.raw("]}");
    row.end();
    Response::whole(status, JSON, rows.bytes)
}

fn missing(state: &State) -> String {
    let mut text = "not connected".to_owned();
    if state.wanted > 1 {
        let _ = write!(text, " ({} of {} sessions are)", state.open, state.wanted);
    }
    if let Some(error) = &state.last_error {
        let _ = write!(text, ": {error}");
    }
    text
}

/// What there is.
fn index(facts: &Facts) -> String {
    let mut text = format!("pipeline {}\n\n", facts.spec.name);
    for (path, what) in [
        ("/metrics", "metrics, for Prometheus"),
        ("/health", "whether the process lives"),
        ("/ready", "whether all connections are open"),
        ("/sql", "the SQL that it was made from"),
    ] {
        let _ = writeln!(text, "{path:40} {what}");
    }
    for table in SystemTable::ALL {
        let path = format!("/tables/{}", table.name());
        let _ = writeln!(text, "{path:40} a row on each line, as JSON");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_itself_is_the_token() {
        let token = Secret::new("abc".into());
        assert!(is_same(&token, Some(b"abc")));
        let others: [Option<&[u8]>; 5] =
            [None, Some(b""), Some(b"ab"), Some(b"abd"), Some(b"abcd")];
        for other in others {
            assert!(!is_same(&token, other), "{other:?}");
        }
    }

    #[test]
    fn other_hosts_are_told() {
        for host in [
            None,
            Some("localhost"),
            Some("LOCALHOST"),
            Some("127.0.0.1"),
            Some("::1"),
        ] {
            assert!(is_of_this_machine(host), "{host:?}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
        ] {
            assert!(!is_of_this_machine(Some(host)), "{host}");
        }
    }
}
