//! The topics of all tables: read from the options, merged, and compared with one another.

use super::connection::Facts;
use super::options::{Element, Options};
use super::parallelism::Parallelism;
use super::{Binder, topic, variable};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{CreateTable, Name, OptionValue};
use crate::ir::logical::MqttVersion;
use crate::source::Span;

/// What is known of topics and connections until the end of the file.
#[derive(Debug, Default)]
pub(super) struct Topics {
    /// Beside the plan's connections.
    pub(super) connections: Vec<Facts>,
    /// Of the source tables.
    pub(super) tables: Vec<TableTopics>,
    /// Of the source tables that have a connection.
    pub(super) parallelism: Vec<Parallelism>,
    /// Of the sinks and dead letters.
    pub(super) sinks: Vec<SinkTopic>,
}

/// The filters of a source table.
#[derive(Debug)]
pub(super) struct TableTopics {
    pub(super) name: Name,
    pub(super) connection: Option<usize>,
    pub(super) filters: Vec<Filter>,
    /// The `qos` option, where it asks for more than 0.
    pub(super) acknowledged: Option<Span>,
}

/// A topic filter.
#[derive(Clone, Debug)]
pub(super) struct Filter {
    /// As written (template).
    pub(super) text: String,
    /// Where.
    pub(super) span: Span,
}

/// A topic that is published to.
#[derive(Debug)]
pub(super) struct SinkTopic {
    /// The topic, or a filter that all topics of the rows match (template).
    pub(super) filter: String,
    pub(super) span: Span,
    pub(super) connection: Option<usize>,
    pub(super) published: Published,
}

/// What is published on a topic.
#[derive(Debug)]
pub(super) enum Published {
    /// The rows of a sink.
    Rows,
    /// The dead letters of the table of this name.
    DeadLetters(String),
}

impl Binder<'_> {
    /// The filters of a source table that are right.
    pub(super) fn filters(&mut self, create: &CreateTable, options: &Options<'_>) -> Vec<Filter> {
        let (list, single) = (options.given("topics"), options.given("topic"));
        match (list, single) {
            (None, None) => {
                self.report(missing_topics(create));
                return Vec::new();
            }
            (Some(list), Some(single)) => {
                let diagnostic = topics_twice(single.span(), list.span());
                self.report(diagnostic);
            }
            (Some(_), None) | (None, Some(_)) => {}
        }
        let mut elements: Vec<Element> = options.list("topics").unwrap_or_default().to_vec();
        if let (Some(given), Some(_)) = (single, options.text("topic"))
            && let OptionValue::Text(text) = &given.entry.value
        {
            elements.push(super::options::literal_element(text));
        }
        elements
            .iter()
            .filter_map(|element| self.filter(element))
            .collect()
    }

    fn filter(&mut self, element: &Element) -> Option<Filter> {
        let text = &element.value;
        let span = self.place_span(&element.place, 0..text.len());
        if let Err(problem) = variable::check(text) {
            let span = self.place_span(&element.place, problem.range);
            let diagnostic = Diagnostic::new(code::VARIABLE, "malformed `${…}` in a topic", span);
            self.report(diagnostic.at(problem.text));
            return None;
        }
        // what a variable stands for is checked at start; here, what stands around it
        let checked = variable::with_stand_in(text, "x");
        if let Err(problem) = topic::check_filter(&checked) {
            let place = if checked == *text {
                self.place_span(&element.place, problem.range)
            } else {
                span
            };
            let message = format!("invalid topic filter `{text}`");
            let mut diagnostic = Diagnostic::new(code::TOPIC, message, place).at(problem.text);
            let mended = topic::mended(text);
            if mended != *text && topic::check_filter(&mended).is_ok() {
                diagnostic = diagnostic.help(mended_help(text, &mended));
            }
            self.report(diagnostic);
            return None;
        }
        self.warn_spaces(topic::unshared(text), span);
        Some(Filter {
            text: text.clone(),
            span,
        })
    }

    /// Warns of spaces around a topic or filter, which belong to it.
    pub(super) fn warn_spaces(&mut self, topic: &str, span: Span) {
        let trimmed = topic.trim();
        if trimmed == topic {
            return;
        }
        let end = match (topic.trim_start() == topic, topic.trim_end() == topic) {
            (false, true) => "begins",
            (true, _) => "ends",
            (false, false) => "begins and ends",
        };
        let message = format!("topic `{topic}` {end} with a space");
        self.report(
            Diagnostic::new(code::TOPIC_SPACES, message, span)
                .at("brokers take each space literally")
                .help(format!("write `{trimmed}`, unless the space is meant")),
        );
    }

    /// The checks that need all tables: overlaps, loops, what a clean session loses.
    pub(super) fn check_topics(&mut self) {
        let topics = std::mem::take(&mut self.topics);
        for index in 0..self.plan.connections.len() {
            let tables = || {
                topics
                    .tables
                    .iter()
                    .filter(move |t| t.connection == Some(index))
            };
            if self.plan.connections[index].mqtt_version == MqttVersion::V311 {
                self.warn_overlaps(&tables().collect::<Vec<_>>());
            }
            if self.plan.connections[index].clean_session {
                let acknowledged: Vec<Span> = tables().filter_map(|t| t.acknowledged).collect();
                self.warn_clean_session(topics.connections[index], &acknowledged);
            }
        }
        for table in &topics.tables {
            self.warn_contained(&table.filters);
        }
        for sink in &topics.sinks {
            self.check_loop(sink, &topics.tables);
        }
        self.topics = topics;
    }

    /// Filters that one session subscribes to and some topic matches both of. One that another
    /// filter of the session contains, be it another table's, is not subscribed to.
    fn warn_overlaps(&mut self, tables: &[&TableTopics]) {
        let filters = tables.iter().flat_map(|table| &table.filters);
        let filters: Vec<&Filter> = kept(&filters.collect::<Vec<_>>())
            .into_iter()
            .filter(|filter| !variable::is_template(&filter.text))
            .collect();
        for (at, later) in filters.iter().enumerate() {
            for earlier in &filters[..at] {
                let (a, b) = (earlier.text.as_str(), later.text.as_str());
                if topic::overlap(a, b) && !topic::is_shared(a) && !topic::is_shared(b) {
                    self.report(overlapping(earlier, later));
                }
            }
        }
    }

    /// Filters of one table whose topics another one of its filters has all of.
    fn warn_contained(&mut self, filters: &[Filter]) {
        for (at, inner) in filters.iter().enumerate() {
            let outer = filters.iter().enumerate().find(|(other, outer)| {
                // of two that are the same the first stays
                let comes_first = *other < at || !contains(&inner.text, &outer.text);
                *other != at && contains(&outer.text, &inner.text) && comes_first
            });
            if let Some((_, outer)) = outer {
                self.report(contained(outer, inner));
            }
        }
    }

    fn warn_clean_session(&mut self, facts: Facts, acknowledged: &[Span]) {
        let Some(first) = acknowledged.first() else {
            return;
        };
        let message = "messages sent while the binary is down are lost";
        let help = "to have them kept, set `clean_session = false` and a `client_id`";
        self.report(
            Diagnostic::new(code::CLEAN_SESSION, message, facts.clean_session)
                .at("the session is clean at each start")
                .context(*first, "this asks for delivery at least once")
                .help(help)
                .help("if that is fine, remove the `qos` option or set it to 0"),
        );
    }

    /// Neither sinks nor dead letters may be what the same pipeline reads.
    fn check_loop(&mut self, sink: &SinkTopic, tables: &[TableTopics]) {
        let broker = |connection: Option<usize>| {
            connection.map(|index| self.plan.connections[index].broker.as_str())
        };
        if variable::is_template(&sink.filter) || sink.connection.is_none() {
            return;
        }
        for table in tables {
            let fed = table.filters.iter().find(|filter| {
                let filter = topic::unshared(&filter.text);
                !variable::is_template(filter) && topic::overlap(filter, &sink.filter)
            });
            if let Some(filter) =
                fed.filter(|_| broker(table.connection) == broker(sink.connection))
            {
                let diagnostic = feedback(sink, table, filter);
                self.report(diagnostic);
                return;
            }
        }
    }
}

/// The filters without those that another one contains, in the order written.
pub(super) fn merged(filters: &[Filter]) -> Vec<String> {
    let kept = kept(&filters.iter().collect::<Vec<_>>()).into_iter();
    kept.map(|filter| filter.text.clone()).collect()
}

/// Those of the filters that no other one contains, in the order written.
fn kept<'f>(filters: &[&'f Filter]) -> Vec<&'f Filter> {
    let contained = |at: usize| {
        let inner = &filters[at].text;
        filters.iter().enumerate().any(|(other, outer)| {
            // of two that are the same the first stays
            let twin = contains(inner, &outer.text);
            other != at && contains(&outer.text, inner) && (!twin || other < at)
        })
    };
    let kept = (0..filters.len()).filter(|&at| !contained(at));
    kept.map(|at| filters[at]).collect()
}

/// Whether `outer` is known to have all topics of `inner`.
fn contains(outer: &str, inner: &str) -> bool {
    let plain = |text: &str| !variable::is_template(text) && !topic::is_shared(text);
    outer == inner || (plain(outer) && plain(inner) && topic::contains(outer, inner))
}

fn contained(outer: &Filter, inner: &Filter) -> Diagnostic {
    let (wide, narrow) = (&outer.text, &inner.text);
    let diagnostic = if wide == narrow {
        let message = format!("filter `{narrow}` is given twice");
        Diagnostic::new(code::CONTAINED_FILTER, message, inner.span)
            .at("given again")
            .context(outer.span, "first given here")
    } else {
        let message = format!("filter `{narrow}` adds nothing to `{wide}`");
        Diagnostic::new(code::CONTAINED_FILTER, message, inner.span)
            .at("all its topics …")
            .context(outer.span, "… match this filter, too")
    };
    diagnostic
        .note("each message counts once, whatever filters of the table it matches")
        .help("remove one of them")
}

fn mended_help(filter: &str, mended: &str) -> String {
    if filter.matches('#').count() == 1 && filter.split('/').any(|level| level == "#") {
        format!("to match one level, use `{mended}`")
    } else {
        format!("did you mean `{mended}`?")
    }
}

fn missing_topics(create: &CreateTable) -> Diagnostic {
    let message = format!("table `{}` has no option `topics`", create.name.text);
    Diagnostic::new(code::MISSING_OPTION, message, create.name.span)
        .at("which topics does it read?")
        .help("add `topics = '[\"sensors/+/readings\"]'`")
}

fn topics_twice(topic: Span, topics: Span) -> Diagnostic {
    Diagnostic::new(code::OPTION_CONFLICT, "`topic` beside `topics`", topic)
        .at("one of them too many")
        .context(topics, "the filters are listed here")
        .help("put all filters into `topics`")
}

fn overlapping(earlier: &Filter, later: &Filter) -> Diagnostic {
    let message = format!(
        "filters `{}` and `{}` overlap on a 3.1.1 connection",
        earlier.text, later.text
    );
    Diagnostic::new(code::OVERLAP, message, later.span)
        .at("some topics match this filter")
        .context(earlier.span, "and this one too")
        .note("a 3.1.1 broker may send such a message twice, and it would count twice")
        .help("set `mqtt_version = '5'` on the connection, or choose filters that do not overlap")
}

fn feedback(sink: &SinkTopic, table: &TableTopics, filter: &Filter) -> Diagnostic {
    let reader = &table.name.text;
    let (message, what) = match &sink.published {
        Published::Rows => (
            format!("table `{reader}` reads what this sink publishes"),
            "row",
        ),
        Published::DeadLetters(of) if of == reader => (
            format!("table `{reader}` reads its own dead letters"),
            "dead letter",
        ),
        Published::DeadLetters(of) => (
            format!("table `{reader}` reads the dead letters of table `{of}`"),
            "dead letter",
        ),
    };
    let note = format!("on one broker each {what} would come back as a message, for ever");
    Diagnostic::new(code::OPTION_CONFLICT, message, sink.span)
        .at("published here")
        .context(filter.span, format!("`{}` matches that topic", filter.text))
        .note(note)
        .help("publish to a topic that none of the filters match")
}
