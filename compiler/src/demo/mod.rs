//! `laminarc demo`: a broker, simulated sensors and the sensor-alert pipeline on one machine.

/// The example that the demo builds and runs.
pub const PIPELINE: &str = include_str!("../../../examples/sensor_alerts/pipeline.sql");
