//! Alert rules for Prometheus, over the metrics of one pipeline. What each means and what to do is
//! told in docs/operations.md, under the alert's name.

use super::text::quoted;
use super::{Binary, heading, memory_mib};
use crate::ir::limits::FLIGHTS;
use crate::ir::logical::BadData;
use crate::ir::physical::{PhysicalPlan, Table};
use std::fmt::Write as _;

/// A rule.
struct Rule {
    name: &'static str,
    /// In `«…»` stands a vector that may be of many pipelines: the rule is about this one's. What
    /// is in `$…$` depends on the plan.
    expr: &'static str,
    /// For how long it must hold.
    held: &'static str,
    severity: &'static str,
    summary: &'static str,
}

const CRITICAL: &str = "critical";
const WARNING: &str = "warning";

const RULES: [Rule; 13] = [
    Rule {
        name: "LaminarDown",
        expr: "absent(«»)",
        held: "2m",
        severity: CRITICAL,
        summary: "No process of the pipeline answers.",
    },
    Rule {
        name: "LaminarDisconnected",
        expr: "«laminar_mqtt_connection_status» == 0 or «laminar_publisher_connection_status» == 0",
        held: "2m",
        severity: CRITICAL,
        summary: "Connection {{ $labels.connection }} is down.",
    },
    Rule {
        name: "LaminarReconnecting",
        expr: "«increase(laminar_mqtt_reconnect_attempts[15m])» > 5",
        held: "0m",
        severity: WARNING,
        summary: "Connection {{ $labels.connection }} is lost again and again.",
    },
    Rule {
        name: "LaminarRestarting",
        expr: "«changes(process_start_time_seconds[1h])» > 3",
        held: "0m",
        severity: WARNING,
        summary: "The process was started anew more than three times in an hour.",
    },
    Rule {
        name: "LaminarSilent",
        // a table that has never received anything has no time of its last message
        expr: "time() - «laminar_last_message_timestamp_seconds» > 900 or \
               «laminar_mqtt_messages_received» == 0 and on (job, instance) \
               (time() - process_start_time_seconds) > 900",
        held: "0m",
        severity: WARNING,
        summary: "Table {{ $labels.table }} has received nothing for 15 minutes.",
    },
    Rule {
        name: "LaminarRejecting",
        expr: "«sum by (job, instance, table) (rate(laminar_messages_rejected_total[10m]))» / \
               sum by (job, instance, table) (rate(laminar_mqtt_messages_received[10m])) > 0.01",
        held: "10m",
        severity: WARNING,
        summary: "More than 1 % of the messages of table {{ $labels.table }} are bad.",
    },
    Rule {
        name: "LaminarSinkStalled",
        // with a small window of the broker's, fewer batches are all that can be under way
        expr: "«laminar_sink_batches_in_flight» >= $BATCHES$ or \
               «laminar_sink_batches_in_flight» > 0 unless \
               «increase(laminar_sink_rows_total[5m])» > 0",
        held: "5m",
        severity: CRITICAL,
        summary: "Sink {{ $labels.sink }} takes no more rows; the pipeline waits for it.",
    },
    Rule {
        name: "LaminarLagging",
        expr: "«histogram_quantile(0.99, sum by (job, instance, connection, le) \
               (rate(laminar_batch_lag_seconds_bucket[5m])))» > 10",
        held: "10m",
        severity: WARNING,
        summary: "One batch in a hundred of {{ $labels.connection }} takes more than 10 s.",
    },
    Rule {
        name: "LaminarSinkRetrying",
        expr: "«increase(laminar_sink_retries_total[10m])» > 0",
        held: "15m",
        severity: WARNING,
        summary: "Deliveries to sink {{ $labels.sink }} fail and are tried again.",
    },
    Rule {
        name: "LaminarRowsRefused",
        expr: "«increase(laminar_sink_rows_refused_total[15m])» > 0",
        held: "0m",
        severity: CRITICAL,
        summary: "Sink {{ $labels.sink }} has refused rows for good.",
    },
    Rule {
        name: "LaminarOversized",
        expr: "«increase(laminar_messages_oversized_total[1h])» > 0",
        held: "0m",
        severity: WARNING,
        summary: "Messages of {{ $labels.connection }} are larger than max_packet_size.",
    },
    Rule {
        name: "LaminarMemory",
        expr: "«process_resident_memory_bytes» > $MEMORY$",
        held: "5m",
        severity: WARNING,
        summary: "The process takes 80 % of what it should at most.",
    },
    Rule {
        name: "LaminarDeadLettersStuck",
        expr: "min_over_time(«laminar_dead_letter_batches_in_flight»[10m:]) > 0",
        held: "0m",
        severity: CRITICAL,
        summary: "Dead letters of table {{ $labels.table }} are not taken.",
    },
];

/// The rules, as a file for `rule_files`.
pub(super) fn alerts(plan: &PhysicalPlan, binary: &Binary<'_>) -> String {
    let mut text = heading(binary);
    text.push_str(
        "# Rules for Prometheus: name this file under rule_files. The thresholds are where to\n\
         # begin. What to do about each alert: docs/operations.md.\n",
    );
    let group = quoted(&format!("laminar-{}", binary.name));
    let _ = writeln!(text, "groups:\n- name: {group}\n  rules:");
    let has_letters = |table: &Table| matches!(table.bad_data, BadData::DeadLetter(_));
    let has_letters = plan.tables.iter().any(has_letters);
    for rule in &RULES {
        if has_letters || !rule.expr.contains("dead_letter") {
            rule.write(plan, &mut text);
        }
    }
    text
}

impl Rule {
    fn write(&self, plan: &PhysicalPlan, text: &mut String) {
        let Self {
            name,
            expr,
            held,
            severity,
            summary,
        } = self;
        let (expr, summary) = (quoted(&filled(expr, plan)), quoted(summary));
        let _ = writeln!(
            text,
            "  - alert: {name}\n    expr: {expr}\n    for: {held}\n    labels:\n      \
             severity: {severity}\n    annotations:\n      summary: {summary}"
        );
    }
}

/// An expression about the processes of this pipeline alone.
fn filled(expr: &str, plan: &PhysicalPlan) -> String {
    let info = format!("laminar_build_info{{pipeline={}}}", quoted(&plan.name));
    let sessions = plan.connections.iter().map(|each| each.parallelism);
    let batches = FLIGHTS * u64::from(sessions.max().unwrap_or(1));
    let memory = memory_mib(plan) * (1 << 20) / 10 * 8;
    let only = format!(" * on (job, instance) group_left () {info})");
    expr.replace("«»", &info)
        .replace('«', "(")
        .replace('»', &only)
        .replace("$BATCHES$", &batches.to_string())
        .replace("$MEMORY$", &memory.to_string())
}
