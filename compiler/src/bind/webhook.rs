//! The webhook sink's options.

use super::connection::milliseconds;
use super::options::{Element, Options, Place};
use super::secret::url_has_password;
use super::sink::missing;
use super::{Binder, variable};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{CreateTable, OptionValue};
use crate::ir::logical::{SinkKind, Webhook, WebhookFormat};
use crate::source::Span;

/// Rows of a request, if the file says nothing.
const BATCH_ROWS: u32 = 500;
/// Seconds that a request may take, if the file says nothing.
const TIMEOUT_S: f64 = 30.0;

impl Binder<'_> {
    pub(super) fn webhook_sink(
        &mut self,
        create: &CreateTable,
        options: &Options<'_>,
    ) -> Option<SinkKind> {
        let headers = self.headers(options);
        let Some(given) = options.given("url") else {
            self.report(missing(
                create,
                "url",
                "where are its rows posted?",
                "https://example.com/rows",
            ));
            return None;
        };
        let span = given.span();
        let url = options.text("url")?;
        self.check_url(&url, span)?;
        if let OptionValue::Text(text) = &given.entry.value
            && url_has_secret(&url)
        {
            self.secret(
                "the URL holds a secret",
                text.span,
                "write `${WEBHOOK_URL}`: it is read when the binary starts",
            );
        }
        self.check_authority(&url, options)?;
        let timeout_s = options.number("timeout").unwrap_or(TIMEOUT_S);
        Some(SinkKind::Webhook(Webhook {
            url,
            headers: headers?,
            batch_rows: options.integer("batch").unwrap_or(BATCH_ROWS),
            timeout_ms: milliseconds(timeout_s),
            format: match options.choice("format") {
                Some("json_lines") => WebhookFormat::JsonLines,
                Some(_) | None => WebhookFormat::Json,
            },
            tls_ca_cert: options.text("tls_ca_cert"),
        }))
    }

    fn check_url(&mut self, url: &str, span: Span) -> Option<()> {
        // what a variable stands for is checked at start
        if url.starts_with("${") {
            return Some(());
        }
        let checked = variable::with_stand_in(url, "x");
        let lower = checked.to_ascii_lowercase();
        let rest = ["http://", "https://"]
            .iter()
            .find_map(|scheme| lower.strip_prefix(scheme));
        let problem = match rest {
            None => "expected `https://host/path` or `http://host/path`",
            Some(rest) if rest.is_empty() || rest.starts_with(['/', '?', '#', ':']) => {
                "the host is missing"
            }
            Some(rest) if rest.contains(|c: char| c.is_whitespace() || c.is_control()) => {
                "a URL has no spaces: write `%20`"
            }
            Some(rest) if !rest.is_ascii() => "a URL is ASCII: others are written as `%C3%B6`",
            Some(_) if !has_good_port(url) => {
                "expected `host` or `host:port`, of a port from 1 to 65535"
            }
            Some(_) => return Some(()),
        };
        let message = "wrong value for option `url`";
        self.report(
            Diagnostic::new(code::OPTION_VALUE, message, span)
                .at(problem)
                .help("write `url = 'https://example.com/rows'`"),
        );
        None
    }

    /// Authorities are for TLS.
    fn check_authority(&mut self, url: &str, options: &Options<'_>) -> Option<()> {
        let span = options.span("tls_ca_cert");
        let (Some(span), true) = (span, url.to_ascii_lowercase().starts_with("http://")) else {
            return Some(());
        };
        let url = options.span("url").unwrap_or(span);
        self.report(
            Diagnostic::new(code::WITHOUT_TLS, "`tls_ca_cert` without TLS", span)
                .at("nothing would be checked with it")
                .context(url, "this URL is without TLS")
                .help("write `https://` in the URL, or remove `tls_ca_cert`"),
        );
        None
    }

    /// The headers, each `Name: value`; None where one is wrong.
    fn headers(&mut self, options: &Options<'_>) -> Option<Vec<(String, String)>> {
        let Some(given) = options.given("headers") else {
            return Some(Vec::new());
        };
        let literal = given.span();
        let elements = options.list("headers")?.to_vec();
        let headers: Vec<_> = elements
            .iter()
            .map(|element| self.header(element, literal))
            .collect();
        headers.into_iter().collect()
    }

    fn header(&mut self, element: &Element, literal: Span) -> Option<(String, String)> {
        let text = &element.value;
        let span = self.place_span(&element.place, 0..text.len());
        let parts = text
            .split_once(':')
            .map(|(name, value)| (name.trim(), value.trim()));
        let is_name = |name: &str| {
            let good = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
            !name.is_empty() && name.bytes().all(good)
        };
        let Some((name, value)) = parts.filter(|(name, _)| is_name(name)) else {
            let message = "wrong value for option `headers`";
            self.report(
                Diagnostic::new(code::OPTION_VALUE, message, span)
                    .at("expected `Name: value`")
                    .help("write `headers = '[\"Authorization: Bearer ${TOKEN}\"]'`"),
            );
            return None;
        };
        let checked = variable::with_stand_in(value, "x");
        if !checked.bytes().all(|b| matches!(b, b' '..=b'~' | b'\t')) {
            let message = "wrong value for option `headers`";
            self.report(
                Diagnostic::new(code::OPTION_VALUE, message, span)
                    .at("the value of a header is one line of ASCII")
                    .help("write other characters as the receiver expects them, such as `%C3%B6`"),
            );
            return None;
        }
        let own = ["host", "content-length", "transfer-encoding", "connection"];
        if own.iter().any(|own| own.eq_ignore_ascii_case(name)) {
            let message = format!("header `{name}` cannot be chosen");
            self.report(
                Diagnostic::new(code::OPTION_VALUE, message, span)
                    .at("it follows from the request")
                    .help("remove it"),
            );
            return None;
        }
        if header_has_secret(name, value) {
            let place = match &element.place {
                Place::Literal(text) => text.span,
                Place::Json(..) => literal,
            };
            let message = format!("the value of header `{name}` stands in the file");
            self.secret(
                &message,
                place,
                "write `Authorization: Bearer ${TOKEN}`: it is read when the binary starts",
            );
        }
        Some((name.to_owned(), value.to_owned()))
    }
}

/// Whether a URL's port is a number that ports have. One with a variable is looked at when the
/// binary starts.
fn has_good_port(url: &str) -> bool {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    if variable::is_template(rest) {
        return true;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let place = authority
        .rsplit_once('@')
        .map_or(authority, |(_, place)| place);
    let port = match place.strip_prefix('[') {
        Some(address) => match address.split_once(']') {
            Some((_, port)) => port,
            None => return false,
        },
        None => place.find(':').map_or("", |colon| &place[colon..]),
    };
    let is_number = |digits: &str| digits.parse::<u16>().is_ok_and(|port| port > 0);
    port.is_empty() || port.strip_prefix(':').is_some_and(is_number)
}

const SECRETS: [&str; 7] = [
    "token",
    "key",
    "secret",
    "password",
    "passwd",
    "signature",
    "sig",
];

/// Whether a URL names a user with a password, or gives one of [`SECRETS`] in its query.
fn url_has_secret(url: &str) -> bool {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    url_has_password(url)
        || pairs.any(|(name, value)| is_secret(name) && variable::says_something(value))
}

/// Whether a header is one that proves who sends it, and the file says more than how.
pub(super) fn header_has_secret(name: &str, value: &str) -> bool {
    let proves = ["authorization", "proxy-authorization", "cookie"];
    let proves = proves.iter().any(|known| known.eq_ignore_ascii_case(name));
    let value = match value.split_once(' ') {
        Some((scheme, value)) if proves && !variable::is_template(scheme) => value,
        Some(_) | None => value,
    };
    (proves || is_secret(name)) && variable::says_something(value)
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| SECRETS.iter().any(|secret| word.ends_with(secret)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_numbers() {
        for good in [
            "http://h",
            "http://h:1/",
            "https://u:p@h:65535/x:y",
            "http://[::1]/",
            "http://[::1]:80",
            "http://h:${PORT}/",
            "http://h?a:b",
        ] {
            assert!(has_good_port(good), "{good}");
        }
        for bad in [
            "http://h:0",
            "http://h:65536/",
            "http://h:/",
            "http://h:x",
            "http://[::1/",
            "http://[::1]80",
            "http://::1/",
        ] {
            assert!(!has_good_port(bad), "{bad}");
        }
    }

    #[test]
    fn secrets_are_told_from_the_rest() {
        for secret in [
            "https://u:p@h/x",
            "https://h/x?a=1&api_key=abc",
            "https://h?token=x${A}",
        ] {
            assert!(url_has_secret(secret), "{secret}");
        }
        for open in [
            "https://h/x?a=b",
            "https://u:${P}@h/x",
            "https://u@h",
            "https://h?token=${T}",
        ] {
            assert!(!url_has_secret(open), "{open}");
        }
        for (name, value) in [
            ("Authorization", "Bearer abc"),
            ("authorization", "abc"),
            ("X-Api-Key", "abc"),
            ("X-Token", "${A:-abc}"),
        ] {
            assert!(header_has_secret(name, value), "{name}: {value}");
        }
        for (name, value) in [
            ("Authorization", "Bearer ${T}"),
            ("X-Api-Key", "${K}"),
            ("X-Site", "hall 4"),
        ] {
            assert!(!header_has_secret(name, value), "{name}: {value}");
        }
    }
}
