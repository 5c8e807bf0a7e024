//! What laminarc carries with it: the runtime's sources, and the manifest and lock file that each
//! generated crate gets.

use std::sync::OnceLock;

use super::fingerprint::Fingerprint;

/// Path and text of each of the runtime's files, sorted by path.
pub(super) static RUNTIME: &[(&str, &str)] =
    include!(concat!(env!("OUT_DIR"), "/runtime_files.rs"));

/// The name that the generated crate has in [`LOCK`].
pub(super) const LOCK_PLACEHOLDER: &str = "laminar-p";

const LOCK: &str = include_str!("../../../templates/Cargo.lock");
const MANIFEST: &str = include_str!("../../../templates/Cargo.toml.tmpl");

/// A hash of the runtime's sources: the same text on every machine, another one for any change.
pub(super) fn runtime_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        let mut hash = Fingerprint::new();
        for (path, text) in RUNTIME {
            hash.part(path.as_bytes());
            hash.part(text.as_bytes());
        }
        hash.short()
    })
}

/// The manifest of a generated crate called `name` that finds the runtime at `runtime` (a path
/// relative to the crate, with `/`) and needs these of its features.
pub(super) fn manifest(name: &str, runtime: &str, features: &[&str]) -> String {
    let quoted = |items: Vec<String>| {
        let items: Vec<_> = items.iter().map(|item| format!("\"{item}\"")).collect();
        items.join(", ")
    };
    let features = quoted(features.iter().map(ToString::to_string).collect());
    let every = runtime_features().map(|feature| format!("laminar-runtime/{feature}"));
    MANIFEST
        .replace("{{version}}", env!("CARGO_PKG_VERSION"))
        .replace("{{name}}", name)
        .replace("{{runtime}}", runtime)
        .replace("{{features}}", &features)
        .replace("{{every_feature}}", &quoted(every.collect()))
}

/// The lock file of a generated crate called `name`. Cargo insists that it lists the crate.
pub(super) fn lock_file(name: &str) -> String {
    LOCK.replace(
        &format!("name = \"{LOCK_PLACEHOLDER}\"\n"),
        &format!("name = \"{name}\"\n"),
    )
}

/// The checksum of a locked crate; None: it is no download.
pub(super) fn checksum(name: &str, version: &str) -> Option<&'static str> {
    let head = format!("\nname = \"{name}\"\nversion = \"{version}\"\n");
    let (_, entry) = LOCK.split_once(&head)?;
    let entry = entry.split("[[package]]").next()?;
    let line = entry
        .lines()
        .find_map(|line| line.strip_prefix("checksum = "))?;
    Some(line.trim_matches('"'))
}

/// How many crates a first build may have to download.
pub(super) fn locked_crates() -> usize {
    LOCK.matches("\nsource = ").count()
}

/// The features that the runtime's manifest declares, but for `default`.
fn runtime_features() -> impl Iterator<Item = &'static str> {
    let (_, manifest) = RUNTIME[0];
    let section = manifest
        .lines()
        .skip_while(|line| *line != "[features]")
        .skip(1);
    section
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name)
        .filter(|name| *name != "default")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_manifest_stands_alone() {
        let (path, manifest) = RUNTIME[0];
        assert_eq!(path, "Cargo.toml");
        assert!(manifest.contains(concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"")));
        for word in ["workspace", "[lints]", "dev-dependencies"] {
            assert!(!manifest.contains(word), "{word} is in\n{manifest}");
        }
        assert!(RUNTIME.iter().any(|(path, _)| *path == "src/lib.rs"));
        assert!(RUNTIME.is_sorted_by_key(|(path, _)| *path));
    }

    #[test]
    fn a_manifest_names_the_features_that_are_needed_and_all_that_there_are() {
        let text = manifest("laminar-p-x-1", "../../runtime", &["mqtt"]);
        assert!(text.contains("name = \"laminar-p-x-1\""), "{text}");
        assert!(text.contains("features = [\"mqtt\"] }"), "{text}");
        for feature in ["binary", "mqtt"] {
            assert!(
                text.contains(&format!("\"laminar-runtime/{feature}\"")),
                "{text}"
            );
        }
        assert!(!text.contains("{{"), "{text}");
    }

    #[test]
    fn a_lock_file_names_its_crate_where_cargo_would_sort_it() {
        let text = lock_file("laminar-p-zz-1");
        let names: Vec<_> = text
            .lines()
            .filter(|line| line.starts_with("name = "))
            .collect();
        assert!(names.contains(&"name = \"laminar-p-zz-1\""));
        assert!(names.is_sorted(), "{names:?}");
    }
}
