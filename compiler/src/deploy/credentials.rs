//! The files that the SQL names in the folder of a unit's credentials.

use super::variables::CREDENTIALS;
use crate::ir::endpoint::SinkKind;
use crate::ir::physical::PhysicalPlan;
use std::collections::BTreeSet;

/// Their names: what stands behind `${CREDENTIALS_DIRECTORY}/` in an option that names a file to
/// read.
pub(super) fn files(plan: &PhysicalPlan) -> BTreeSet<&str> {
    let prefix = format!("${{{CREDENTIALS}}}/");
    let connections = plan.connections.iter().filter_map(|it| it.tls.as_ref());
    let of_connections = connections
        .flat_map(|tls| [&tls.ca_cert, &tls.client_cert, &tls.client_key])
        .filter_map(Option::as_ref);
    let endpoint = plan.settings.control_tls.as_ref();
    let of_endpoint = endpoint
        .into_iter()
        .flat_map(|pair| [&pair.cert, &pair.key]);
    let of_sinks = plan.sinks.iter().filter_map(|sink| match &sink.kind {
        SinkKind::Webhook(webhook) => webhook.tls_ca_cert.as_ref(),
        SinkKind::Stdout { .. }
        | SinkKind::Blackhole
        | SinkKind::File { .. }
        | SinkKind::Files(_)
        | SinkKind::Mqtt { .. } => None,
    });
    let paths = of_connections.chain(of_endpoint).chain(of_sinks);
    let files = paths.filter_map(|path| path.strip_prefix(&prefix));
    // more variables, or a folder below: not for us to say
    let is_name = |file: &&str| !file.is_empty() && !file.contains(['/', '$']);
    files.filter(is_name).collect()
}

/// Whether systemd takes it for the name of a credential: plain characters of ASCII without a
/// colon (systemd.exec(5)).
pub(super) fn is_nameable(file: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_graphic() && ![':', '\\', '"', '\''].contains(&c);
    file.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::is_nameable;

    #[test]
    fn names_of_credentials_are_plain() {
        for (name, expected) in [
            ("client.key", true),
            ("a%b@c", true),
            ("a b", false),
            ("a:b", false),
            ("schlüssel", false),
            ("a\nb", false),
        ] {
            assert_eq!(is_nameable(name), expected, "{name}");
        }
    }
}
