//! HTTP for the webhook sink. Redirects are not followed and no proxy is asked: rows go where the
//! file says.

use super::{Answer, WebhookOptions};
use crate::spec::WebhookFormat;
use rustls::crypto::ring;
use std::sync::Arc;
use ureq::Agent;
use ureq::http::{HeaderName, HeaderValue, Uri, header};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

/// How much of an answer is read, so that its connection can be used again.
const ANSWER: u64 = 64 * 1024;

/// What is wrong with a URL, if anything is.
pub fn check_url(url: &str) -> Result<(), String> {
    url.parse::<Uri>()
        .map(drop)
        .map_err(|error| error.to_string())
}

/// Whether a header can be sent.
pub fn is_header(name: &str, value: &str) -> bool {
    name.parse::<HeaderName>().is_ok() && value.parse::<HeaderValue>().is_ok()
}

/// All certificates of a PEM file (DER); None: it has none, or is damaged.
pub fn certificates(pem: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut all = Vec::new();
    for item in parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item.ok()? {
            all.push(certificate.der().to_vec());
        }
    }
    (!all.is_empty()).then_some(all)
}

/// What sends bodies for [`super::Webhook::post`], with what is new of the options.
pub fn poster(options: &WebhookOptions) -> impl FnMut(&[u8]) -> Result<Answer, String> + use<> {
    let renewal = options.renewal.clone();
    let (mut agent, mut options) = (agent(options), options.clone());
    move |body| {
        if let Some(new) = renewal.take() {
            (agent, options) = (self::agent(&new), *new);
        }
        post(&agent, &options, body).map_err(|error| {
            let text = error.to_string();
            text.replace(options.url.reveal(), &options.shown)
        })
    }
}

/// What keeps connections open, and trusts the authorities of the options.
fn agent(options: &WebhookOptions) -> Agent {
    let roots = options.roots.iter();
    let roots = roots.map(|der| Certificate::from_der(der).to_owned());
    let roots: Vec<Certificate<'static>> = roots.collect();
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::Specific(Arc::new(roots)))
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
        .build();
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .user_agent(concat!("laminar/", env!("CARGO_PKG_VERSION")))
        .timeout_global(Some(options.timeout))
        .tls_config(tls)
        .build()
        .new_agent()
}

fn post(agent: &Agent, options: &WebhookOptions, body: &[u8]) -> Result<Answer, ureq::Error> {
    let mut request = agent.post(options.url.reveal());
    for (name, value) in &options.headers {
        request = request.header(name, value.reveal());
    }
    let is_typed = |(name, _): &(String, _)| name.eq_ignore_ascii_case("content-type");
    if !options.headers.iter().any(is_typed) {
        let content = match options.format {
            WebhookFormat::Json => "application/json",
            WebhookFormat::JsonLines => "application/x-ndjson",
        };
        request = request.header(header::CONTENT_TYPE, content);
    }
    let mut response = request.send(body)?;
    let status = response.status().as_u16();
    let retry_after = response.headers().get(header::RETRY_AFTER);
    let retry_after = retry_after.and_then(|value| Some(value.to_str().ok()?.to_owned()));
    // What stands in it does not matter, and an answer that is cut has been given all the same.
    let _ = response
        .body_mut()
        .with_config()
        .limit(ANSWER)
        .read_to_vec();
    Ok(Answer {
        status,
        retry_after,
    })
}
