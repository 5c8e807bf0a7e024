//! The request and the answer that turn an HTTP connection into a WebSocket (RFC 6455 §4).

use super::super::Fault;
use super::super::url::BrokerAddress;
use crate::encode::base64::encode;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use ring::rand::{SecureRandom as _, SystemRandom};

/// A request that was made.
#[derive(Clone, Debug)]
pub struct Upgrade {
    /// What is sent.
    pub request: String,
    /// The path for a message.
    path: String,
    /// What the answer must say.
    accept: String,
}

/// Bytes of an answer's head at most.
const MAX_ANSWER: usize = 16 * 1024;
/// Header lines of an answer at most.
const MAX_HEADERS: usize = 64;
/// What the key of a request is followed by when it is hashed (§1.3).
const MAGIC: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

impl Upgrade {
    /// Asks a broker for a WebSocket.
    pub fn new(address: &BrokerAddress) -> Self {
        Self::with_key(address, &base64(&random::<16>()))
    }

    fn with_key(address: &BrokerAddress, key: &str) -> Self {
        let (path, host) = (&address.path, address.authority());
        let accept = digest(
            &SHA1_FOR_LEGACY_USE_ONLY,
            format!("{key}{MAGIC}").as_bytes(),
        );
        Self {
            request: format!(
                "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n\
                 Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n\
                 Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n"
            ),
            path: address.shown_path(),
            accept: base64(accept.as_ref()),
        }
    }

    /// Reads the answer: the length of its head once that is complete.
    pub fn answer(&self, bytes: &[u8]) -> Result<Option<usize>, Fault> {
        let failed = |what: String| Err(Fault::WebSocket(what));
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        let head = match response.parse(bytes) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) if bytes.len() < MAX_ANSWER => return Ok(None),
            Ok(httparse::Status::Partial) => return failed("the answer has no end".into()),
            Err(_) => {
                let hint = "is this a port for `tcp://` or `ssl://`?";
                return failed(format!("the answer is not HTTP: {hint}"));
            }
        };
        let status = response.code.unwrap_or_default();
        if status != 101 {
            let reason = response.reason.unwrap_or_default();
            let path = &self.path;
            return failed(format!(
                "the broker refused it: {status} {} (is the path `{path}` right, and is this \
                 the port for it?)",
                reason.escape_debug()
            ));
        }
        let has = |name: &str, wanted: &str| {
            let named = response
                .headers
                .iter()
                .filter(|h| h.name.eq_ignore_ascii_case(name));
            named
                .flat_map(|header| header.value.split(|&byte| byte == b','))
                .any(|value| value.trim_ascii().eq_ignore_ascii_case(wanted.as_bytes()))
        };
        if !has("Upgrade", "websocket") || !has("Connection", "upgrade") {
            return failed("the answer does not agree to it".into());
        }
        // the case of Base64 matters
        let accepts = |header: &httparse::Header<'_>| {
            header.name.eq_ignore_ascii_case("Sec-WebSocket-Accept")
                && header.value.trim_ascii() == self.accept.as_bytes()
        };
        if !response.headers.iter().any(accepts) {
            return failed("the answer belongs to another request: is a cache in between?".into());
        }
        if !has("Sec-WebSocket-Protocol", "mqtt") {
            return failed("what answers does not speak MQTT (no sub-protocol `mqtt`)".into());
        }
        Ok(Some(head))
    }
}

/// Bytes that nobody can foretell, as keys and masks must be (§10.3).
pub(super) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .expect("the system gives random numbers");
    bytes
}

fn base64(bytes: &[u8]) -> String {
    let mut text = Vec::new();
    encode(bytes, &mut text);
    String::from_utf8(text).expect("Base64 is ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upgrade() -> Upgrade {
        let address = BrokerAddress::parse("ws://h:9001/mqtt").expect("a URL");
        // the example of RFC 6455 §1.3
        Upgrade::with_key(&address, "dGhlIHNhbXBsZSBub25jZQ==")
    }

    const GOOD: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n\
        Connection: keep-alive, Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\
        Sec-WebSocket-Protocol: mqtt\r\n\r\n";

    #[test]
    fn a_request_names_path_host_and_protocol() {
        let request = upgrade().request;
        let start = "GET /mqtt HTTP/1.1\r\nHost: h:9001\r\nUpgrade: websocket\r\n";
        assert!(request.starts_with(start), "{request}");
        assert!(request.contains("\r\nSec-WebSocket-Protocol: mqtt\r\n"));
        assert!(request.ends_with("\r\n\r\n"));
    }

    #[test]
    fn an_answer_is_read_in_pieces_and_what_follows_is_left() {
        let upgrade = upgrade();
        for cut in 0..GOOD.len() {
            assert_eq!(upgrade.answer(&GOOD.as_bytes()[..cut]), Ok(None), "{cut}");
        }
        let more = format!("{GOOD}\u{2}");
        assert_eq!(upgrade.answer(more.as_bytes()), Ok(Some(GOOD.len())));
    }

    #[test]
    fn wrong_answers_are_named() {
        let cases = [
            (GOOD.replace("101", "404"), "refused it: 404"),
            (GOOD.replace("WebSocket\r\nC", "h2c\r\nC"), "does not agree"),
            (GOOD.replace("alive, Upgrade", "alive"), "does not agree"),
            (GOOD.replace("s3pP", "S3pP"), "another request"),
            (
                GOOD.replace("Protocol: mqtt", "Protocol: chat"),
                "sub-protocol",
            ),
            ("\u{20}\u{2}\0\0".to_owned(), "not HTTP"),
            (
                format!("HTTP/1.1 101 x\r\nA: {}", "b".repeat(MAX_ANSWER)),
                "no end",
            ),
        ];
        for (answer, expected) in cases {
            let fault = upgrade().answer(answer.as_bytes()).expect_err(expected);
            assert!(fault.to_string().contains(expected), "{fault}");
        }
    }

    #[test]
    fn base64_is_padded() {
        let cases = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foob", "Zm9vYg=="),
        ];
        for (bytes, expected) in cases {
            assert_eq!(base64(bytes.as_bytes()), expected);
        }
    }
}
