//! A schema's fingerprint, by which single-object encoding names it.
//!
//! Avro 1.11 specification, "Parsing Canonical Form for Schemas" and "Schema Fingerprints".

use super::{Field, Named, Schema, Type, branch_name};
use std::collections::BTreeSet;

impl Schema {
    /// CRC-64-AVRO of the canonical form.
    pub fn fingerprint(&self) -> u64 {
        fingerprint(self.canonical().as_bytes())
    }

    /// The parsing canonical form.
    pub fn canonical(&self) -> String {
        let mut writer = Writer {
            schema: self,
            written: BTreeSet::new(),
            out: String::new(),
        };
        writer.value(&self.root);
        writer.out
    }
}

struct Writer<'s> {
    schema: &'s Schema,
    written: BTreeSet<&'s str>,
    out: String,
}

impl<'s> Writer<'s> {
    fn value(&mut self, of: &'s Type) {
        match of {
            Type::Array(items) => self.wrapped(r#"{"type":"array","items":"#, items),
            Type::Map(values) => self.wrapped(r#"{"type":"map","values":"#, values),
            Type::Union(branches) => {
                self.out.push('[');
                for (at, branch) in branches.iter().enumerate() {
                    self.comma(at);
                    self.value(branch);
                }
                self.out.push(']');
            }
            Type::Named(name) if self.written.insert(name) => self.named(name),
            of => self.text(branch_name(of)),
        }
    }

    fn named(&mut self, name: &'s str) {
        self.out.push_str(r#"{"name":"#);
        self.text(name);
        match self.schema.named(name) {
            Named::Record(fields) => self.fields(fields),
            Named::Enum(symbols) => {
                self.out.push_str(r#","type":"enum","symbols":["#);
                for (at, symbol) in symbols.iter().enumerate() {
                    self.comma(at);
                    self.text(symbol);
                }
                self.out.push_str("]}");
            }
            Named::Fixed(size) | Named::Decimal { size, .. } => self.fixed(*size),
            Named::Uuid => self.fixed(16),
        }
    }

    fn fields(&mut self, fields: &'s [Field]) {
        self.out.push_str(r#","type":"record","fields":["#);
        for (at, field) in fields.iter().enumerate() {
            self.comma(at);
            self.out.push_str(r#"{"name":"#);
            self.text(&field.name);
            self.out.push_str(r#","type":"#);
            self.value(&field.field_type);
            self.out.push('}');
        }
        self.out.push_str("]}");
    }

    fn fixed(&mut self, size: usize) {
        self.out.push_str(r#","type":"fixed","size":"#);
        self.out.push_str(&size.to_string());
        self.out.push('}');
    }

    fn wrapped(&mut self, open: &str, inner: &'s Type) {
        self.out.push_str(open);
        self.value(inner);
        self.out.push('}');
    }

    fn comma(&mut self, at: usize) {
        if at > 0 {
            self.out.push(',');
        }
    }

    /// A name or symbol; names have nothing that JSON escapes, symbols of lax writers may.
    fn text(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            if matches!(c, '"' | '\\') {
                self.out.push('\\');
            }
            self.out.push(c);
        }
        self.out.push('"');
    }
}

/// CRC-64-AVRO ("Rabin fingerprint") of bytes.
fn fingerprint(bytes: &[u8]) -> u64 {
    const EMPTY: u64 = 0xc15d_213a_a4d7_a795;
    bytes.iter().fold(EMPTY, |mut print, &byte| {
        print ^= u64::from(byte);
        for _ in 0..8 {
            print = (print >> 1) ^ (EMPTY & 0u64.wrapping_sub(print & 1));
        }
        print
    })
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    #[test]
    fn canonical_forms_leave_out_what_does_not_matter() {
        let text = r#"{"namespace": "x.y", "doc": "no", "aliases": ["o"], "type": "record",
            "name": "R", "fields": [
              {"name": "a", "default": 1,
               "type": {"type": "long", "logicalType": "timestamp-micros"}},
              {"type": ["null", {"size": 16, "type": "fixed", "name": "F"}], "name": "b"},
              {"name": "c", "type": {"type": "array", "items": "F"}}]}"#;
        let schema = parse(text).expect("a schema");
        let canonical = concat!(
            r#"{"name":"x.y.R","type":"record","fields":[{"name":"a","type":"long"},"#,
            r#"{"name":"b","type":["null",{"name":"x.y.F","type":"fixed","size":16}]},"#,
            r#"{"name":"c","type":{"type":"array","items":"x.y.F"}}]}"#
        );
        assert_eq!(schema.canonical(), canonical);
        // what it stands for can be read again
        let again = parse(canonical).expect("a schema");
        assert_eq!(again.fingerprint(), schema.fingerprint());
    }

    /// Values of the specification's own test data for primitive types.
    #[test]
    fn fingerprints_are_those_of_the_specification() {
        let cases = [
            ("\"int\"", 0x7275_d51a_3f39_5c8f),
            ("\"string\"", 0x8f01_4872_6345_03c7),
            ("\"null\"", 0x63dd_24e7_cc25_8f8a),
        ];
        for (text, print) in cases {
            let found = parse(text).expect("a schema").fingerprint();
            assert_eq!(found, print, "{text}: {found:#x}");
        }
    }
}
