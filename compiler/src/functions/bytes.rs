//! Functions over BYTEA: parts, encodings, digests.

use super::Parameter::{self, Is, Word};
use super::{BIGINT, BYTEA, Function, INT, TEXT, Words};

const ONE_TEXT: &[Parameter] = &[Is(TEXT)];
const ONE_BYTEA: &[Parameter] = &[Is(BYTEA)];

/// How bytes are written as text.
static ENCODINGS: Words = Words {
    what: "encoding",
    rust: Some("Encoding"),
    known: &[&[("base64", "Base64"), ("escape", "Escape"), ("hex", "Hex")]],
};

/// The only encoding of text.
static CHARACTER_SETS: Words = Words {
    what: "character set",
    rust: None,
    known: &[&[("utf-8", "Utf8"), ("utf8", "Utf8")]],
};

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(&["convert_from"], &[Is(BYTEA), Word(&CHARACTER_SETS)], TEXT).fallible(),
    Function::new(&["convert_to"], &[Is(TEXT), Word(&CHARACTER_SETS)], BYTEA),
    Function::new(&["decode"], &[Is(TEXT), Word(&ENCODINGS)], BYTEA)
        .in_arena()
        .fallible(),
    Function::new(&["encode"], &[Is(BYTEA), Word(&ENCODINGS)], TEXT).in_arena(),
    Function::new(&["get_byte"], &[Is(BYTEA), Is(BIGINT)], INT).fallible(),
    Function::new(&["hash64"], ONE_TEXT, BIGINT),
    Function::new(&["hash64"], ONE_BYTEA, BIGINT).by("hash64_of_bytes"),
    Function::new(&["md5"], ONE_TEXT, TEXT).in_arena(),
    Function::new(&["md5"], ONE_BYTEA, TEXT)
        .by("md5_of_bytes")
        .in_arena(),
    Function::new(&["sha224"], ONE_BYTEA, BYTEA).in_arena(),
    Function::new(&["sha224"], ONE_TEXT, BYTEA)
        .by("sha224_of_text")
        .in_arena(),
    Function::new(&["sha256"], ONE_BYTEA, BYTEA).in_arena(),
    Function::new(&["sha256"], ONE_TEXT, BYTEA)
        .by("sha256_of_text")
        .in_arena(),
    Function::new(&["sha384"], ONE_BYTEA, BYTEA).in_arena(),
    Function::new(&["sha384"], ONE_TEXT, BYTEA)
        .by("sha384_of_text")
        .in_arena(),
    Function::new(&["sha512"], ONE_BYTEA, BYTEA).in_arena(),
    Function::new(&["sha512"], ONE_TEXT, BYTEA)
        .by("sha512_of_text")
        .in_arena(),
    Function::new(&["substring", "substr"], &[Is(BYTEA), Is(BIGINT)], BYTEA)
        .by("substring_of_bytes_from"),
    Function::new(
        &["substring", "substr"],
        &[Is(BYTEA), Is(BIGINT), Is(BIGINT)],
        BYTEA,
    )
    .by("substring_of_bytes")
    .fallible(),
];
