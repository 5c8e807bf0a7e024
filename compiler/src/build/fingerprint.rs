//! Hashes that name things in the cache.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// SHA-256 over a sequence of parts, each preceded by its length, so that no two sequences give
/// the same bytes.
pub(super) struct Fingerprint(Sha256);

impl Fingerprint {
    /// Of no parts yet.
    pub(super) fn new() -> Self {
        Self(Sha256::new())
    }

    /// Adds a part.
    pub(super) fn part(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// The first 64 bits in hexadecimal: enough to tell apart what one user builds.
    pub(super) fn short(self) -> String {
        hexadecimal(&self.0.finalize()[..8])
    }
}

/// SHA-256 of the SQL, in hexadecimal: what a binary says it was built from.
pub fn sql_hash(sql: &str) -> String {
    hexadecimal(&Sha256::digest(sql))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes it");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_the_sql_is_plain_sha_256() {
        let of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sql_hash(""), of_nothing);
    }

    #[test]
    fn parts_do_not_run_together() {
        let of = |parts: &[&str]| {
            let mut hash = Fingerprint::new();
            for part in parts {
                hash.part(part.as_bytes());
            }
            hash.short()
        };
        assert_eq!(of(&["ab", "c"]).len(), 16);
        assert_eq!(of(&["ab", "c"]), of(&["ab", "c"]));
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["ab"]), of(&["ab", ""]));
    }
}
