//! SET: how the process behaves around its flows.

use super::options::Options;
use super::tls::half_pair;
use super::{Binder, variable};
use crate::connectors::{OptionSpec, SETTINGS};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{OptionEntry, Script, Statement};
use crate::ir::settings::{KeyPair, LogFormat, LogLevel, Settings};
use crate::source::Span;

impl Binder<'_> {
    /// All SET statements of a file together, wherever they stand.
    pub(super) fn settings(&mut self, script: &Script) {
        let set = script
            .statements
            .iter()
            .filter_map(|statement| match statement {
                Statement::Set(set) => Some(set.entry.clone()),
                Statement::CreateConnection(_)
                | Statement::CreateTable(_)
                | Statement::CreateView(_)
                | Statement::Insert(_)
                | Statement::Select(_) => None,
            });
        let entries: Vec<OptionEntry> = set.collect();
        let specs: Vec<&'static OptionSpec> = SETTINGS.iter().collect();
        let options = self.options("`SET`", &specs, &entries);
        let level = options.choice("log.level").unwrap_or_default();
        let format = options.choice("log.format").unwrap_or_default();
        let level = LogLevel::ALL
            .into_iter()
            .find(|known| known.name() == level);
        let format = LogFormat::ALL
            .into_iter()
            .find(|known| known.name() == format);
        self.plan.settings = Settings {
            log_level: level.unwrap_or_default(),
            log_format: format.unwrap_or_default(),
            control_listen: self.control_listen(&options),
            control_token: self.control_token(&options),
            control_tls: self.control_tls(&options),
        };
        self.finish_options(options, "`SET`");
    }

    /// Where the process can be asked. What a variable makes of it is checked when it starts.
    fn control_listen(&mut self, options: &Options<'_>) -> Option<String> {
        let listen = options.text("control.listen")?;
        let span = options.given("control.listen")?.span();
        let place = Place::of(&listen);
        let token = options.span("control.token");
        let needless = ["control.tls_cert", "control.tls_key"];
        let needless = needless
            .iter()
            .filter_map(|name| Some((*name, options.span(name)?)));
        if matches!(place, Place::Off) {
            for (name, needless) in needless {
                self.report(asked_by_nobody(name, needless, span));
            }
        }
        match (place, token) {
            (Place::Malformed, _) if !variable::is_template(&listen) => {
                let message = "wrong value for option `control.listen`";
                self.report(
                    Diagnostic::new(code::OPTION_VALUE, message, span)
                        .at("expected `'off'`, or a host and a port")
                        .help("write `SET control.listen = '127.0.0.1:9898'`"),
                );
            }
            (Place::Off, Some(token)) => {
                self.report(asked_by_nobody("control.token", token, span));
            }
            (Place::Network, None) if !variable::is_template(&listen) => {
                let message = "everyone in the network can ask this pipeline";
                self.report(
                    Diagnostic::new(code::OPEN_CONTROL, message, span)
                        .at("not on this machine alone, and without a token")
                        .note("metrics, the log and the SQL are shown")
                        .help("add `SET control.token = '${CONTROL_TOKEN}'`"),
                );
            }
            (Place::Off | Place::Machine | Place::Network | Place::Malformed, _) => {}
        }
        Some(listen)
    }

    /// What is presented to whoever asks over TLS.
    fn control_tls(&mut self, options: &Options<'_>) -> Option<KeyPair> {
        let names = ["control.tls_cert", "control.tls_key"];
        if let Some(half) = half_pair(options, names, "SET ") {
            self.report(half);
        }
        let [cert, key] = names.map(|name| options.text(name));
        Some(KeyPair {
            cert: cert?,
            key: key?,
        })
    }

    /// What whoever asks must know.
    fn control_token(&mut self, options: &Options<'_>) -> Option<String> {
        let token = options.text("control.token")?;
        let span = options.given("control.token")?.span();
        // the default in `${NAME:-default}` is a secret as well
        if variable::says_something(&token) {
            self.secret(
                "the token stands in the file",
                span,
                "write `'${CONTROL_TOKEN}'`: it is read when the binary starts",
            );
        }
        Some(token)
    }
}

fn asked_by_nobody(setting: &str, span: Span, off: Span) -> Diagnostic {
    let message = format!("`{setting}` where nothing can be asked");
    Diagnostic::new(code::OPTION_CONFLICT, message, span)
        .at("nobody needs it")
        .context(off, "since this switches the endpoint off")
        .help(format!("remove `{setting}`"))
}

/// Who can reach the endpoint.
enum Place {
    Off,
    Machine,
    Network,
    Malformed,
}

impl Place {
    fn of(text: &str) -> Self {
        if text.eq_ignore_ascii_case("off") {
            return Self::Off;
        }
        let Some((host, port)) = text.rsplit_once(':').filter(|(host, _)| !host.is_empty()) else {
            return Self::Malformed;
        };
        if port.parse::<u16>().is_err() {
            return Self::Malformed;
        }
        let is_here = host.eq_ignore_ascii_case("localhost") || host.starts_with("127.");
        if is_here || host == "[::1]" {
            Self::Machine
        } else {
            Self::Network
        }
    }
}
