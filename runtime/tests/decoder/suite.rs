//! Whole documents that are JSON, are not, or could be either: ours, and those of `JSONTestSuite`
//! where `LAMINAR_JSON_TEST_SUITE` names its folder `test_parsing`. Each is a message, the value
//! of a key that nothing needs, and a JSON column. `docs/json.md` says why for those in between.

use crate::harness::Harness;
use crate::tables;
use laminar_runtime::decode::json::Kind;
use std::path::Path;

/// Takes documents in each of their roles, at every level and with every choice of tiers.
struct Roles {
    whole: Harness,
    unneeded: Harness,
    column: Harness,
    documents: usize,
}

impl Roles {
    fn new() -> Self {
        Self {
            whole: Harness::everywhere(tables::document()),
            unneeded: Harness::everywhere(tables::one()),
            column: Harness::everywhere(tables::subtree()),
            documents: 0,
        }
    }

    /// Checks that `document` is accepted in each role, or in none.
    #[track_caller]
    fn check(&mut self, name: &str, document: &[u8], accepted: bool) {
        self.documents += 1;
        let around =
            |before: &str, after: &str| [before.as_bytes(), document, after.as_bytes()].concat();
        let trimmed = document.trim_ascii();
        // twice, since the tiers may know it then
        for _ in 0..2 {
            let whole = self.whole.check(document).map(|cells| cells[0]);
            assert_eq!(whole.is_ok(), accepted, "{name}: as a message: {whole:?}");
            if let Ok(cell) = whole {
                assert_eq!(cell.text(document), trimmed, "{name}");
            }
            for (before, after) in [("{\"x\":", ",\"v\":1}"), ("{\"v\":1,\"x\":", "}")] {
                let cell = self
                    .unneeded
                    .check(&around(before, after))
                    .map(|cells| cells[0]);
                assert_eq!(cell.is_ok(), accepted, "{name}: as a value: {cell:?}");
                assert!(cell.is_err() || cell.is_ok_and(|cell| cell.kind == Kind::Number));
            }
            let message = around("{\"id\":7,\"raw\":", ",\"seq\":8}");
            let slot = self.column.table.slot("$.raw");
            let cell = self.column.check(&message).map(|cells| cells[slot]);
            assert_eq!(cell.is_ok(), accepted, "{name}: as a column: {cell:?}");
            if let Ok(cell) = cell {
                assert_eq!(cell.text(&message), trimmed, "{name}");
            }
        }
    }
}

/// JSON by every reader's measure.
const ACCEPTED: &[&str] = &[
    "[]",
    "{}",
    " [ ] ",
    "\t{\r\n}\n",
    "null",
    "true",
    "false",
    "0",
    "-0",
    "-1",
    "42",
    "0.0",
    "-0.5e-3",
    "1E22",
    "1e+2",
    "0e1",
    "0.1234567890123456789",
    "123456789012345678901234567890",
    "\"\"",
    "\" \"",
    "\"a\\\"b\\\\c\\/d\\b\\f\\n\\r\\t\"",
    "\"\\u0000\\u00e4\\u20AC\\uFFFF\"",
    "\"\\ud83d\\ude00\"",
    "\"ä€😀\u{7f}\u{80}\u{2028}\u{ffff}\u{10ffff}\"",
    "\"{[,:]}\"",
    "\"//\"",
    "[1,2,3]",
    "[null,true,false,0,\"\",[],{}]",
    "[[[[[[[[[[]]]]]]]]]]",
    "{\"\":0}",
    "{\"a\":1,\"a\":1}",
    "{\"a\":{\"a\":{\"a\":[]}}}",
    "{\"\\u0061\":1,\"a\\u0000b\":2}",
    "{ \"a\" : 1 , \"b\" : [ 2 , 3 ] }",
];

/// JSON by nobody's.
const REJECTED: &[&[u8]] = &[
    b"",
    b" ",
    b"\xef\xbb\xbf",
    b"[",
    b"]",
    b"{",
    b"}",
    b"[1",
    b"[1,",
    b"[1,]",
    b"[,1]",
    b"[,]",
    b"[1,,2]",
    b"[1 2]",
    b"[1}",
    b"{]",
    b"[]]",
    b"{}}",
    b"{} {}",
    b"[][]",
    b"{\"a\"}",
    b"{\"a\":}",
    b"{\"a\":1,}",
    b"{,\"a\":1}",
    b"{\"a\":1 \"b\":2}",
    b"{\"a\" 1}",
    b"{\"a\"::1}",
    b"{a:1}",
    b"{'a':1}",
    b"{1:1}",
    b"{null:1}",
    b"{[]:1}",
    b"{\"a\":1;\"b\":2}",
    b"{\"a\":1}#",
    b"[1]x",
    b"// a\n1",
    b"[1/* a */]",
    b"tru",
    b"truee",
    b"True",
    b"nul",
    b"NULL",
    b"undefined",
    b"NaN",
    b"-Infinity",
    b"+1",
    b"01",
    b"-01",
    b"00",
    b"-",
    b"--1",
    b".5",
    b"-.5",
    b"5.",
    b"5.e1",
    b"1e",
    b"1e+",
    b"1e1.5",
    b"1e1e1",
    b"0x1F",
    b"1_000",
    b"1,000",
    b"1.2.3",
    b"\xef\xbc\x91",
    b"\"",
    b"\"a",
    b"\"a\\\"",
    b"\"a\"b",
    b"\"a\"\"b\"",
    b"'a'",
    b"\"\\x41\"",
    b"\"\\a\"",
    b"\"\\U0041\"",
    b"\"\\u004\"",
    b"\"\\u00g1\"",
    b"\"\\u 041\"",
    b"\"\\\xc3\xa4\"",
    b"\"\n\"",
    b"\"\t\"",
    b"\"\x00\"",
    b"\"\x1f\"",
    b"\x00",
    b"[1\x00]",
    b"[\x0c]",
    b"[\x0b1]",
    b"[\xc2\xa01]",
    b"[\xe2\x81\xa01]",
    b"\\n1",
    b"\"\xff\"",
    b"\xff",
];

/// What could be either, and is accepted here.
const ACCEPTED_HERE: &[&[u8]] = &[
    // numbers beyond every type: only a column that reads them minds
    b"1e400",
    b"-1e400",
    b"1e-400",
    b"0.4e00669999999999999999999999999999999999999999999999",
    b"-123123e100000",
    b"100000000000000000000000",
    b"-123123123123123123123123123123",
    // surrogates that are no pair: only a TEXT column that reads them minds
    b"\"\\ud83d\"",
    b"\"\\ude00\"",
    b"\"\\ude00\\ud83d\"",
    b"\"\\ud83d\\ud83d\"",
    b"\"\\ud83dx\"",
    b"\"\\ud83d\\u0041\"",
    b"\"\\uDFAA\"",
    b"{\"\\uDFAA\":0}",
];

/// What could be either, and is rejected here.
const REJECTED_HERE: &[&[u8]] = &[
    // bytes that are not UTF-8
    b"\"\xe9\"",
    b"\"\x81\"",
    b"\"\xe6\x97\xa5\xd1\x88\xfa\"",
    b"\"\xe0\xff\"",
    b"\"\xc0\xaf\"",
    b"\"\xfc\x80\x80\x80\x80\x80\"",
    b"\"\xed\xa0\x80\"",
    b"\"\xf4\xbf\xbf\xbf\"",
    // another encoding, a mark in front
    b"[\x00\"\x00\xe9\x00\"\x00]\x00",
    b"\x00[\x00\"\x00\xe9\x00\"\x00]",
    b"\xff\xfe[\x00]\x00",
    b"\xef\xbb\xbf{}",
];

#[test]
fn our_documents() {
    let mut roles = Roles::new();
    for document in ACCEPTED {
        roles.check(document, document.as_bytes(), true);
    }
    for (documents, accepted) in [
        (REJECTED, false),
        (ACCEPTED_HERE, true),
        (REJECTED_HERE, false),
    ] {
        for document in documents {
            roles.check(&document.escape_ascii().to_string(), document, accepted);
        }
    }
    // two levels more than the document has are around it in one of its roles
    for levels in [1, 63, 126] {
        let nested = ["[".repeat(levels), "]".repeat(levels)].concat();
        roles.check("nested", nested.as_bytes(), true);
    }
    for levels in [129, 500, 100_000] {
        let nested = ["[".repeat(levels), "]".repeat(levels)].concat();
        roles.check("nested too deep", nested.as_bytes(), false);
        roles.check("never closed", "[{\"\":".repeat(levels).as_bytes(), false);
    }
}

/// Which of the suite's documents that may be either are accepted: those whose names start so.
const SUITE_ACCEPTED: &[&str] = &[
    "i_number_",
    "i_object_key_lone_2nd_surrogate",
    "i_string_1st_surrogate_but_2nd_missing",
    "i_string_1st_valid_surrogate_2nd_invalid",
    "i_string_incomplete_surrogate",
    "i_string_invalid_lonely_surrogate",
    "i_string_invalid_surrogate",
    "i_string_inverted_surrogates_U+1D11E",
    "i_string_lone_second_surrogate",
];

#[test]
fn json_test_suite() {
    let Some(folder) = std::env::var_os("LAMINAR_JSON_TEST_SUITE") else {
        println!("skipped: LAMINAR_JSON_TEST_SUITE does not name the folder test_parsing");
        return;
    };
    let mut roles = Roles::new();
    let files = std::fs::read_dir(Path::new(&folder)).expect("the suite's folder can be read");
    let mut counts = [0; 3];
    for file in files {
        let path = file.expect("the folder can be read").path();
        let name = path
            .file_name()
            .expect("a file")
            .to_string_lossy()
            .into_owned();
        let document = std::fs::read(&path).expect("the file can be read");
        let accepted = match name.as_bytes()[0] {
            b'y' => true,
            b'n' => false,
            _ => SUITE_ACCEPTED.iter().any(|start| name.starts_with(start)),
        };
        counts[usize::from(name.starts_with('n')) + 2 * usize::from(name.starts_with('i'))] += 1;
        roles.check(&name, &document, accepted);
    }
    println!(
        "y {}, n {}, i {}: {} documents",
        counts[0], counts[1], counts[2], roles.documents
    );
    assert!(roles.documents > 300, "all of the suite is there");
}
