//! Functions over TEXT and BYTEA.

use super::Parameter::{AsText, Is};
use super::{BIGINT, BOOLEAN, BYTEA, Constant, Function, INT, Parameter, ResultType, TEXT};

const ONE_TEXT: &[Parameter] = &[Is(TEXT)];
const TWO_TEXTS: &[Parameter] = &[Is(TEXT), Is(TEXT)];
const THREE_TEXTS: &[Parameter] = &[Is(TEXT), Is(TEXT), Is(TEXT)];
const TEXT_AND_NUMBER: &[Parameter] = &[Is(TEXT), Is(BIGINT)];
const PADDED: &[Parameter] = &[Is(TEXT), Is(BIGINT), Is(TEXT)];
const TWO_TEXTS_AND_NUMBER: &[Parameter] = &[Is(TEXT), Is(TEXT), Is(BIGINT)];
const ONE_BYTEA: &[Parameter] = &[Is(BYTEA)];

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(&["ascii"], ONE_TEXT, INT),
    Function::new(&["bit_length"], ONE_TEXT, INT),
    Function::new(&["bit_length"], ONE_BYTEA, INT).by("bit_length_of_bytes"),
    Function::new(&["btrim", "trim"], TWO_TEXTS, TEXT)
        .by("trim")
        .defaults(&[Constant::Text(" ")]),
    Function::new(&["chr"], &[Is(BIGINT)], TEXT)
        .in_arena()
        .fallible(),
    Function::new(&["concat"], &[AsText], TEXT)
        .variadic()
        .in_arena(),
    Function::new(&["concat_ws"], &[Is(TEXT), AsText], TEXT)
        .variadic()
        .in_arena(),
    Function::new(&["contains"], TWO_TEXTS, BOOLEAN),
    Function::new(&["ends_with"], TWO_TEXTS, BOOLEAN),
    Function::new(&["format"], ONE_TEXT, TEXT)
        .by("format_alone")
        .in_arena()
        .fallible(),
    Function::new(&["format"], &[Is(TEXT), AsText], TEXT)
        .variadic()
        .in_arena()
        .fallible(),
    Function::new(&["initcap"], ONE_TEXT, TEXT).in_arena(),
    Function::new(&["left"], TEXT_AND_NUMBER, TEXT),
    Function::new(
        &["length", "char_length", "character_length"],
        ONE_TEXT,
        INT,
    ),
    Function::new(&["length", "octet_length"], ONE_BYTEA, INT).by("octet_length_of_bytes"),
    Function::new(&["lower"], ONE_TEXT, TEXT).in_arena(),
    Function::new(&["lpad"], PADDED, TEXT)
        .in_arena()
        .fallible()
        .defaults(&[Constant::Text(" ")]),
    Function::new(&["ltrim"], TWO_TEXTS, TEXT)
        .by("trim_start")
        .defaults(&[Constant::Text(" ")]),
    Function::new(&["octet_length"], ONE_TEXT, INT),
    Function::new(
        &["overlay"],
        &[Is(TEXT), Is(TEXT), Is(BIGINT), Is(BIGINT)],
        TEXT,
    )
    .in_arena()
    .fallible(),
    Function::new(&["overlay"], TWO_TEXTS_AND_NUMBER, TEXT)
        .by("overlay_all")
        .in_arena()
        .fallible(),
    Function::new(&["repeat"], TEXT_AND_NUMBER, TEXT)
        .in_arena()
        .fallible(),
    Function::new(&["replace"], THREE_TEXTS, TEXT)
        .in_arena()
        .fallible(),
    Function::new(&["reverse"], ONE_TEXT, TEXT).in_arena(),
    Function::new(&["right"], TEXT_AND_NUMBER, TEXT),
    Function::new(&["rpad"], PADDED, TEXT)
        .in_arena()
        .fallible()
        .defaults(&[Constant::Text(" ")]),
    Function::new(&["rtrim"], TWO_TEXTS, TEXT)
        .by("trim_end")
        .defaults(&[Constant::Text(" ")]),
    Function::new(&["split_part"], TWO_TEXTS_AND_NUMBER, TEXT).fallible(),
    Function::new(&["starts_with"], TWO_TEXTS, BOOLEAN),
    Function::new(&["string_to_array"], TWO_TEXTS, TEXT)
        .result(ResultType::Texts)
        .in_arena(),
    Function::new(&["string_to_array"], THREE_TEXTS, TEXT)
        .by("string_to_array_with_null")
        .result(ResultType::Texts)
        .in_arena(),
    Function::new(&["strpos", "position"], TWO_TEXTS, INT),
    Function::new(&["substring", "substr"], TEXT_AND_NUMBER, TEXT).by("substring_from"),
    Function::new(
        &["substring", "substr"],
        &[Is(TEXT), Is(BIGINT), Is(BIGINT)],
        TEXT,
    )
    .fallible(),
    Function::new(&["to_hex"], &[Parameter::Integer], TEXT).in_arena(),
    Function::new(&["translate"], THREE_TEXTS, TEXT).in_arena(),
    Function::new(&["upper"], ONE_TEXT, TEXT).in_arena(),
];
