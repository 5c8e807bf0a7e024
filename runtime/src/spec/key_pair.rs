//! What a server presents.

/// A certificate and its key, in files in PEM form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPairSpec {
    /// The file (template) with the certificate, and those between it and what clients trust.
    pub cert: &'static str,
    /// The file (template) with its key.
    pub key: &'static str,
}
