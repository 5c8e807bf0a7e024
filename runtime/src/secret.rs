//! What no log may show.

use std::fmt;

/// A text that is not shown, whatever holds it: it has no `Display`, and `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for the packet that it belongs in.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::packet::Connect;
    use crate::mqtt::session::{Options, Session};
    use crate::spec::MqttVersion;
    use std::time::Instant;

    #[test]
    fn nothing_that_holds_a_secret_shows_it() {
        let connect = Connect {
            version: MqttVersion::V5,
            client_id: "c".into(),
            username: Some("u".into()),
            password: Some(Secret::new("hunter2".into())),
            clean: true,
            session_expiry_interval_s: None,
            keep_alive_s: 60,
            receive_maximum: 100,
            will: None,
        };
        let options = Options {
            connect: connect.clone(),
            filters: Vec::new(),
            share: None,
            max_packet_size: 1_000,
            publish_qos: 0,
            publish_retained: false,
        };
        let mut session = Session::new(options.clone(), Instant::now());
        session.connected(Instant::now());
        let sent = session.output().to_vec();
        assert!(sent.ends_with(b"hunter2"), "the packet has it");
        let bytes = format!("{:?}", b"hunter2");
        let bytes = bytes.trim_matches(['[', ']']);
        for shown in [
            format!("{connect:?}"),
            format!("{options:?}"),
            format!("{session:?}"),
        ] {
            assert!(!shown.contains("hunter2"), "{shown}");
            assert!(!shown.contains(bytes), "{shown}");
        }
        assert!(format!("{connect:?}").contains("[hidden]"));
    }
}
