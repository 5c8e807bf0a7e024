//! What a request is answered with.

use std::fmt::Write as _;

/// An answer.
pub struct Response {
    /// How it went.
    pub status: Status,
    /// What the body is.
    pub content_type: &'static str,
    /// The body.
    pub body: Body,
}

/// The body of an answer.
pub enum Body {
    /// All of it.
    Whole(Vec<u8>),
    /// One part after the other, each made when the one before is sent: what is long is never in
    /// memory at once.
    Parts(Box<dyn Iterator<Item = Vec<u8>> + Send>),
}

/// How a request went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// 200
    Ok,
    /// 400: it is no HTTP request.
    BadRequest,
    /// 401: it has no token, or another one.
    Unauthorized,
    /// 404: there is no such page.
    NotFound,
    /// 405: it is neither GET nor HEAD.
    MethodNotAllowed,
    /// 408: it took too long to come.
    Timeout,
    /// 421: it is meant for another host.
    Misdirected,
    /// 431: its head is too long.
    HeadTooLarge,
    /// 503: the pipeline is not ready, or too much is asked of it at once.
    Unavailable,
}

impl Status {
    /// The code and the words behind it.
    pub fn line(self) -> &'static str {
        match self {
            Self::Ok => "200 OK",
            Self::BadRequest => "400 Bad Request",
            Self::Unauthorized => "401 Unauthorized",
            Self::NotFound => "404 Not Found",
            Self::MethodNotAllowed => "405 Method Not Allowed",
            Self::Timeout => "408 Request Timeout",
            Self::Misdirected => "421 Misdirected Request",
            Self::HeadTooLarge => "431 Request Header Fields Too Large",
            Self::Unavailable => "503 Service Unavailable",
        }
    }

    /// What the client should know beside it.
    fn header(self) -> &'static str {
        match self {
            Self::Unauthorized => "WWW-Authenticate: Bearer\r\n",
            Self::MethodNotAllowed => "Allow: GET, HEAD\r\n",
            Self::Unavailable => "Retry-After: 1\r\n",
            Self::Ok
            | Self::BadRequest
            | Self::NotFound
            | Self::Timeout
            | Self::Misdirected
            | Self::HeadTooLarge => "",
        }
    }
}

/// Plain text.
pub const TEXT: &str = "text/plain; charset=utf-8";
/// The status page.
pub const HTML: &str = "text/html; charset=utf-8";
/// One JSON value.
pub const JSON: &str = "application/json";
/// A JSON value on each line.
pub const JSON_LINES: &str = "application/x-ndjson";

/// A page of ours loads nothing from anywhere, and is in nobody's frame.
const POLICY: &str = "Content-Security-Policy: default-src 'none'; script-src 'unsafe-inline'; \
                      style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'\r\n";

impl Response {
    /// A body that is there.
    pub fn whole(status: Status, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            content_type,
            body: Body::Whole(body.into()),
        }
    }

    /// A short text about why there is nothing else.
    pub fn refusal(status: Status, why: &str) -> Self {
        Self::whole(status, TEXT, format!("{why}\n"))
    }

    /// The head of the answer. Nothing of it is kept by anyone on the way, and the connection ends
    /// with it.
    pub fn head(&self, takes_chunks: bool) -> String {
        let mut head = format!(
            "HTTP/1.1 {}\r\nContent-Type: {}\r\nCache-Control: no-store\r\n\
             X-Content-Type-Options: nosniff\r\nConnection: close\r\n{POLICY}{}",
            self.status.line(),
            self.content_type,
            self.status.header()
        );
        match &self.body {
            Body::Whole(body) => {
                let _ = write!(head, "Content-Length: {}\r\n", body.len());
            }
            Body::Parts(_) if takes_chunks => head.push_str("Transfer-Encoding: chunked\r\n"),
            // it ends with the connection
            Body::Parts(_) => {}
        }
        head.push_str("\r\n");
        head
    }
}
