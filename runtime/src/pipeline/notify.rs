//! What systemd is told: that the pipeline is ready, how it is, that it lives, that it stops
//! (`sd_notify(3)`). Datagrams to the socket that the environment names; without one, nothing.

use std::io;
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

/// Where systemd listens, and how often it wants to hear that the process is well.
#[derive(Debug, Default)]
pub struct Notify {
    socket: Option<UnixDatagram>,
    watchdog: Option<Duration>,
}

/// How long a datagram may wait for room: whoever does not read for so long is not waited for.
const PATIENCE: Duration = Duration::from_millis(500);

impl Notify {
    /// As the environment says, which is read by `variable`.
    pub fn new(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let Some(name) = variable("NOTIFY_SOCKET") else {
            return Self::default();
        };
        match connected(&name) {
            Ok(socket) => Self {
                socket: Some(socket),
                watchdog: watchdog(variable),
            },
            Err(error) => {
                tracing::warn!(
                    "NOTIFY_SOCKET: cannot use `{}`: {error}",
                    name.escape_debug()
                );
                Self::default()
            }
        }
    }

    /// Whether anybody listens.
    pub fn is_heard(&self) -> bool {
        self.socket.is_some()
    }

    /// How long systemd waits to hear from a process that is well; None: it does not.
    pub fn watchdog(&self) -> Option<Duration> {
        self.watchdog
    }

    /// Sends assignments, each on a line. One that cannot be sent is no reason to stop.
    pub fn send(&self, state: &str) {
        if let Some(socket) = &self.socket
            && let Err(error) = socket.send(state.as_bytes())
        {
            tracing::debug!("NOTIFY_SOCKET: {error}");
        }
    }

    /// Says in a line how it is.
    pub fn status(&self, text: &str) {
        let line: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        self.send(&format!("STATUS={line}"));
    }
}

/// A socket connected to a path, or with `@` to a name of the abstract namespace (unix(7)).
fn connected(name: &str) -> io::Result<UnixDatagram> {
    let socket = UnixDatagram::unbound()?;
    socket.set_write_timeout(Some(PATIENCE))?;
    match name.strip_prefix('@') {
        Some(name) => connect_abstract(&socket, name)?,
        None if name.starts_with('/') => socket.connect(name)?,
        None => return Err(io::Error::other("neither a path nor a name with `@`")),
    }
    Ok(socket)
}

#[cfg(target_os = "linux")]
fn connect_abstract(socket: &UnixDatagram, name: &str) -> io::Result<()> {
    use std::os::linux::net::SocketAddrExt as _;
    use std::os::unix::net::SocketAddr;
    socket.connect_addr(&SocketAddr::from_abstract_name(name)?)
}

#[cfg(not(target_os = "linux"))]
fn connect_abstract(_socket: &UnixDatagram, _name: &str) -> io::Result<()> {
    Err(io::Error::other("there are no abstract names here"))
}

/// What `WATCHDOG_USEC` says, where it is meant for this process (`sd_watchdog_enabled(3)`).
fn watchdog(variable: &dyn Fn(&str) -> Option<String>) -> Option<Duration> {
    let microseconds: u64 = variable("WATCHDOG_USEC")?.parse().ok()?;
    let is_ours = |process: String| process.parse() == Ok(std::process::id());
    let is_ours = variable("WATCHDOG_PID").is_none_or(is_ours);
    (is_ours && microseconds > 0).then(|| Duration::from_micros(microseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_watchdog_is_this_process_s_or_none() {
        let ours = std::process::id().to_string();
        for (microseconds, process, expected) in [
            ("2000000", None, Some(2)),
            ("2000000", Some(ours.as_str()), Some(2)),
            ("2000000", Some("1"), None),
            ("0", None, None),
            ("soon", None, None),
        ] {
            let variable = |name: &str| match name {
                "WATCHDOG_USEC" => Some(microseconds.to_owned()),
                "WATCHDOG_PID" => process.map(str::to_owned),
                _ => None,
            };
            assert_eq!(watchdog(&variable), expected.map(Duration::from_secs));
        }
    }

    #[test]
    fn a_socket_that_is_none_is_not_used() {
        for name in ["", "relative", "/no/such/socket", "@laminar-nobody"] {
            let notify = Notify::new(&|_| Some(name.to_owned()));
            assert!(!notify.is_heard(), "{name}");
        }
        assert!(!Notify::new(&|_| None).is_heard());
    }
}
