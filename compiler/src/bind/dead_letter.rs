//! What becomes of bad messages: `bad_data` and the options of dead letters.

use super::Binder;
use super::options::Options;
use super::sink::names_a_column;
use super::topics::{Published, SinkTopic};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{CreateTable, OptionValue};
use crate::ir::logical::{BadData, DeadLetter, DeadLetterFormat};
use crate::source::Span;

/// How often a delivery is tried again, if the file says nothing.
const MAX_RETRIES: u32 = 3;

impl Binder<'_> {
    /// What becomes of the table's bad messages; where that is in error, they are dropped.
    pub(super) fn bad_data(
        &mut self,
        create: &CreateTable,
        options: &Options<'_>,
        connection: Option<usize>,
    ) -> BadData {
        let chosen = options.choice("bad_data");
        let format = options.choice("dead_letter_format");
        let retries = options.integer("max_retries");
        if options.given("dead_letter_topic").is_none() {
            self.without_topic(options);
            return match chosen {
                Some("fail") => BadData::Fail,
                Some(_) | None => BadData::Drop,
            };
        }
        if let Some(other) = chosen.filter(|chosen| *chosen != "dead_letter")
            && let (Some(chosen), Some(topic)) =
                (options.span("bad_data"), options.span("dead_letter_topic"))
        {
            self.report(topic_without_use(other, topic, chosen));
        }
        let Some(topic) = self.dead_letter_topic(create, options, connection) else {
            return BadData::Drop;
        };
        BadData::DeadLetter(DeadLetter {
            topic,
            format: format.map(|format| match format {
                "raw" => DeadLetterFormat::Raw,
                _ => DeadLetterFormat::Envelope,
            }),
            max_retries: retries.unwrap_or(MAX_RETRIES),
        })
    }

    /// Options that say nothing where there is no topic.
    fn without_topic(&mut self, options: &Options<'_>) {
        if options.choice("bad_data") == Some("dead_letter")
            && let Some(span) = options.span("bad_data")
        {
            let message = "`bad_data = 'dead_letter'` without `dead_letter_topic`";
            self.report(
                Diagnostic::new(code::OPTION_CONFLICT, message, span)
                    .at("on which topic?")
                    .help("add `dead_letter_topic = 'errors/…'`"),
            );
            return;
        }
        let useless = [
            ("dead_letter_format", "there are no dead letters"),
            (
                "max_retries",
                "without dead letters a delivery is retried until it succeeds",
            ),
        ];
        for (name, why) in useless {
            if let Some(span) = options.span(name) {
                let message = format!("`{name}` without `dead_letter_topic`");
                self.report(
                    Diagnostic::new(code::OPTION_CONFLICT, message, span)
                        .at("this has no effect")
                        .note(why)
                        .help(format!("add `dead_letter_topic`, or remove `{name}`")),
                );
            }
        }
    }

    fn dead_letter_topic(
        &mut self,
        create: &CreateTable,
        options: &Options<'_>,
        connection: Option<usize>,
    ) -> Option<String> {
        let given = options.given("dead_letter_topic")?;
        let topic = options.text("dead_letter_topic")?;
        let OptionValue::Text(text) = &given.entry.value else {
            return None;
        };
        let help = "dead letters go to one topic, spelled out";
        self.published_topic(text, &topic, help)?;
        let span: Span = text.span;
        if names_a_column(&topic) {
            let message = format!("`{{…}}` in dead-letter topic `{topic}`");
            self.report(
                Diagnostic::new(code::TOPIC, message, span)
                    .at("no column is known of a bad message")
                    .help(help),
            );
            return None;
        }
        self.topics.sinks.push(SinkTopic {
            filter: topic.clone(),
            span,
            connection,
            published: Published::DeadLetters(create.name.text.clone()),
        });
        Some(topic)
    }
}

fn topic_without_use(bad_data: &str, topic: Span, chosen: Span) -> Diagnostic {
    let message = format!("`dead_letter_topic` beside `bad_data = '{bad_data}'`");
    Diagnostic::new(code::OPTION_CONFLICT, message, topic)
        .at("no bad message would go there")
        .context(chosen, "since this decides")
        .help("remove `bad_data`: a topic for dead letters says it all")
}
