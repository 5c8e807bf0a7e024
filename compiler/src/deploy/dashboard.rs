//! A dashboard for Grafana: the metrics of one pipeline, those first that tell whether it does
//! what it should.

use super::Binary;
use super::text::quoted;
use crate::ir::physical::PhysicalPlan;

/// Panels are so wide and high in units of the grid, which is 24 wide.
const WIDTH: usize = 8;
const HEIGHT: usize = 7;
const COLUMNS: usize = 3;

/// A panel: what it shows, in which unit, and the label of its lines.
struct Panel {
    title: &'static str,
    unit: &'static str,
    lines: &'static [(&'static str, &'static str)],
}

/// What it shows.
const PANELS: [Panel; 9] = [
    Panel {
        title: "Messages received",
        unit: "cps",
        lines: &[("rate(laminar_mqtt_messages_received[1m])", "{{table}}")],
    },
    Panel {
        title: "Messages emitted",
        unit: "cps",
        lines: &[(
            "rate(laminar_flow_messages_total{outcome=\"emitted\"}[1m])",
            "{{flow}} to {{sink}}",
        )],
    },
    Panel {
        title: "Messages rejected",
        unit: "cps",
        lines: &[(
            "rate(laminar_messages_rejected_total[1m])",
            "{{table}}: {{reason}}",
        )],
    },
    Panel {
        title: "Connected",
        unit: "bool_yes_no",
        lines: &[
            (
                "laminar_mqtt_connection_status",
                "{{connection}}, {{table}}",
            ),
            (
                "laminar_publisher_connection_status",
                "{{connection}}, publishing",
            ),
        ],
    },
    Panel {
        title: "Lag: half of the batches, and 99 %",
        unit: "s",
        lines: &[
            (
                "histogram_quantile(0.5, rate(laminar_batch_lag_seconds_bucket[1m]))",
                "{{connection}}, half",
            ),
            (
                "histogram_quantile(0.99, rate(laminar_batch_lag_seconds_bucket[1m]))",
                "{{connection}}, 99 %",
            ),
        ],
    },
    Panel {
        title: "Batches in flight",
        unit: "short",
        lines: &[
            ("laminar_sink_batches_in_flight", "{{sink}}"),
            ("laminar_batches_in_flight", "{{connection}}"),
        ],
    },
    Panel {
        title: "Rows delivered",
        unit: "cps",
        lines: &[("rate(laminar_sink_rows_total[1m])", "{{sink}}")],
    },
    Panel {
        title: "Retries, refusals and reconnects",
        unit: "cps",
        lines: &[
            ("rate(laminar_sink_retries_total[1m])", "{{sink}}: retries"),
            (
                "rate(laminar_sink_rows_refused_total[1m])",
                "{{sink}}: refused",
            ),
            (
                "rate(laminar_mqtt_reconnect_attempts[1m])",
                "{{connection}}: reconnects",
            ),
        ],
    },
    Panel {
        title: "CPU and memory",
        unit: "short",
        lines: &[
            ("rate(process_cpu_seconds_total[1m]) * 100", "% of a core"),
            ("process_resident_memory_bytes / 1048576", "MiB"),
        ],
    },
];

/// The dashboard, to be imported.
pub(super) fn dashboard(plan: &PhysicalPlan, binary: &Binary<'_>) -> String {
    let info = format!("laminar_build_info{{pipeline={}}}", quoted(&plan.name));
    let panels = PANELS.iter().enumerate();
    let panels: Vec<String> = panels.map(|(at, it)| panel(at, it, &info)).collect();
    format!(
        "{{\n\"title\": {title},\n\"uid\": {uid},\n\"description\": {about},\n\
         \"tags\": [\"laminar\"],\n\"schemaVersion\": 39,\n\"refresh\": \"10s\",\n\
         \"time\": {{\"from\": \"now-1h\", \"to\": \"now\"}},\n\
         \"templating\": {{\"list\": [{{\"name\": \"datasource\", \"type\": \"datasource\", \
         \"query\": \"prometheus\", \"label\": \"Data source\"}}]}},\n\
         \"panels\": [\n{panels}\n]\n}}\n",
        title = quoted(&format!("Laminar: {}", plan.name)),
        uid = quoted(&uid(binary)),
        about = quoted(&format!(
            "Made by laminarc {} from SQL with SHA-256 {}.",
            binary.compiler_version, binary.sql_hash
        )),
        panels = panels.join(",\n"),
    )
}

/// Grafana takes 40 characters.
fn uid(binary: &Binary<'_>) -> String {
    format!("laminar-{}", binary.name)
        .chars()
        .take(40)
        .collect()
}

fn panel(at: usize, panel: &Panel, info: &str) -> String {
    const SOURCE: &str = "{\"type\": \"prometheus\", \"uid\": \"${datasource}\"}";
    let lines = panel
        .lines
        .iter()
        .enumerate()
        .map(|(at, (vector, legend))| {
            let expr = format!("{vector} * on (job, instance) group_left () {info}");
            let (expr, legend) = (quoted(&expr), quoted(legend));
            let id = char::from(b'A' + u8::try_from(at).expect("few lines"));
            format!(
                "{{\"refId\": \"{id}\", \"datasource\": {SOURCE}, \"expr\": {expr}, \
             \"legendFormat\": {legend}}}"
            )
        });
    let lines: Vec<String> = lines.collect();
    format!(
        "{{\"id\": {id}, \"type\": \"timeseries\", \"title\": {title}, \"datasource\": {SOURCE},\n\
         \"gridPos\": {{\"x\": {x}, \"y\": {y}, \"w\": {WIDTH}, \"h\": {HEIGHT}}},\n\
         \"fieldConfig\": {{\"defaults\": {{\"unit\": {unit}, \"min\": 0}}, \"overrides\": []}},\n\
         \"targets\": [{lines}]}}",
        id = at + 1,
        title = quoted(panel.title),
        x = at % COLUMNS * WIDTH,
        y = at / COLUMNS * HEIGHT,
        unit = quoted(panel.unit),
        lines = lines.join(",\n"),
    )
}
