//! The control endpoint of a pipeline, as a client sees it.

use crate::failure::Failure;
use crate::nearest::nearest;
use crate::stream::{self, Fetched};
use datafusion::arrow::array::{Array, AsArray as _};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::OnceLock;
use std::time::Duration;
use ureq::http::{Response, StatusCode};
use ureq::tls::TlsConfig;
use ureq::{Agent, Body};

/// The media type of what is asked for.
const ARROW: &str = "application/vnd.apache.arrow.stream";
/// How long the pipeline may take to begin with an answer, and to end it.
const BEGIN: Duration = Duration::from_secs(10);
const ALL: Duration = Duration::from_mins(1);
/// The longest answer that is read, in bytes, and the longest one that says why there is none.
const MOST_BYTES: u64 = 1 << 30;
const MOST_WORDS: u64 = 64 << 10;

/// The tables of the system, by which those are known that no pipeline declares.
pub const SYSTEM: [&str; 5] = [
    "system.connector_status",
    "system.connector_logs",
    "system.metrics",
    "system.tables",
    "system.columns",
];

/// Where a pipeline is asked.
#[derive(Debug)]
pub struct Endpoint {
    agent: Agent,
    url: String,
    token: Option<String>,
    declared: OnceLock<BTreeMap<String, Vec<String>>>,
}

impl Endpoint {
    /// The endpoint at a URL, or at `host:port`; where the URL says so, over TLS.
    pub fn new(address: &str, token: Option<&str>, tls: TlsConfig) -> Result<Self, Failure> {
        let url = address.trim_end_matches('/');
        let url = if url.contains("://") {
            url.to_owned()
        } else {
            format!("http://{url}")
        };
        if !url.starts_with("http://") && !url.starts_with("https://") {
            let message = format!("`{address}` is no place to ask");
            return Err(Failure::new(message).help("`--addr http://HOST:PORT`"));
        }
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .tls_config(tls)
            .timeout_connect(Some(BEGIN))
            .timeout_recv_response(Some(BEGIN))
            .timeout_global(Some(ALL))
            .build();
        Ok(Self {
            agent: config.into(),
            url,
            token: token.map(str::to_owned),
            declared: OnceLock::new(),
        })
    }

    /// The same one, which knows nothing yet: a pipeline may be another one after some time.
    pub fn anew(&self) -> Self {
        Self {
            agent: self.agent.clone(),
            url: self.url.clone(),
            token: self.token.clone(),
            declared: OnceLock::new(),
        }
    }

    /// What the pipeline asks for, by what was given.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The rows of a table of this very name.
    pub fn table(&self, name: &str) -> Result<Fetched, Failure> {
        let mut response = self.ask(name)?;
        let body = self.body(&mut response, MOST_BYTES)?;
        stream::read(&body).map_err(|error| self.no_rows(&error))
    }

    /// The columns of a table of this very name. Its rows are not waited for.
    pub fn schema(&self, name: &str) -> Result<SchemaRef, Failure> {
        let mut response = self.ask(name)?;
        let body = response.body_mut().with_config().limit(MOST_BYTES);
        stream::schema(body.reader()).map_err(|error| self.no_rows(&error))
    }

    /// The names of the source tables that can be asked for their last messages.
    pub fn kept(&self) -> Result<BTreeSet<String>, Failure> {
        let tables = self.table("system.tables")?;
        let mut kept = BTreeSet::new();
        for batch in &tables.batches {
            let texts = |name: &str| batch.column_by_name(name)?.as_string_opt::<i32>();
            if let (Some(names), Some(history)) = (texts("table_name"), texts("history")) {
                let rows = (0..names.len()).filter(|&row| history.is_valid(row));
                kept.extend(rows.map(|row| names.value(row).to_owned()));
            }
        }
        Ok(kept)
    }

    /// The names of all source tables with those of their columns.
    pub fn declared(&self) -> Result<&BTreeMap<String, Vec<String>>, Failure> {
        if let Some(known) = self.declared.get() {
            return Ok(known);
        }
        let columns = self.table("system.columns")?;
        let mut declared: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for batch in &columns.batches {
            let texts = |name: &str| batch.column_by_name(name)?.as_string_opt::<i32>();
            let (Some(tables), Some(names)) = (texts("table_name"), texts("column_name")) else {
                continue;
            };
            for row in 0..tables.len() {
                let of = declared.entry(tables.value(row).to_owned()).or_default();
                of.push(names.value(row).to_owned());
            }
        }
        Ok(self.declared.get_or_init(|| declared))
    }

    /// The answer to a question for a table, if it is one.
    fn ask(&self, name: &str) -> Result<Response<Body>, Failure> {
        let mut response = self.get(&format!("/tables/{}", encoded(name)))?;
        let status = response.status();
        if status == StatusCode::OK {
            return Ok(response);
        }
        // what it says with it is of use, and not needed
        let body = self.body(&mut response, MOST_WORDS).unwrap_or_default();
        Err(match status {
            StatusCode::NOT_FOUND => self.no_table(name, &body),
            status => self.refused(status, &body),
        })
    }

    fn no_rows(&self, error: &ArrowError) -> Failure {
        let message = format!("the answer of {} is no table: {error}", self.url);
        Failure::new(message).help("is it a pipeline, and of the same version?")
    }

    fn get(&self, path: &str) -> Result<Response<Body>, Failure> {
        let url = format!("{}{path}", self.url);
        let mut request = self.agent.get(&url).header("Accept", ARROW);
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        request.call().map_err(|error| self.unreachable(&error))
    }

    fn body(&self, response: &mut Response<Body>, most: u64) -> Result<Vec<u8>, Failure> {
        let body = response.body_mut().with_config().limit(most);
        body.read_to_vec().map_err(|error| {
            let (url, most) = (&self.url, most >> 20);
            Failure::new(match error {
                ureq::Error::BodyExceedsLimit(_) => {
                    format!("the answer of {url} is larger than {most} MiB")
                }
                error => format!("the answer of {url} ended early: {error}"),
            })
        })
    }

    fn unreachable(&self, error: &ureq::Error) -> Failure {
        let message = format!("cannot ask a pipeline at {}: {error}", self.url);
        Failure::new(message).help(
            "is it running? Its log says where it listens (`control: listening on …`); give that \
             with `--addr`",
        )
    }

    fn refused(&self, status: StatusCode, body: &[u8]) -> Failure {
        let said = String::from_utf8_lossy(body);
        let said = said.lines().next().unwrap_or_default();
        if status == StatusCode::UNAUTHORIZED {
            let (message, help) = match self.token {
                Some(_) => (
                    "the token is not that of the pipeline",
                    "see `SET control.token`",
                ),
                None => (
                    "the pipeline asks for a token",
                    "give it with `--token`, or in the variable LAMINAR_CONTROL_TOKEN",
                ),
            };
            return Failure::new(format!("{message} at {}", self.url)).help(help);
        }
        Failure::new(format!("{} answers {status}: {said}", self.url))
    }

    /// What is said of a table that is not told.
    fn no_table(&self, name: &str, body: &[u8]) -> Failure {
        let declared = match self.declared() {
            Ok(declared) => declared,
            Err(failure) => return failure,
        };
        if declared.contains_key(name) {
            let said = String::from_utf8_lossy(body);
            return Failure::new(said.trim_end());
        }
        let failure = Failure::new(format!("no table `{name}` at {}", self.url));
        let known = declared.keys().map(String::as_str).chain(SYSTEM);
        let known: Vec<&str> = known.collect();
        match nearest(name, known.iter().copied()) {
            Some(near) => failure.help(format!("a table with a similar name exists: `{near}`")),
            None => failure.help(format!("there are {}", known.join(", "))),
        }
    }
}

/// A name as a part of a path (RFC 3986).
fn encoded(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded() {
        assert_eq!(encoded("system.metrics"), "system.metrics");
        assert_eq!(encoded("a b/ü?"), "a%20b%2F%C3%BC%3F");
    }

    #[test]
    fn addresses_are_urls() {
        let url = |address| {
            let endpoint = Endpoint::new(address, None, TlsConfig::default());
            endpoint.map(|endpoint| endpoint.url)
        };
        assert_eq!(url("localhost:1").as_deref(), Ok("http://localhost:1"));
        assert_eq!(url("https://h/x/").as_deref(), Ok("https://h/x"));
        assert!(url("ftp://h").is_err());
    }
}
