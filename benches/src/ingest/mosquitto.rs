//! A mosquitto of our own, on a free port.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A broker that ends with this value.
#[derive(Debug)]
pub struct Mosquitto {
    /// Where it listens.
    pub port: u16,
    child: Child,
    config: PathBuf,
}

impl Mosquitto {
    /// Starts it; it keeps what a slow subscriber has not taken yet.
    pub fn start() -> Result<Self, String> {
        let text = |error: std::io::Error| format!("mosquitto: {error}");
        let free = TcpListener::bind("127.0.0.1:0").map_err(text)?;
        let port = free.local_addr().map_err(text)?.port();
        drop(free);
        let file = format!("laminar-ingest-{}.conf", std::process::id());
        let config = std::env::temp_dir().join(file);
        let lines = format!(
            "listener {port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n\
             max_queued_messages 0\nmemory_limit 2000000000\n"
        );
        std::fs::write(&config, lines).map_err(text)?;
        let spawn = |program| {
            Command::new(program)
                .arg("-c")
                .arg(&config)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
        };
        let child = spawn("mosquitto").or_else(|_| spawn("/usr/sbin/mosquitto"));
        let child = child.map_err(text)?;
        let broker = Self {
            port,
            child,
            config,
        };
        let deadline = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if Instant::now() > deadline {
                return Err("mosquitto does not listen".into());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(broker)
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.config);
    }
}
