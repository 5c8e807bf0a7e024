//! SET: how the process behaves around its flows.

use super::Binder;
use crate::connectors::{OptionSpec, SETTINGS};
use crate::ir::ast::{OptionEntry, Script, Statement};
use crate::ir::logical::{LogFormat, LogLevel, Settings};

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
        };
        self.finish_options(options, "`SET`");
    }
}
