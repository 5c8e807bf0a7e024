//! The head of an HTTP request, and what it asks for.

use super::response::Status;

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The path, without what follows a `?`.
    pub path: String,
    /// HEAD: the answer is not to have a body.
    pub is_head: bool,
    /// HTTP/1.1, and not 1.0: the answer can come in chunks.
    pub takes_chunks: bool,
    /// The host that it believes to talk to, without a port.
    pub host: Option<String>,
    /// What stands behind `Authorization: Bearer `.
    pub token: Option<Vec<u8>>,
    /// The media types that it takes, by what it says.
    pub accept: Option<Vec<u8>>,
    /// Nothing stands behind the head, and nothing is announced.
    pub is_alone: bool,
}

impl Request {
    /// Whether it names this media type among those that it takes.
    pub fn accepts(&self, media: &str) -> bool {
        let listed = self.accept.as_ref();
        listed.is_some_and(|listed| has(listed, media))
    }
}

/// The longest head that is read, in bytes.
pub const MOST_BYTES: usize = 8 << 10;
const MOST_HEADERS: usize = 64;

/// Reads a head at the start of `bytes`; None: there is more of it to come.
pub fn parse(bytes: &[u8]) -> Result<Option<Request>, Status> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut head = httparse::Request::new(&mut headers);
    let length = match head.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) if bytes.len() < MOST_BYTES => return Ok(None),
        Ok(httparse::Status::Partial) | Err(httparse::Error::TooManyHeaders) => {
            return Err(Status::HeadTooLarge);
        }
        Err(
            httparse::Error::HeaderName
            | httparse::Error::HeaderValue
            | httparse::Error::NewLine
            | httparse::Error::Status
            | httparse::Error::Token
            | httparse::Error::Version,
        ) => return Err(Status::BadRequest),
    };
    let is_head = match head.method {
        Some("GET") => false,
        Some("HEAD") => true,
        Some(_) | None => return Err(Status::MethodNotAllowed),
    };
    let (authority, path) = parts(head.path.unwrap_or_default()).ok_or(Status::BadRequest)?;
    let named = |name: &'static str| {
        let named = move |header: &&httparse::Header<'_>| header.name.eq_ignore_ascii_case(name);
        head.headers.iter().filter(named).map(|header| header.value)
    };
    let header = |name: &'static str| named(name).next();
    if named("Host").count() > 1 {
        // whoever looks at another one than we do would be misled (RFC 9112, section 3.2)
        return Err(Status::BadRequest);
    }
    let host = header("Host").map(std::str::from_utf8).transpose();
    let host = authority.or(host.map_err(|_| Status::BadRequest)?);
    let announces = ["Content-Length", "Transfer-Encoding"];
    Ok(Some(Request {
        path: decoded(path).ok_or(Status::BadRequest)?,
        is_head,
        takes_chunks: head.version == Some(1),
        host: host.map(|host| without_port(host).to_owned()),
        token: header("Authorization").and_then(bearer),
        accept: header("Accept").map(<[u8]>::to_vec),
        is_alone: length == bytes.len() && announces.iter().all(|name| header(name).is_none()),
    }))
}

/// The authority of a target, where it has one, and the path without what follows a `?`. A target
/// with one is what proxies are sent, and servers have to take it (RFC 9112, section 3.2.2).
fn parts(target: &str) -> Option<(Option<&str>, &str)> {
    let target = target.split(['?', '#']).next().unwrap_or_default();
    if target.starts_with('/') {
        return Some((None, target));
    }
    let (scheme, rest) = target.split_once("://")?;
    if !["http", "https"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
    {
        return None;
    }
    let path = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(path);
    Some((Some(authority), if path.is_empty() { "/" } else { path }))
}

/// `host:port` or `[::1]:port` without the port, and without the brackets.
fn without_port(host: &str) -> &str {
    if let Some(inner) = host.strip_prefix('[') {
        return inner.split(']').next().unwrap_or_default();
    }
    host.split(':').next().unwrap_or_default()
}

/// Whether the media types of an `Accept` header have this one among them.
fn has(value: &[u8], wanted: &str) -> bool {
    let types = value.split(|&byte| byte == b',').map(|media| {
        let end = media.iter().position(|&byte| byte == b';');
        media[..end.unwrap_or(media.len())].trim_ascii()
    });
    types
        .into_iter()
        .any(|media| media.eq_ignore_ascii_case(wanted.as_bytes()))
}

fn bearer(value: &[u8]) -> Option<Vec<u8>> {
    let (scheme, token) = value.split_at_checked("Bearer ".len())?;
    let is_bearer = scheme.eq_ignore_ascii_case(b"Bearer ");
    is_bearer.then(|| token.trim_ascii().to_vec())
}

/// A path with its `%20` and the like replaced by the bytes that they stand for.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let (digits, behind) = rest.split_at_checked(2)?;
        let digits = std::str::from_utf8(digits).ok()?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = behind;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipc;

    fn parsed(text: &str) -> Request {
        let parsed = parse(text.as_bytes()).expect("it is a request");
        parsed.expect("it is complete")
    }

    #[test]
    fn heads_are_read() {
        let request = parsed(
            "GET /tables/a%20b?x=1 HTTP/1.1\r\nhost: [::1]:9898\r\n\
             AUTHORIZATION: bearer abc \r\n\r\n",
        );
        let expected = Request {
            path: "/tables/a b".into(),
            is_head: false,
            takes_chunks: true,
            host: Some("::1".into()),
            token: Some(b"abc".to_vec()),
            accept: None,
            is_alone: true,
        };
        assert_eq!(request, expected);
        let request = parsed("HEAD / HTTP/1.0\r\nHost: h:1\r\nAuthorization: Basic abc\r\n\r\n");
        assert!(request.is_head && !request.takes_chunks && request.token.is_none());
        assert_eq!(request.host.as_deref(), Some("h"));
        for (accept, is_accepted) in [
            ("application/vnd.apache.arrow.stream", true),
            ("*/*;q=0.1, Application/vnd.apache.arrow.STREAM;q=1", true),
            ("*/*", false),
            ("application/vnd.apache.arrow.streams", false),
        ] {
            let request = parsed(&format!("GET / HTTP/1.1\r\nAccept: {accept}\r\n\r\n"));
            assert_eq!(request.accepts(ipc::CONTENT_TYPE), is_accepted, "{accept}");
        }
    }

    #[test]
    fn a_target_may_have_a_host_that_counts() {
        let request = parsed("GET http://Plant:9898/metrics?x HTTP/1.1\r\nHost: other\r\n\r\n");
        assert_eq!(request.path, "/metrics");
        assert_eq!(request.host.as_deref(), Some("Plant"));
        assert_eq!(parsed("GET HTTPS://h HTTP/1.1\r\n\r\n").path, "/");
    }

    #[test]
    fn what_stands_behind_the_head_is_seen() {
        let head = "GET / HTTP/1.1\r\nHost: h\r\n";
        assert!(parsed(&format!("{head}\r\n")).is_alone);
        for more in [
            "\r\nGET / HTTP/1.1\r\n\r\n",
            "Content-Length: 9\r\n\r\n",
            "transfer-encoding: chunked\r\n\r\n",
        ] {
            assert!(!parsed(&format!("{head}{more}")).is_alone, "{more}");
        }
    }

    #[test]
    fn every_beginning_of_a_head_waits_for_more() {
        let text = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
        for end in 0..text.len() {
            assert_eq!(parse(&text.as_bytes()[..end]), Ok(None), "{end}");
        }
        assert!(parse(text.as_bytes()).is_ok_and(|request| request.is_some()));
    }

    #[test]
    fn what_is_no_request_has_its_status() {
        let long = format!("GET / HTTP/1.1\r\nA: {}", "x".repeat(MOST_BYTES));
        let many = format!(
            "GET / HTTP/1.1\r\n{}\r\n",
            "A: b\r\n".repeat(MOST_HEADERS + 1)
        );
        let cases = [
            ("POST / HTTP/1.1\r\n\r\n", Status::MethodNotAllowed),
            ("\x16\x03\x01", Status::BadRequest),
            ("GET / HTTP/2.0\r\n\r\n", Status::BadRequest),
            ("GET /%2 HTTP/1.1\r\n\r\n", Status::BadRequest),
            ("GET /%zz HTTP/1.1\r\n\r\n", Status::BadRequest),
            ("GET /%ff HTTP/1.1\r\n\r\n", Status::BadRequest),
            ("GET /%+1 HTTP/1.1\r\n\r\n", Status::BadRequest),
            ("GET metrics HTTP/1.1\r\n\r\n", Status::BadRequest),
            ("GET ftp://h/ HTTP/1.1\r\n\r\n", Status::BadRequest),
            (
                "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n",
                Status::BadRequest,
            ),
            (&long, Status::HeadTooLarge),
            (&many, Status::HeadTooLarge),
        ];
        for (text, status) in cases {
            assert_eq!(parse(text.as_bytes()), Err(status), "{text:.40}");
        }
    }
}
