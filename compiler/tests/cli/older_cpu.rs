//! Binaries on CPUs older than this machine's, which qemu stands in for.

use std::process::{Command, Output};

use super::end_to_end::sensor_alerts;
use super::support::{Scratch, example, example_lines, laminarc};

/// Runs a binary's replay on a CPU; None: qemu is not there. In CI it must be.
fn on_cpu(cpu: &str, binary: &str) -> Option<Output> {
    let mut command = Command::new("qemu-x86_64");
    command.args(["-cpu", cpu, binary, "--replay"]);
    command.arg(example("sensor_alerts/pipeline.input.jsonl"));
    match command.output() {
        Ok(output) => Some(output),
        Err(error) => {
            let required = std::env::var_os("LAMINAR_REQUIRE_QEMU").is_some();
            assert!(!required, "qemu-x86_64: {error}");
            eprintln!("SKIPPED: qemu-x86_64 is not on the PATH");
            None
        }
    }
}

/// From the first with SSE2 alone to one with AVX2; qemu has no AVX-512.
const CPUS: [&str; 5] = ["core2duo", "Nehalem", "SandyBridge", "Haswell", "max"];

#[test]
fn a_portable_binary_runs_on_older_cpus() {
    let expected = example_lines("sensor_alerts/pipeline.expected.jsonl");
    for cpu in CPUS {
        let Some(output) = on_cpu(cpu, sensor_alerts()) else {
            return;
        };
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{cpu}: {said}");
        let rows = String::from_utf8(output.stdout).expect("rows are UTF-8");
        assert_eq!(rows.lines().collect::<Vec<_>>(), expected, "{cpu}");
    }
}

#[test]
fn a_binary_for_a_newer_cpu_says_so_instead_of_dying() {
    let scratch = Scratch::new("newer-cpu");
    let pipeline = example("sensor_alerts/pipeline.sql");
    // what `laminarc run` builds, and one that every newer machine can run
    for (target_cpu, lacking) in [("native", ""), ("x86-64-v3", " avx2")] {
        let binary = scratch.path(target_cpu);
        let call = [
            "build",
            &pipeline,
            "-o",
            &binary,
            "--target-cpu",
            target_cpu,
        ];
        let run = laminarc(&call);
        assert_eq!(run.code, 0, "{}", run.err);
        for cpu in ["core2duo", "Nehalem"] {
            let Some(output) = on_cpu(cpu, &binary) else {
                return;
            };
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(
                output.status.code(),
                Some(78),
                "{target_cpu} on {cpu}: {said}"
            );
            let (_, missing) = said
                .split_once("compiled for another CPU; this one lacks:")
                .unwrap_or_else(|| panic!("{target_cpu} on {cpu}: {said}"));
            assert!(missing.contains(lacking), "{said}");
            assert!(said.contains("build it without --target-cpu"), "{said}");
            assert!(output.stdout.is_empty());
        }
    }
}
