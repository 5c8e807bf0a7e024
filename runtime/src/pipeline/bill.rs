//! The software bill of materials of a binary, as `CycloneDX` 1.6 (ECMA-424) in JSON.

use crate::encode::Rows;
use crate::spec::PipelineSpec;

/// A crate that is linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Component<'t> {
    /// Its name.
    pub name: &'t str,
    /// Its version.
    pub version: &'t str,
    /// SHA-256 of what was downloaded, in hexadecimal; None: it was no download.
    pub checksum: Option<&'t str>,
}

/// The crates of a text with name, version and checksum (or `-`) of each on a line.
pub fn components(text: &str) -> impl Iterator<Item = Component<'_>> {
    text.lines().filter_map(|line| {
        let mut words = line.split(' ');
        Some(Component {
            name: words.next()?,
            version: words.next()?,
            checksum: words.next().filter(|checksum| *checksum != "-"),
        })
    })
}

/// The bill. It says nothing of when or where the binary was made, so that equal binaries have
/// equal bills.
pub fn bill(spec: &PipelineSpec, text: &str) -> String {
    let mut rows = Rows::default();
    let mut row = rows.row();
    row.raw("{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"version\":1,");
    row.raw("\"metadata\":{\"tools\":{\"components\":[{\"type\":\"application\",");
    row.field("\"name\":\"laminarc\",\"version\":", spec.compiler_version);
    row.raw("}]},\"component\":{\"type\":\"application\",");
    row.field("\"name\":", spec.name);
    row.raw(",\"properties\":[{\"name\":\"laminar:sql:sha256\",");
    row.field("\"value\":", spec.sql_hash);
    row.raw("}]}},\"components\":[");
    for (at, component) in components(text).enumerate() {
        let Component {
            name,
            version,
            checksum,
        } = component;
        row.raw(if at == 0 { "" } else { "," });
        row.field("{\"type\":\"library\",\"name\":", name);
        row.field(",\"version\":", version);
        if let Some(checksum) = checksum {
            let url = format!("pkg:cargo/{name}@{version}");
            row.field(",\"purl\":", url.as_str());
            row.field(",\"hashes\":[{\"alg\":\"SHA-256\",\"content\":", checksum);
            row.raw("}]");
        }
        row.raw("}");
    }
    row.raw("]}");
    row.end();
    String::from_utf8_lossy(&rows.bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bill_is_json_with_all_that_is_known() {
        let spec = PipelineSpec {
            name: "a \"b\"",
            sql: "",
            sql_hash: "12",
            compiler_version: "9",
            connections: &[],
            tables: &[],
            sinks: &[],
            settings: crate::spec::SettingsSpec::DEFAULT,
        };
        let text = bill(&spec, "memchr 2.8.0 ab12\nstd 1.95.0 -\n");
        let json: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(json["metadata"]["component"]["name"], "a \"b\"");
        let components = json["components"].as_array().expect("a list");
        assert_eq!(components.len(), 2);
        assert_eq!(components[0]["purl"], "pkg:cargo/memchr@2.8.0");
        assert_eq!(components[0]["hashes"][0]["content"], "ab12");
        assert!(components[1].get("purl").is_none());
    }
}
