//! A schema registry, asked over HTTP: the one call of Confluent's interface that others speak,
//! too, `GET /schemas/ids/{id}`.

use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::StatusCode;

use crate::percent::decoded;

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The text of the schema with this number.
///
/// # Errors
/// A sentence that says why there is none.
pub(super) fn schema(registry: &str, id: u32) -> Result<String, String> {
    let (url, credentials) = parts(registry)?;
    let config = Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .http_status_as_error(false)
        .build();
    let request = Agent::new_with_config(config)
        .get(format!("{url}/schemas/ids/{id}"))
        .header(
            "accept",
            "application/vnd.schemaregistry.v1+json, application/json",
        );
    let request = match credentials {
        Some(credentials) => request.header("authorization", basic(&credentials)),
        None => request,
    };
    let mut response = request
        .call()
        .map_err(|error| format!("the registry at {url} gives no answer: {error}"))?;
    let status = response.status();
    if status != StatusCode::OK {
        return Err(refusal(&url, id, status));
    }
    let body = response.body_mut().with_config().limit(super::LARGEST);
    let body = body
        .read_to_string()
        .map_err(|error| format!("the registry's answer cannot be read: {error}"))?;
    answer(&body, id)
}

/// The URL without what is secret in it, and that: `user:password`.
fn parts(registry: &str) -> Result<(String, Option<String>), String> {
    let registry = registry.trim_end_matches('/');
    let known = |scheme: &&str| registry.starts_with(*scheme);
    let Some(scheme) = ["http://", "https://"].into_iter().find(known) else {
        return Err("the URL of a registry starts with http:// or https://".to_owned());
    };
    let rest = &registry[scheme.len()..];
    let authority = rest.find('/').unwrap_or(rest.len());
    Ok(match rest[..authority].rfind('@') {
        Some(at) => (
            format!("{scheme}{}", &rest[at + 1..]),
            Some(decoded(&rest[..at])),
        ),
        None => (registry.to_owned(), None),
    })
}

/// The `Authorization` of RFC 7617.
fn basic(credentials: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::from("Basic ");
    for three in credentials.as_bytes().chunks(3) {
        let mut bits = 0;
        for at in 0..3 {
            bits = bits << 8 | u32::from(three.get(at).copied().unwrap_or(0));
        }
        for at in 0..4 {
            let digit = (bits >> (18 - 6 * at)) & 63;
            text.push(if at <= three.len() {
                char::from(DIGITS[digit as usize])
            } else {
                '='
            });
        }
    }
    text
}

fn refusal(url: &str, id: u32, status: StatusCode) -> String {
    match status.as_u16() {
        404 => format!("the registry at {url} has no schema {id}"),
        401 | 403 => format!(
            "the registry at {url} refuses ({status}): user and password may stand in the URL, as \
             variables (https://${{USER}}:${{PASSWORD}}@host)"
        ),
        _ => format!("the registry at {url} answers {status}"),
    }
}

/// The schema in the registry's answer.
fn answer(body: &str, id: u32) -> Result<String, String> {
    let no_answer = || "the registry's answer is none that a registry gives".to_owned();
    let answer: Value = serde_json::from_str(body).map_err(|_| no_answer())?;
    match answer.get("schemaType") {
        None | Some(Value::Null) => {}
        Some(Value::String(kind)) if kind == "AVRO" => {}
        Some(other) => {
            let kind = other.as_str().unwrap_or("?");
            return Err(format!("schema {id} is of type {kind}, not Avro"));
        }
    }
    let references = answer.get("references").and_then(Value::as_array);
    if references.is_some_and(|references| !references.is_empty()) {
        return Err(format!(
            "schema {id} refers to other schemas of its registry, which is not supported yet"
        ));
    }
    let schema = answer.get("schema").and_then(Value::as_str);
    schema.map(ToOwned::to_owned).ok_or_else(no_answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        let plain = |url: &str| Ok((url.to_owned(), None));
        assert_eq!(parts("http://h:8081/"), plain("http://h:8081"));
        assert_eq!(parts("https://h/a@b"), plain("https://h/a@b"));
        let secret = parts("https://me:p%40ss%@h:1/path");
        let expected = ("https://h:1/path".to_owned(), Some("me:p@ss%".to_owned()));
        assert_eq!(secret, Ok(expected));
        assert!(parts("h:8081").is_err() && parts("ftp://h").is_err());
    }

    /// The example of RFC 7617, section 2.
    #[test]
    fn credentials_are_encoded() {
        assert_eq!(
            basic("Aladdin:open sesame"),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        );
        assert_eq!(basic("a:b"), "Basic YTpi");
        assert_eq!(basic("a:bc"), "Basic YTpiYw==");
    }

    #[test]
    fn answers_are_read() {
        let good = r#"{"schema": "\"int\"", "schemaType": "AVRO", "references": []}"#;
        assert_eq!(answer(good, 1), Ok("\"int\"".to_owned()));
        let others = [
            (
                "<html>",
                "the registry's answer is none that a registry gives",
            ),
            ("{}", "the registry's answer is none that a registry gives"),
            (
                r#"{"schema": "x", "schemaType": "PROTOBUF"}"#,
                "schema 1 is of type PROTOBUF, not Avro",
            ),
            (
                r#"{"schema": "x", "references": [{"name": "y"}]}"#,
                "schema 1 refers to other schemas of its registry, which is not supported yet",
            ),
        ];
        for (body, problem) in others {
            assert_eq!(answer(body, 1), Err(problem.to_owned()), "{body}");
        }
    }
}
