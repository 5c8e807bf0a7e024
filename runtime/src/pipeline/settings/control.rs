//! Where the pipeline can be asked, and by whom.

use super::Resolver;
use crate::control::{DEFAULT, Listen, TlsServer};
use crate::secret::Secret;
use crate::spec::SettingsSpec;

/// The control endpoint, ready to be opened.
#[derive(Clone, Debug)]
pub struct Control {
    /// Where it listens.
    pub listen: Listen,
    /// What whoever asks must know.
    pub token: Option<Secret>,
    /// How TLS is spoken to them.
    pub tls: Option<TlsServer>,
}

impl Resolver<'_> {
    /// The control endpoint; None where a mistake was found.
    pub fn control(&mut self, settings: &SettingsSpec) -> Option<Control> {
        let listen = match settings.control_listen {
            None => Some(Listen::Default),
            Some(template) => self.listen(template),
        };
        let token = match settings.control_token {
            None => Some(None),
            Some(template) => self.token(template).map(Some),
        };
        let tls = match settings.control_tls {
            None => Some(None),
            Some(pair) => self.tls_server(pair).map(Some),
        };
        Some(Control {
            listen: listen?,
            token: token?,
            tls: tls?,
        })
    }

    /// What the configuration came to, the token hidden.
    pub fn control_lines(&mut self, settings: &SettingsSpec) -> String {
        let Some(Control { listen, token, tls }) = self.control(settings) else {
            return String::new();
        };
        let place = match listen {
            Listen::Off => return "control\n  listen = off\n".to_owned(),
            Listen::Default => format!("{DEFAULT}, or the next port that is free"),
            Listen::At(place) => place,
        };
        let token = token.map_or("", |_| "  token = [hidden]\n");
        let tls = tls.map_or("", |_| "  TLS\n");
        format!("control\n  listen = {place}\n{token}{tls}")
    }

    #[cfg(not(feature = "tls"))]
    fn tls_server(&mut self, _: crate::spec::KeyPairSpec) -> Option<TlsServer> {
        let mistake = "setting `control.tls_cert`: this binary was built without TLS (a crate with \
                       `include_sql!` needs the feature `tls` of laminar-runtime)";
        self.mistakes.push(mistake.to_owned());
        None
    }

    fn listen(&mut self, template: &str) -> Option<Listen> {
        let place = "setting `control.listen`";
        let text = self.text(place, template)?;
        let listen = Listen::parse(&text);
        let mistake = |why: String| self.mistakes.push(format!("{place}: `{text}`: {why}"));
        listen.map_err(mistake).ok()
    }

    /// A header has to carry it, and nobody should be able to guess that it is empty.
    fn token(&mut self, template: &str) -> Option<Secret> {
        let place = "setting `control.token`";
        let token = self.text(place, template)?;
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            let what = "it has to be of visible ASCII characters, without spaces";
            self.mistakes.push(format!("{place}: {what}"));
            return None;
        }
        Some(Secret::new(token))
    }
}
