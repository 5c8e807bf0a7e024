//! The status page: what it is made of, and what a browser makes of it.
//!
//! The browser is Chromium without a window. Where there is none the test says that it was skipped;
//! where `LAMINAR_REQUIRE_CHROMIUM` is set it fails instead.

mod support;

use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;
use support::control::Control;
use support::{Broker, Client, Pipeline};

const BROWSER: &str = "GET / HTTP/1.1\r\nAccept: text/html,*/*;q=0.8\r\n\r\n";

/// A bad message that would do something in a page that took it for HTML.
const HOSTILE: &[u8] = b"bad <img src=x onerror=document.title='owned'>";

fn start(broker: &Broker, control: &Control, token: &str) -> Pipeline {
    let variables = [
        ("BROKER", broker.url.as_str()),
        ("CONTROL", &control.address),
        ("CONTROL_TOKEN", token),
    ];
    let given = if token.is_empty() { 2 } else { 3 };
    Pipeline::start(&variables[..given], &[])
}

/// A pipeline that has written a row, and rejected a message.
fn at_work(broker: &Broker, control: &Control) -> (Pipeline, Client) {
    let pipeline = start(broker, control, "");
    let mut client = broker.accept_subscribed(0);
    client.publish(0x32, "first/a", 1, b"good");
    client.publish(0x32, "first/<b>", 2, HOSTILE);
    assert_eq!(pipeline.payload(), "good");
    control.wait_until_ready();
    (pipeline, client)
}

fn status(control: &Control) -> Value {
    serde_json::from_str(&control.get("/status").body).expect("it is JSON")
}

#[test]
fn the_status_tells_of_rows_and_of_rejected_messages() {
    let (broker, control) = (Broker::new(), Control::new());
    let (pipeline, _client) = at_work(&broker, &control);
    let status = status(&control);
    let connection = &status["connections"][0];
    assert_eq!(connection["name"], "plant");
    assert_eq!(connection["receiving"]["open"], 1);
    assert_eq!(connection["lag"]["bounds_ms"][0], 1);
    let bounds = connection["lag"]["bounds_ms"].as_array().map(Vec::len);
    let batches = connection["lag"]["batches"].as_array().map(Vec::len);
    assert_eq!(bounds.map(|bounds| bounds + 1), batches);
    let table = &status["tables"][0];
    assert_eq!(table["received"], 2);
    assert_eq!(table["rejected"], 1);
    assert_eq!(table["reasons"][0]["reason"], "syntax");
    assert_eq!(table["flows"][0]["rejected"], 1);
    let row = status["sinks"][0]["last_rows"][0].as_str();
    assert!(row.is_some_and(|row| row.contains("good")), "{row:?}");
    let rejected = &status["rejected"][0];
    assert_eq!(rejected["table"], "first");
    assert_eq!(rejected["topic"], "first/<b>");
    // the payload is shown once
    let why = rejected["why"].as_str().unwrap_or_default();
    assert!(why.contains("at byte") && !why.contains("<img"), "{why}");
    let (before, behind) = (&rejected["before"], &rejected["behind"]);
    let payload = [before, behind].map(|part| part.as_str().unwrap_or_default());
    assert_eq!(payload.concat().as_bytes(), HOSTILE);
    let offset = rejected["offset"].as_u64();
    assert_eq!(offset, Some(payload[0].len() as u64), "{rejected}");
    pipeline.stop();
}

#[test]
fn browsers_get_a_page_that_may_load_nothing() {
    let (broker, control) = (Broker::new(), Control::new());
    let pipeline = start(&broker, &control, "open-sesame");
    let page = control.ask(BROWSER);
    assert_eq!(page.status, 200, "it holds nothing that is secret");
    assert!(
        page.head.contains("Content-Type: text/html"),
        "{}",
        page.head
    );
    assert!(page.head.contains("default-src 'none'"), "{}", page.head);
    for outside in ["http://", "https://", "src=", "@import", "url("] {
        let body = page.body.replace("http://www.w3.org/2000/svg", "");
        assert!(!body.contains(outside), "{outside}");
    }
    assert_eq!(control.get("/status").status, 401);
    assert_eq!(control.get("/").status, 401, "what others get is a list");
    pipeline.stop();
}

#[test]
fn a_browser_shows_what_is_going_on() {
    let Some(browser) = chromium() else {
        let required = std::env::var_os("LAMINAR_REQUIRE_CHROMIUM").is_some();
        assert!(!required, "Chromium is not installed");
        eprintln!("skipped: Chromium is not installed");
        return;
    };
    let (broker, control) = (Broker::new(), Control::new());
    let (pipeline, _client) = at_work(&broker, &control);
    let profile = std::env::temp_dir().join(format!("laminar-page-{}", std::process::id()));
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        // some seconds of the page's own clock
        .arg("--virtual-time-budget=5000")
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("http://{}/", control.address))
        .output()
        .expect("Chromium starts");
    let _ = std::fs::remove_dir_all(&profile);
    let page = String::from_utf8_lossy(&output.stdout);
    for shown in [
        "<strong id=\"state\" role=\"status\" class=\"good\">ready</strong>",
        "<td>plant</td>",
        "first/#",
        "syntax 1",
        "good",
        // as text, whoever sent it
        "img src=x onerror=",
        "topic first/&lt;b&gt;",
        "/s</text>",
        "<pre id=\"sql\" tabindex=\"0\">SELECT 1</pre>",
    ] {
        assert!(page.contains(shown), "{shown} in {page}");
    }
    assert!(!page.contains("<img"), "{page}");
    assert!(!page.contains("owned</title>"), "{page}");
    pipeline.stop();
}

fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let mut all = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    all.find(|program| program.is_file())
}
