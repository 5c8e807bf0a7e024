//! Pipelines inside this crate on brokers that do what a test wants, and on a real one.

#![forbid(unsafe_code)]

#[path = "../../../runtime/tests/support/broker.rs"]
#[allow(dead_code, reason = "the runtime's tests use the rest")]
mod broker;
mod handlers;
#[path = "../../../runtime/tests/support/mosquitto.rs"]
#[allow(dead_code, reason = "the runtime's tests use the rest")]
mod mosquitto;
#[path = "../../../runtime/tests/support/peer.rs"]
#[allow(dead_code, reason = "the runtime's tests use the rest")]
mod peer;
#[path = "../../../runtime/tests/support/proxy.rs"]
#[allow(dead_code, reason = "the runtime's tests use the rest")]
mod proxy;
mod real_broker;
mod sinks;
mod streams;

use broker::PATIENCE;
use std::time::{Duration, Instant};

laminar_macros::sql!(mod plant = "
    CREATE CONNECTION plant FROM mqtt_source WITH (
        broker = '${BROKER}', client_id = '${CLIENT:-plant}', clean_session = false,
        keep_alive = 1, reconnect_interval = 1
    );
    CREATE TABLE readings (sensor TEXT NOT NULL, temperature DOUBLE, seen INT[])
    WITH (connector = 'mqtt_source', connection = 'plant',
          topics = '[\"readings\", \"${EXTRA:-extra}\"]', format = 'json',
          batch_timeout_ms = 10);
    CREATE VIEW hot AS SELECT sensor, temperature, seen FROM readings WHERE temperature > 40;
    CREATE VIEW cold AS SELECT sensor FROM readings WHERE temperature < 0;
");

/// Waits until something is so.
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(
            Instant::now() < deadline,
            "it does not come to this: {what}"
        );
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Variables that say where the broker is.
fn at(url: &str) -> impl Fn(&str) -> Option<String> + Send + 'static + use<> {
    let url = url.to_owned();
    move |name| (name == "BROKER").then(|| url.clone())
}

/// Runs a future without an executor.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(std::thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = std::sync::Arc::new(Unpark(std::thread::current())).into();
    let mut context = std::task::Context::from_waker(&waker);
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            std::task::Poll::Ready(done) => return done,
            std::task::Poll::Pending => std::thread::park(),
        }
    }
}
