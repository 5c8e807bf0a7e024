//! Certificates of brokers and clients, right and wrong, made for one test.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use std::path::PathBuf;

/// A folder of PEM files that goes away with the test.
pub struct Certificates {
    folder: PathBuf,
    authority: CertifiedIssuer<'static, KeyPair>,
}

/// Keys as OpenSSL writes them, in each of the forms that there are: for tests, of no worth.
pub const KEYS: [(&str, &str, &str); 4] = [
    (
        "pkcs1",
        include_str!("keys/rsa.pkcs1.pem"),
        include_str!("keys/rsa.pkcs8.pem"),
    ),
    (
        "pkcs8",
        include_str!("keys/ec.pkcs8.pem"),
        include_str!("keys/ec.pkcs8.pem"),
    ),
    (
        "pkcs8-rsa",
        include_str!("keys/rsa.pkcs8.pem"),
        include_str!("keys/rsa.pkcs8.pem"),
    ),
    (
        "sec1",
        include_str!("keys/ec.sec1.pem"),
        include_str!("keys/ec.pkcs8.pem"),
    ),
];

impl Certificates {
    /// An authority, `ca.pem`, and what it signed: `good` for this machine, `expired` and `other`,
    /// which has another name; each is a `.pem` and a `.key`. Besides, `foreign.pem` is an
    /// authority that has signed nothing, and `self` signed itself.
    pub fn new(name: &str) -> Self {
        let name = format!("laminar-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("the folder is writable");
        let (authority, foreign) = (authority(), authority());
        let all = Self { folder, authority };
        all.write("ca.pem", &all.authority.pem());
        all.write("foreign.pem", &foreign.pem());
        let local = ["localhost", "127.0.0.1"];
        all.issue("good", &params(&local), &new_key());
        let mut expired = params(&local);
        expired.not_before = date_time_ymd(2019, 1, 1);
        expired.not_after = date_time_ymd(2020, 1, 1);
        all.issue("expired", &expired, &new_key());
        all.issue("other", &params(&["broker.example"]), &new_key());
        let key = new_key();
        let itself = params(&local).self_signed(&key).expect("it can be signed");
        all.write("self.pem", &itself.pem());
        all.write("self.key", &key.serialize_pem());
        all
    }

    /// A client's certificate for each of [`KEYS`]: the names of their files without an ending.
    pub fn clients(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for (name, key, pkcs8) in KEYS {
            let pair = KeyPair::from_pem(pkcs8).expect("a key");
            self.issue(name, &params(&["client"]), &pair);
            self.write(&format!("{name}.key"), key);
            names.push(name);
        }
        names
    }

    /// The path of a file.
    pub fn path(&self, file: &str) -> String {
        let path = self.folder.join(file);
        path.into_os_string().into_string().expect("UTF-8")
    }

    pub fn write(&self, file: &str, text: &str) {
        std::fs::write(self.folder.join(file), text).expect("the folder is writable");
    }

    fn issue(&self, name: &str, params: &CertificateParams, key: &KeyPair) {
        let signed = params.signed_by(key, &self.authority);
        self.write(&format!("{name}.pem"), &signed.expect("it signs").pem());
        self.write(&format!("{name}.key"), &key.serialize_pem());
    }
}

impl Drop for Certificates {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = params(&[]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let name = &mut params.distinguished_name;
    name.push(DnType::CommonName, "tests of Laminar");
    CertifiedIssuer::self_signed(params, new_key()).expect("it can be signed")
}

fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    CertificateParams::new(names).expect("names")
}

fn new_key() -> KeyPair {
    KeyPair::generate().expect("the system gives random numbers")
}
