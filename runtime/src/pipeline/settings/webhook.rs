//! A webhook's options, with their templates filled in and its authorities read.

use super::Resolver;
use crate::sink::webhook::WebhookOptions;
use crate::spec::WebhookSpec;

#[cfg(not(feature = "webhook"))]
impl Resolver<'_> {
    /// The options of a webhook, if this binary can have one.
    pub(super) fn webhook(&mut self, name: &str, _spec: &WebhookSpec) -> Option<WebhookOptions> {
        self.mistakes.push(format!(
            "table `{name}`: this binary was built without webhooks (a crate with `include_sql!` \
             needs the feature `webhook` of laminar-runtime)"
        ));
        None
    }
}

#[cfg(feature = "webhook")]
mod linked {
    use super::{Resolver, WebhookOptions, WebhookSpec};
    use crate::secret::Secret;
    use crate::sink::webhook::{Renewal, client};
    use std::time::Duration;

    impl Resolver<'_> {
        /// The options of a webhook; all mistakes are told, without what may be secret.
        pub(in super::super) fn webhook(
            &mut self,
            name: &str,
            spec: &WebhookSpec,
        ) -> Option<WebhookOptions> {
            let place = |option: &str| format!("table `{name}`, option `{option}`");
            let url = self.text(&place("url"), spec.url);
            let shown = url
                .as_deref()
                .and_then(|url| self.shown_url(&place("url"), url));
            let headers: Vec<_> = spec
                .headers
                .iter()
                .map(|header| self.header(&place("headers"), header))
                .collect();
            let is_secure = shown.as_deref()?.starts_with("https:");
            let roots = match (spec.tls_ca_cert, is_secure) {
                (Some(path), true) => self.given_authorities(&place("tls_ca_cert"), path)?,
                (None, true) => self.system_authorities(&place("url"))?,
                (Some(_), false) => {
                    let place = place("tls_ca_cert");
                    self.mistakes
                        .push(format!("{place}: the URL is without TLS; use `https://`"));
                    return None;
                }
                (None, false) => Vec::new(),
            };
            Some(WebhookOptions {
                url: Secret::new(url?),
                shown: shown?,
                headers: headers.into_iter().collect::<Option<_>>()?,
                batch_rows: usize::try_from(spec.batch_rows).unwrap_or(usize::MAX),
                timeout: Duration::from_millis(spec.timeout_ms),
                format: spec.format,
                roots,
                renewal: Renewal::default(),
            })
        }

        /// Scheme, host and port of a URL: users, paths and queries may be secret.
        fn shown_url(&mut self, place: &str, url: &str) -> Option<String> {
            let (scheme, rest) = url.split_once("://").unwrap_or_default();
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let host = authority.rsplit('@').next().unwrap_or_default();
            let scheme = scheme.to_ascii_lowercase();
            if !matches!(scheme.as_str(), "http" | "https") || host.is_empty() {
                self.mistakes.push(format!(
                    "{place}: not a URL of the form `https://host/path` or `http://host/path`"
                ));
                return None;
            }
            let shown = format!("{scheme}://{host}");
            if let Err(error) = client::check_url(url) {
                self.mistakes.push(format!("{place}: `{shown}…`: {error}"));
                return None;
            }
            Some(shown)
        }

        fn header(
            &mut self,
            place: &str,
            (name, value): &(&str, &str),
        ) -> Option<(String, Secret)> {
            let value = self.text(&format!("{place}, `{name}`"), value)?;
            if !client::is_header(name, &value) {
                self.mistakes.push(format!(
                    "{place}: `{name}` has a value that HTTP does not allow"
                ));
                return None;
            }
            Some(((*name).to_owned(), Secret::new(value)))
        }

        fn given_authorities(&mut self, place: &str, template: &str) -> Option<Vec<Vec<u8>>> {
            let path = self.text(place, template)?;
            let pem = match std::fs::read(&path) {
                Ok(pem) => pem,
                Err(error) => {
                    self.mistakes
                        .push(format!("{place}: `{path}` cannot be read: {error}"));
                    return None;
                }
            };
            let found = client::certificates(&pem);
            if found.is_none() {
                self.mistakes.push(format!(
                    "{place}: `{path}` holds no certificate in PEM form (`-----BEGIN …`), or a \
                     damaged one"
                ));
            }
            found
        }

        fn system_authorities(&mut self, place: &str) -> Option<Vec<Vec<u8>>> {
            let found = rustls_native_certs::load_native_certs();
            if found.certs.is_empty() {
                self.mistakes.push(format!(
                    "{place}: this system has no certificates of authorities: install its package \
                     `ca-certificates`, or name a file in `tls_ca_cert`"
                ));
                return None;
            }
            let der = found.certs.iter().map(|certificate| certificate.to_vec());
            Some(der.collect())
        }
    }
}
