//! A little MQTT, for the command line: pipelines have their own in the runtime.

pub(crate) mod address;
pub(crate) mod client;
pub(crate) mod packet;
mod stream;
