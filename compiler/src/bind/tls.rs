//! The options of a connection for TLS: they go with a broker that speaks it, and with one another.

use super::Binder;
use super::options::Options;
use crate::diagnostics::{Diagnostic, code};
use crate::ir::logical::{Tls, Transport};
use crate::source::Span;

const OPTIONS: [&str; 4] = [
    "tls_ca_cert",
    "tls_client_cert",
    "tls_client_key",
    "tls_verify",
];

impl Binder<'_> {
    /// What the options say; None: nothing. `transport` is what the broker's URL asks for, if
    /// that can be told.
    pub(super) fn tls(
        &mut self,
        transport: Option<Transport>,
        options: &Options<'_>,
    ) -> Option<Tls> {
        let spans: Vec<Span> = OPTIONS
            .iter()
            .filter_map(|name| options.span(name))
            .collect();
        let (first, rest) = spans.split_first()?;
        if let Some(transport @ (Transport::Tcp | Transport::WebSocket)) = transport {
            self.report(without_tls(transport, *first, rest, options.span("broker")));
        }
        if let Some(half) = half_pair(options, ["tls_client_cert", "tls_client_key"], "") {
            self.report(half);
        }
        let verify = options.boolean("tls_verify").unwrap_or(true);
        if let (false, Some(span)) = (verify, options.span("tls_verify")) {
            self.report(unverified(span, options.span("tls_ca_cert")));
        }
        let tls = Tls {
            ca_cert: options.text("tls_ca_cert"),
            client_cert: options.text("tls_client_cert"),
            client_key: options.text("tls_client_key"),
            verify,
        };
        let said = [&tls.ca_cert, &tls.client_cert, &tls.client_key];
        (!verify || said.iter().any(|path| path.is_some())).then_some(tls)
    }
}

/// It is not enough to ignore them: who writes them believes that the connection is secure.
fn without_tls(
    transport: Transport,
    first: Span,
    rest: &[Span],
    broker: Option<Span>,
) -> Diagnostic {
    let (plain, secure) = match transport {
        Transport::WebSocket | Transport::SecureWebSocket => ("ws", "wss"),
        Transport::Tcp | Transport::Tls | Transport::Unknown => ("tcp", "ssl"),
    };
    let message = format!("options for TLS, but `{plain}://` is without TLS");
    let diagnostic = Diagnostic::new(code::WITHOUT_TLS, message, first).at("needs TLS");
    let diagnostic = rest.iter().fold(diagnostic, |diagnostic, span| {
        diagnostic.also(*span, "needs TLS")
    });
    let diagnostic = match broker {
        Some(span) => diagnostic.context(span, "without TLS"),
        None => diagnostic,
    };
    diagnostic
        .note("without TLS everybody in between can read and change messages")
        .help(format!(
            "write `{secure}://`, perhaps with another port, or remove the options"
        ))
}

/// What is said of a certificate without its key, or of a key alone; `before` stands before an
/// option where it is written.
pub(super) fn half_pair(
    options: &Options<'_>,
    [cert, key]: [&str; 2],
    before: &str,
) -> Option<Diagnostic> {
    let (given, has, lacks, why) = match (options.span(cert), options.span(key)) {
        (Some(given), None) => {
            let why = "a certificate proves nothing without its key";
            (given, cert, key, why)
        }
        (None, Some(given)) => {
            let why = "a key needs the certificate that it belongs to";
            (given, key, cert, why)
        }
        (Some(_), Some(_)) | (None, None) => return None,
    };
    let message = format!("`{has}` without `{lacks}`");
    let help = format!("add `{before}{lacks} = '…'`; both may name the same file");
    let diagnostic = Diagnostic::new(code::OPTION_CONFLICT, message, given);
    Some(diagnostic.at(why).help(help))
}

fn unverified(span: Span, authority: Option<Span>) -> Diagnostic {
    let message = "the broker's certificate is not checked";
    let diagnostic =
        Diagnostic::new(code::UNVERIFIED, message, span).at("anybody can pretend to be the broker");
    match authority {
        Some(authority) => diagnostic
            .context(authority, "nothing is checked against this")
            .help("remove `tls_verify`: certificates that this file's authorities signed are good"),
        None => diagnostic
            .help("name the certificate's authority instead: `tls_ca_cert = '/path/to/ca.pem'`"),
    }
}
