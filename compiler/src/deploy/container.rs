//! A Containerfile for a binary that is built already.

use super::places::folders;
use super::{Binary, Linkage, heading};
use crate::ir::endpoint::SinkKind;
use crate::ir::physical::PhysicalPlan;
use std::fmt::Write as _;

/// The user and group of images for those who are not root.
pub(super) const NOBODY: u32 = 65_532;

/// The working folder, where files with relative paths are written.
pub(super) const WORKING_FOLDER: &str = "/data";

/// The latest minor version of glibc 2 in Debian 12.
const DEBIAN_12: u32 = 36;

/// The Containerfile.
pub(super) fn container(plan: &PhysicalPlan, binary: &Binary<'_>) -> String {
    let name = binary.name;
    let (why, base) = base(binary.linkage, needs_authorities(plan));
    let mut text = heading(binary);
    let lines = [
        format!("#\n# podman build -t {name} . && podman run --env-file {name}.env {name}\n#"),
        format!("# {why}"),
        format!("FROM {base}"),
        format!("COPY --chmod=0755 {name} /{name}"),
        format!("USER {NOBODY}:{NOBODY}"),
    ];
    for line in lines {
        text.push_str(&line);
        text.push('\n');
    }
    if !folders(plan).is_empty() {
        text.push_str(
            "# Files are written here or where their paths say: mount a volume that this user may \
             write to.\n",
        );
        writeln!(text, "WORKDIR {WORKING_FOLDER}").expect("a String takes it");
    }
    write!(text, "STOPSIGNAL SIGTERM\nENTRYPOINT [\"/{name}\"]\n").expect("a String takes it");
    text
}

/// Whether certificates of the system's authorities may be asked for.
fn needs_authorities(plan: &PhysicalPlan) -> bool {
    let mut connections = plan.connections.iter();
    let mut sinks = plan.sinks.iter();
    connections.any(|connection| connection.transport.may_be_secure())
        || sinks.any(|sink| matches!(&sink.kind, SinkKind::Webhook(_)))
}

/// Why this image, and which.
fn base(linkage: Linkage, needs_authorities: bool) -> (String, &'static str) {
    match linkage {
        Linkage::Static if needs_authorities => (
            "The binary is linked statically; TLS needs the certificates in this image.".to_owned(),
            "gcr.io/distroless/static-debian12:nonroot",
        ),
        Linkage::Static => (
            "The binary is linked statically and needs nothing around it.".to_owned(),
            "scratch",
        ),
        Linkage::Glibc { minor } if minor <= DEBIAN_12 => (
            format!("The binary needs glibc 2.{minor} or newer, which this image has."),
            "gcr.io/distroless/cc-debian12:nonroot",
        ),
        Linkage::Glibc { minor } => (
            format!("The binary needs glibc 2.{minor} or newer: more than Debian 12 has."),
            "gcr.io/distroless/cc-debian13:nonroot",
        ),
        Linkage::Other => (
            "The binary needs the loader of musl.".to_owned(),
            "docker.io/library/alpine:3",
        ),
    }
}
