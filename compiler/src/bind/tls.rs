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
        let (cert, key) = (
            options.span("tls_client_cert"),
            options.span("tls_client_key"),
        );
        let half = match (cert, key) {
            (Some(cert), None) => Some(half_identity(
                cert,
                ("tls_client_cert", "tls_client_key"),
                "a certificate proves nothing without its key",
            )),
            (None, Some(key)) => Some(half_identity(
                key,
                ("tls_client_key", "tls_client_cert"),
                "a key needs the certificate that it belongs to",
            )),
            (Some(_), Some(_)) | (None, None) => None,
        };
        if let Some(half) = half {
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

fn half_identity(given: Span, (has, lacks): (&str, &str), why: &str) -> Diagnostic {
    let message = format!("`{has}` without `{lacks}`");
    Diagnostic::new(code::OPTION_CONFLICT, message, given)
        .at(why)
        .help(format!("add `{lacks} = '…'`; both may name the same file"))
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
