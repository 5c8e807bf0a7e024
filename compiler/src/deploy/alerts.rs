//! Alert rules for Prometheus, over the metrics of one pipeline. What each means and what to do is
//! told in docs/operations.md, under the alert's name.

use super::text::quoted;
use super::{Binary, heading, memory_mib};
use crate::ir::logical::BadData;
use crate::ir::physical::PhysicalPlan;
use std::fmt::Write as _;

/// A rule.
struct Rule {
    name: &'static str,
    expr: String,
    /// For how long it must hold.
    held: &'static str,
    severity: &'static str,
    summary: &'static str,
}

/// The rules, as a file for `rule_files`.
pub(super) fn alerts(plan: &PhysicalPlan, binary: &Binary<'_>) -> String {
    let mut text = heading(binary);
    text.push_str(
        "# Rules for Prometheus: name this file under rule_files. The thresholds are where to\n\
         # begin. What to do about each alert: docs/operations.md.\n",
    );
    let group = quoted(&format!("laminar-{}", binary.name));
    let _ = writeln!(text, "groups:\n- name: {group}\n  rules:");
    let of = Of::new(&plan.name);
    let always = [
        down(&of),
        disconnected(&of),
        reconnecting(&of),
        restarting(&of),
        silent(&of),
        rejecting(&of),
        stalled(&of),
        lagging(&of),
        retrying(&of),
        refused(&of),
        oversized(&of),
        memory(&of, plan),
    ];
    let letters =
        |table: &crate::ir::physical::Table| matches!(table.bad_data, BadData::DeadLetter(_));
    let letters = plan.tables.iter().any(letters).then(|| dead_letters(&of));
    for rule in always.into_iter().chain(letters) {
        rule.write(&mut text);
    }
    text
}

impl Rule {
    fn write(&self, text: &mut String) {
        let Self {
            name,
            expr,
            held,
            severity,
            summary,
        } = self;
        let (expr, summary) = (quoted(expr), quoted(summary));
        let _ = writeln!(
            text,
            "  - alert: {name}\n    expr: {expr}\n    for: {held}\n    labels:\n      \
             severity: {severity}\n    annotations:\n      summary: {summary}"
        );
    }
}

/// The metrics of one pipeline among those of many.
struct Of {
    info: String,
}

impl Of {
    fn new(name: &str) -> Self {
        let info = format!("laminar_build_info{{pipeline={}}}", quoted(name));
        Self { info }
    }

    /// A vector, of this pipeline's processes alone.
    fn only(&self, vector: &str) -> String {
        format!("{vector} * on (job, instance) group_left () {}", self.info)
    }
}

fn down(of: &Of) -> Rule {
    Rule {
        name: "LaminarDown",
        expr: format!("absent({})", of.info),
        held: "2m",
        severity: "critical",
        summary: "No process of the pipeline answers.",
    }
}

fn disconnected(of: &Of) -> Rule {
    let receiving = of.only("laminar_mqtt_connection_status");
    let publishing = of.only("laminar_publisher_connection_status");
    Rule {
        name: "LaminarDisconnected",
        expr: format!("({receiving}) == 0 or ({publishing}) == 0"),
        held: "2m",
        severity: "critical",
        summary: "Connection {{ $labels.connection }} is down.",
    }
}

fn reconnecting(of: &Of) -> Rule {
    let grown = of.only("increase(laminar_mqtt_reconnect_attempts[15m])");
    Rule {
        name: "LaminarReconnecting",
        expr: format!("({grown}) > 5"),
        held: "0m",
        severity: "warning",
        summary: "Connection {{ $labels.connection }} is lost again and again.",
    }
}

fn restarting(of: &Of) -> Rule {
    let starts = of.only("changes(process_start_time_seconds[1h])");
    Rule {
        name: "LaminarRestarting",
        expr: format!("({starts}) > 3"),
        held: "0m",
        severity: "warning",
        summary: "The process was started anew more than three times in an hour.",
    }
}

fn silent(of: &Of) -> Rule {
    let last = of.only("laminar_last_message_timestamp_seconds");
    Rule {
        name: "LaminarSilent",
        expr: format!("time() - ({last}) > 900"),
        held: "0m",
        severity: "warning",
        summary: "Table {{ $labels.table }} has received nothing for 15 minutes.",
    }
}

fn rejecting(of: &Of) -> Rule {
    let by = "sum by (job, instance, table)";
    let rejected = of.only(&format!(
        "{by} (rate(laminar_messages_rejected_total[10m]))"
    ));
    let received = format!("{by} (rate(laminar_mqtt_messages_received[10m]))");
    Rule {
        name: "LaminarRejecting",
        expr: format!("({rejected}) / {received} > 0.01"),
        held: "10m",
        severity: "warning",
        summary: "More than 1 % of the messages of table {{ $labels.table }} are bad.",
    }
}

fn stalled(of: &Of) -> Rule {
    let batches = of.only("laminar_sink_batches_in_flight");
    Rule {
        name: "LaminarSinkStalled",
        expr: format!("({batches}) >= 8"),
        held: "5m",
        severity: "critical",
        summary: "Sink {{ $labels.sink }} takes no more rows; the pipeline waits for it.",
    }
}

fn lagging(of: &Of) -> Rule {
    let buckets = "sum by (job, instance, connection, le) \
                   (rate(laminar_batch_lag_seconds_bucket[5m]))";
    let lag = of.only(&format!("histogram_quantile(0.99, {buckets})"));
    Rule {
        name: "LaminarLagging",
        expr: format!("({lag}) > 10"),
        held: "10m",
        severity: "warning",
        summary: "One batch in a hundred of {{ $labels.connection }} takes more than 10 s.",
    }
}

fn retrying(of: &Of) -> Rule {
    let retries = of.only("increase(laminar_sink_retries_total[10m])");
    Rule {
        name: "LaminarSinkRetrying",
        expr: format!("({retries}) > 0"),
        held: "15m",
        severity: "warning",
        summary: "Deliveries to sink {{ $labels.sink }} fail and are tried again.",
    }
}

fn refused(of: &Of) -> Rule {
    let refused = of.only("increase(laminar_sink_rows_refused_total[15m])");
    Rule {
        name: "LaminarRowsRefused",
        expr: format!("({refused}) > 0"),
        held: "0m",
        severity: "critical",
        summary: "Sink {{ $labels.sink }} has refused rows for good.",
    }
}

fn oversized(of: &Of) -> Rule {
    let skipped = of.only("increase(laminar_messages_oversized_total[1h])");
    Rule {
        name: "LaminarOversized",
        expr: format!("({skipped}) > 0"),
        held: "0m",
        severity: "warning",
        summary: "Messages of {{ $labels.connection }} are larger than max_packet_size.",
    }
}

fn memory(of: &Of, plan: &PhysicalPlan) -> Rule {
    let resident = of.only("process_resident_memory_bytes");
    let most = memory_mib(plan) * (1 << 20) / 10 * 8;
    Rule {
        name: "LaminarMemory",
        expr: format!("({resident}) > {most}"),
        held: "5m",
        severity: "warning",
        summary: "The process takes 80 % of what it should at most.",
    }
}

fn dead_letters(of: &Of) -> Rule {
    let batches = of.only("laminar_dead_letter_batches_in_flight");
    Rule {
        name: "LaminarDeadLettersStuck",
        expr: format!("min_over_time(({batches})[10m:]) > 0"),
        held: "0m",
        severity: "critical",
        summary: "Dead letters of table {{ $labels.table }} are not taken.",
    }
}
