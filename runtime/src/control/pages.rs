//! What there is to ask for, and who may ask.

use super::facts::Facts;
use super::family;
use super::history;
use super::measures::families;
use super::request::Request;
use super::response::{Body, HTML, JSON, JSON_LINES, Response, Status, TEXT};
use super::status;
use super::tables::{self, SystemTable};
use crate::clock::now_us;
use crate::encode::Rows;
use crate::ipc;
use crate::metrics::State;
use crate::secret::Secret;
use std::fmt::Write as _;
use std::hint::black_box;
use std::net::{IpAddr, SocketAddr};

/// Whether a page is for those who watch over processes: they need no secret for it.
pub fn is_probe(path: &str) -> bool {
    ["/health", "/ready"].contains(&path)
}

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
        // these two are probes
        "/health" => Response::whole(Status::Ok, JSON, "{\"alive\":true}\n"),
        "/ready" => ready(facts, is_authorized),
        // it holds nothing that is secret, and asks for the token itself
        "/" if request.accepts("text/html") => {
            Response::whole(Status::Ok, HTML, include_str!("page.html"))
        }
        _ if !is_authorized => Response::refusal(
            Status::Unauthorized,
            "`Authorization: Bearer …` is asked for",
        ),
        "/" => Response::whole(Status::Ok, TEXT, index(facts)),
        "/metrics" => {
            let text = family::text(&families(facts));
            Response::whole(Status::Ok, family::CONTENT_TYPE, text)
        }
        "/status" => Response::whole(Status::Ok, JSON, status::json(facts)),
        "/sql" => Response::whole(Status::Ok, TEXT, facts.spec.sql),
        path => path
            .strip_prefix("/tables/")
            .and_then(|name| table(facts, name, request.accepts(ipc::CONTENT_TYPE)))
            .unwrap_or_else(|| Response::refusal(Status::NotFound, "no such page; `/` lists all")),
    }
}

/// The rows of a table of this name.
fn table(facts: &Facts, name: &str, accepts_arrow: bool) -> Option<Response> {
    let mut system = SystemTable::ALL.into_iter();
    if let Some(table) = system.find(|table| table.name() == name) {
        let lines = table.rows(facts);
        return Some(if accepts_arrow {
            parts(ipc::CONTENT_TYPE, Box::new(tables::arrow(table, lines)))
        } else {
            parts(JSON_LINES, lines)
        });
    }
    let rows = history::rows(facts, name, now_us())?;
    Some(match rows {
        Ok(rows) => parts(ipc::CONTENT_TYPE, Box::new(rows)),
        Err(why) => Response::refusal(Status::NotFound, &why),
    })
}

fn parts(content_type: &'static str, parts: Box<dyn Iterator<Item = Vec<u8>> + Send>) -> Response {
    Response {
        status: Status::Ok,
        content_type,
        body: Body::Parts(parts),
    }
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
        ("/status", "all that this page shows to browsers, as JSON"),
        ("/sql", "the SQL that it was made from"),
    ] {
        let _ = writeln!(text, "{path:40} {what}");
    }
    for table in SystemTable::ALL {
        let path = format!("/tables/{}", table.name());
        let _ = writeln!(
            text,
            "{path:40} a row on each line, as JSON; or as Arrow, if accepted"
        );
    }
    let sources = facts.spec.tables.iter();
    for table in sources.filter(|table| table.history.is_some()) {
        let path = format!("/tables/{}", table.name);
        let _ = writeln!(text, "{path:40} its last messages, as Arrow");
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
