//! `laminarc package`: the folder, and what is left alone in it.

use std::fs;
use std::process::Command;

use super::end_to_end::sensor_alerts;
use super::support::{Scratch, example, laminarc};

#[test]
fn a_package_holds_what_a_server_needs() {
    sensor_alerts();
    let scratch = Scratch::new("package");
    let folder = scratch.path("dist");
    let pipeline = example("sensor_alerts/pipeline.sql");
    let package = || laminarc(&["package", &pipeline, "-o", &folder]);
    let run = package();
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(run.out, "");
    assert!(run.err.contains("one process only"), "{}", run.err);
    let file = |name: &str| scratch.path(&format!("dist/{name}"));
    let version = Command::new(file("pipeline")).arg("--version").output();
    assert!(version.expect("it is a binary").status.success());
    let unit = fs::read_to_string(file("laminar-pipeline.service")).expect("a unit");
    assert!(
        unit.contains("ExecStart=/usr/local/bin/pipeline\n"),
        "{unit}"
    );
    for name in ["Containerfile", "kubernetes.yaml"] {
        assert!(fs::metadata(file(name)).is_ok(), "{name}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |name: &str| {
            let found = fs::metadata(file(name)).expect("it is there");
            found.permissions().mode() & 0o777
        };
        assert_eq!(mode("pipeline.env"), 0o600);
        assert_eq!(mode("pipeline") & 0o111, 0o111);
    }

    // what was filled in stays; all else is renewed
    fs::write(file("pipeline.env"), "SECRET=x\n").expect("writable");
    fs::write(file("laminar-pipeline.service"), "").expect("writable");
    let again = package();
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(
        again.err.contains("pipeline.env.new (yours is kept)"),
        "{}",
        again.err
    );
    let kept = fs::read_to_string(file("pipeline.env")).expect("it is there");
    assert_eq!(kept, "SECRET=x\n");
    assert!(fs::metadata(file("pipeline.env.new")).is_ok());
    let renewed = fs::read_to_string(file("laminar-pipeline.service")).expect("a unit");
    assert_eq!(renewed, unit);
}

#[test]
fn a_package_takes_no_folder_of_somebody_else_and_no_other_system() {
    let scratch = Scratch::new("package-refused");
    scratch.file("there", b"x");
    let pipeline = example("sensor_alerts/pipeline.sql");
    let folder = scratch.text();
    let cases: [(&[&str], &str); 2] = [
        (&["-o", &folder], "it is not empty"),
        (&["--target", "x86_64-pc-windows-gnu"], "are for Linux"),
    ];
    for (options, expected) in cases {
        let run = laminarc(&[&["package", &pipeline], options].concat());
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(run.err.contains(expected), "{}", run.err);
    }
    assert_eq!(fs::read_dir(&folder).expect("it is there").count(), 1);
}
