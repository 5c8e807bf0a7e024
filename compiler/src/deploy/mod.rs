//! Physical plan to what stands around a binary where it is to run: a systemd unit, the template
//! of its environment file, a Containerfile, a Kubernetes manifest, alert rules, a dashboard. All
//! of them are files in memory.

mod alerts;
mod container;
mod credentials;
mod dashboard;
mod environment;
mod kubernetes;
mod linkage;
mod places;
mod scaling;
mod text;
mod unit;
mod variables;

pub use linkage::Linkage;

use crate::ir::explain;
use crate::ir::physical::PhysicalPlan;

/// What is known of the binary.
#[derive(Clone, Copy, Debug)]
pub struct Binary<'a> {
    /// Its name: the pipeline's as a slug, `[a-z0-9-]`.
    pub name: &'a str,
    /// SHA-256 of the SQL, in hexadecimal.
    pub sql_hash: &'a str,
    /// The compiler's version.
    pub compiler_version: &'a str,
    /// How it is linked.
    pub linkage: Linkage,
}

/// A file around a binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its content.
    pub text: String,
    /// Whether it is to be filled in, and holds secrets then.
    pub is_private: bool,
}

/// What [`deploy`] gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// The files.
    pub files: Vec<File>,
    /// What whoever deploys should know, each on a line.
    pub notes: Vec<String>,
}

/// What a process takes beside the ceilings of its plan, in bytes: code, threads, libraries,
/// memory that the allocator holds, scratch memory of single rows. Pipelines were seen to take
/// less than a tenth of it.
pub const BASE: u64 = 64 << 20;

/// What a read may hold on top, for each byte of the largest packet: the packet and rows of it.
const PER_PACKET_BYTE: u64 = 4;

/// The files for `plan`, whose binary is `binary`.
pub fn deploy(plan: &PhysicalPlan, binary: &Binary<'_>) -> Deployment {
    let variables = variables::variables(plan);
    let scaling = scaling::scaling(plan, &variables);
    let file = |name: &str, text: String, is_private: bool| File {
        name: name.to_owned(),
        text,
        is_private,
    };
    let name = binary.name;
    let (unit, environment) = (format!("laminar-{name}.service"), format!("{name}.env"));
    Deployment {
        files: vec![
            file(&unit, unit::unit(plan, binary, &variables), false),
            file(
                &environment,
                environment::environment(binary, &variables),
                true,
            ),
            file("Containerfile", container::container(plan, binary), false),
            file(
                "kubernetes.yaml",
                kubernetes::kubernetes(plan, binary, &variables, &scaling),
                false,
            ),
            file("alerts.yaml", alerts::alerts(plan, binary), false),
            file("dashboard.json", dashboard::dashboard(plan, binary), false),
        ],
        notes: notes(plan, binary, &scaling),
    }
}

fn notes(plan: &PhysicalPlan, binary: &Binary<'_>, scaling: &scaling::Scaling) -> Vec<String> {
    let mut notes: Vec<String> = scaling.obstacles.clone();
    notes.extend(places::notes(plan, binary.name));
    // each is a line on somebody's terminal
    notes.iter().map(|note| text::shown(note)).collect()
}

/// The most memory that the process may take, in MiB: the ceilings that `laminarc explain --cost`
/// tells, [`BASE`], and what the largest packets need.
fn memory_mib(plan: &PhysicalPlan) -> u64 {
    let packets = plan.connections.iter();
    let largest = packets.map(|connection| u64::from(connection.max_packet_size));
    let packets = PER_PACKET_BYTE * largest.max().unwrap_or(0);
    (explain::ceilings(plan) + BASE + packets).div_ceil(1 << 20)
}

/// The first lines of each file: what made it, from what.
fn heading(binary: &Binary<'_>) -> String {
    let Binary {
        name,
        sql_hash,
        compiler_version,
        ..
    } = binary;
    format!(
        "# Made by laminarc {compiler_version} for the pipeline {name}\n\
         # (SQL: SHA-256 {sql_hash}).\n"
    )
}
