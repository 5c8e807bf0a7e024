//! What `laminarc package` writes around a binary: goldens of whole folders, and what others make
//! of them. systemd checks the units; the manifests and environment files are read as YAML and as
//! lines. The goldens are rewritten with `UPDATE_GOLDEN=1`.

mod yaml;

use laminarc::check;
use laminarc::deploy::{Binary, Deployment, File, Linkage, deploy};
use laminarc::lower::lower;
use laminarc::source::SourceFile;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The name of a case, and how its binary is linked.
const CASES: [(&str, Linkage); 4] = [
    ("plain", Linkage::Static),
    ("shared", Linkage::Glibc { minor: 34 }),
    ("files", Linkage::Glibc { minor: 39 }),
    ("hostile", Linkage::Other),
];

fn folder(case: &str) -> PathBuf {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/deploy/cases");
    cases.join(case)
}

fn deployed(name: &str, linkage: Linkage) -> Deployment {
    let path = folder(name).join("pipeline.sql");
    let sql = fs::read_to_string(&path).expect("it is in the repository");
    let source = SourceFile::new(format!("{name}.sql"), sql);
    let (plan, diagnostics) = check(&source);
    let plan = plan.unwrap_or_else(|| panic!("{name}: {diagnostics:?}"));
    let binary = Binary {
        name,
        sql_hash: "0123",
        compiler_version: "0.0.0",
        linkage,
    };
    deploy(&lower(&plan), &binary)
}

fn file<'d>(deployment: &'d Deployment, ending: &str) -> &'d File {
    let mut files = deployment.files.iter();
    let found = files.find(|file| file.name.ends_with(ending));
    found.unwrap_or_else(|| panic!("no {ending}"))
}

#[test]
fn files_are_as_they_were() {
    let mut changed = Vec::new();
    for (name, linkage) in CASES {
        let deployment = deployed(name, linkage);
        let notes = deployment.notes.iter().map(|note| format!("{note}\n"));
        let notes = ("notes".to_owned(), notes.collect());
        let files = deployment.files.into_iter().map(|it| (it.name, it.text));
        for (file, text) in files.chain([notes]) {
            let path = folder(name).join(file);
            if fs::read_to_string(&path).is_ok_and(|there| there == text) {
                continue;
            }
            if std::env::var_os("UPDATE_GOLDEN").is_some() {
                fs::write(&path, &text).expect("the checkout is writable");
            }
            changed.push(format!("{}:\n{text}", path.display()));
        }
    }
    assert!(changed.is_empty(), "changed\n{}", changed.join("\n"));
}

/// Runs systemd-analyze on the units of all cases; None: it is not there. In CI it must be.
fn analyze(test: &str, arguments: &[&str]) -> Option<String> {
    if Command::new("systemd-analyze")
        .arg("--version")
        .output()
        .is_err()
    {
        let required = std::env::var_os("LAMINAR_REQUIRE_SYSTEMD").is_some();
        assert!(!required, "systemd-analyze is not on the PATH");
        eprintln!("SKIPPED: systemd-analyze is not on the PATH");
        return None;
    }
    let scratch = std::env::temp_dir().join(format!("laminarc-{test}-{}", std::process::id()));
    fs::create_dir_all(&scratch).expect("the folder for temporary files is writable");
    let mut said = String::new();
    for (name, linkage) in CASES {
        let deployment = deployed(name, linkage);
        let unit = file(&deployment, ".service");
        // what it starts must be there
        let binary = format!("ExecStart=/usr/local/bin/{name}\n");
        assert!(unit.text.contains(&binary), "{}", unit.text);
        let startable = unit.text.replace(&binary, "ExecStart=/bin/true\n");
        let path = scratch.join(&unit.name);
        fs::write(&path, startable).expect("writable");
        let mut command = Command::new("systemd-analyze");
        let output = command.args(arguments).arg(&path).output();
        let output = output.expect("it was there before");
        let words = [output.stdout, output.stderr].concat();
        let words = String::from_utf8(words).expect("it prints UTF-8");
        assert!(output.status.success(), "{name}: {words}");
        said += &words;
    }
    fs::remove_dir_all(scratch).expect("it is ours");
    Some(said)
}

#[test]
fn systemd_has_nothing_against_the_units() {
    // a machine's own units may be in disorder: of ours nothing may be said
    if let Some(said) = analyze("verify", &["verify", "--man=no"]) {
        let ours: Vec<&str> = said
            .lines()
            .filter(|line| line.contains("laminar-"))
            .collect();
        assert!(ours.is_empty(), "{ours:?}");
    }
}

#[test]
fn the_units_expose_little() {
    // 0 is the best that systemd gives, 10 the worst, and what it calls OK begins below 5
    let call = ["security", "--offline=true", "--threshold=20", "--no-pager"];
    if let Some(said) = analyze("security", &call) {
        assert_eq!(
            said.matches("Overall exposure level").count(),
            CASES.len(),
            "{said}"
        );
    }
}

#[test]
fn environment_files_set_nothing_until_they_are_filled_in() {
    let mut named = Vec::new();
    for (name, linkage) in CASES {
        let deployment = deployed(name, linkage);
        let file = file(&deployment, ".env");
        assert!(file.is_private, "{name}");
        for line in file.text.lines().filter(|line| !line.is_empty()) {
            let comment = line.strip_prefix('#').unwrap_or_else(|| panic!("{line}"));
            let variable = comment.split_once('=').map(|(name, _)| name);
            named.extend(variable.filter(|it| !it.contains(' ')).map(str::to_owned));
        }
    }
    let expected = [
        "BROKER",
        "CONTROL_TOKEN",
        "INSTANCE",
        "MQTT_PASSWORD",
        "MQTT_USER",
        "SITE",
        "WEBHOOK_TOKEN",
        "OTHERS",
        "POD",
        "CONTROL_TOKEN",
        "SITE",
    ];
    assert_eq!(named, expected);
}

#[test]
fn manifests_are_yaml_that_says_what_is_meant() {
    for (name, linkage) in CASES {
        let deployment = deployed(name, linkage);
        let documents = yaml::documents(&file(&deployment, ".yaml").text);
        let kinds: Vec<_> = documents.iter().map(|it| it.text(&["kind"])).collect();
        assert_eq!(kinds, ["Service", "StatefulSet"], "{name}");
        let set = &documents[1];
        let called = format!("laminar-{name}");
        assert_eq!(set.text(&["metadata", "name"]), called);
        assert_eq!(set.text(&["spec", "serviceName"]), called);
        let label = "app.kubernetes.io/name";
        let labels = ["spec", "template", "metadata", "labels", label];
        assert_eq!(set.text(&labels), called);
        let selected = ["spec", "selector", "matchLabels", label];
        assert_eq!(set.text(&selected), called);
        let replicas = if deployment.notes.iter().any(|it| it.contains("one process")) {
            1
        } else {
            2
        };
        assert_eq!(set.number(&["spec", "replicas"]), replicas, "{name}");
        let container = ["spec", "template", "spec", "containers", "0"];
        let at = |rest: &[&'static str]| set.has(&[&container[..], rest].concat());
        assert!(at(&["resources", "limits", "memory"]), "{name}");
        assert_eq!(
            at(&["readinessProbe", "httpGet"]),
            name != "plain",
            "{name}"
        );
        assert_eq!(at(&["volumeMounts"]), name != "plain", "{name}");
        let storage = set.has(&["spec", "volumeClaimTemplates", "0", "spec"]);
        assert_eq!(storage, ["files", "hostile"].contains(&name), "{name}");
    }
}

/// What promtool says to a call in a folder with the rules of `shared` and what is to be tested of
/// them; None: it is not there. No CI installs it, since it comes with all of Prometheus.
fn promtool(arguments: &[&str]) -> Option<String> {
    let scratch = std::env::temp_dir().join(format!(
        "laminarc-promtool-{}-{}",
        arguments[0],
        std::process::id()
    ));
    fs::create_dir_all(&scratch).expect("the folder for temporary files is writable");
    for name in ["plain", "files", "shared"] {
        let rules = folder(name).join("alerts.yaml");
        let own = if name == "shared" {
            String::new()
        } else {
            format!("{name}-")
        };
        fs::copy(rules, scratch.join(format!("{own}alerts.yaml"))).expect("writable");
    }
    fs::write(scratch.join("panels.yaml"), panels("shared")).expect("writable");
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/deploy/rules.yaml");
    fs::copy(tests, scratch.join("rules.yaml")).expect("writable");
    let output = Command::new("promtool")
        .args(arguments)
        .current_dir(&scratch)
        .output();
    fs::remove_dir_all(scratch).expect("it is ours");
    let Ok(output) = output else {
        eprintln!("SKIPPED: promtool is not on the PATH");
        return None;
    };
    let said = String::from_utf8([output.stdout, output.stderr].concat());
    let said = said.expect("it prints UTF-8");
    assert!(output.status.success(), "{said}");
    Some(said)
}

#[test]
fn prometheus_takes_the_rules() {
    let files = [
        "alerts.yaml",
        "plain-alerts.yaml",
        "files-alerts.yaml",
        "panels.yaml",
    ];
    if let Some(said) = promtool(&[&["check", "rules"], &files[..]].concat()) {
        assert_eq!(said.matches("SUCCESS").count(), files.len(), "{said}");
    }
}

/// What the dashboard asks Prometheus for, as rules that record it: so promtool reads it.
fn panels(name: &str) -> String {
    let text = fs::read_to_string(folder(name).join("dashboard.json")).expect("it is there");
    let json: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    let panels = json["panels"].as_array().expect("there are some").iter();
    let targets = panels.flat_map(|panel| panel["targets"].as_array().expect("each asks"));
    let rules = targets.enumerate().map(|(at, target)| {
        let expr = &target["expr"];
        format!("  - {{record: panel{at}, expr: {expr}}}\n")
    });
    let rules: String = rules.collect();
    assert!(rules.lines().count() >= 9, "{rules}");
    format!("groups:\n- name: {name}\n  rules:\n{rules}")
}

#[test]
fn rules_ring_when_they_should_and_only_then() {
    if let Some(said) = promtool(&["test", "rules", "rules.yaml"]) {
        assert!(said.contains("SUCCESS"), "{said}");
    }
}

/// Alerts lead to a paragraph, and both rules and panels to metrics that there are.
#[test]
fn alerts_and_panels_are_about_metrics_that_are_told() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("it is in a workspace");
    let read = |path: &str| fs::read_to_string(root.join(path)).expect("it is in the repository");
    let (operations, measures) = (
        read("docs/operations.md"),
        read("runtime/src/control/measures.rs"),
    );
    for (name, linkage) in CASES {
        let deployment = deployed(name, linkage);
        let alerts = &file(&deployment, "alerts.yaml").text;
        let names = alerts
            .lines()
            .filter_map(|line| line.trim().strip_prefix("- alert: "));
        let mut count = 0;
        for alert in names {
            assert!(operations.contains(&format!("### {alert}\n")), "{alert}");
            count += 1;
        }
        assert!(count >= 12, "{count}");
        let dashboard = &file(&deployment, "dashboard.json").text;
        let json: serde_json::Value = serde_json::from_str(dashboard).expect("it is JSON");
        assert!(
            json["panels"]
                .as_array()
                .is_some_and(|panels| panels.len() == 9)
        );
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let words = [alerts.as_str(), dashboard].join(" ");
        let words = words.split(|c| !is_of_name(c));
        for metric in words.filter(|it| it.starts_with("laminar_") || it.starts_with("process_")) {
            let family = metric.trim_end_matches("_bucket");
            assert!(measures.contains(&format!("\"{family}\"")), "{metric}");
        }
    }
}
