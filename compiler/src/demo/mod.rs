//! What `laminarc demo` is made of: a broker and simulated sensors, without any dependency.

pub mod broker;
mod devices;
mod session;

pub use devices::Sensors;

/// The pipeline that the demo builds and runs.
pub const PIPELINE: &str = include_str!("../../../examples/sensor_alerts/pipeline.sql");
