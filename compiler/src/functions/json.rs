//! Functions over JSON.

use super::Parameter::{self, Is, Key, Path};
use super::{BIGINT, BOOLEAN, DOUBLE, Function, INT, JSON, Nulls, ResultType, TEXT};
use crate::types::DataType;

const ONE_JSON: &[Parameter] = &[Is(JSON)];

/// A value at the end of some keys, NULL where there is none.
const fn get(names: &'static [&'static str], result: DataType) -> Function {
    Function::new(names, &[Is(JSON), Key], result)
        .variadic()
        .nulls(Nulls::StrictOrMissing)
}

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(&["json_array_length"], ONE_JSON, INT).fallible(),
    Function::new(&["json_exists"], &[Is(JSON), Path], BOOLEAN).variadic(),
    get(&["json_get"], JSON),
    get(&["json_get_bool"], BOOLEAN),
    get(&["json_get_float"], DOUBLE),
    get(&["json_get_int"], BIGINT),
    get(&["json_get_json"], TEXT),
    get(&["json_get_str"], TEXT).in_arena().fallible(),
    get(&["json_get_text"], TEXT).in_arena().fallible(),
    Function::new(&["json_object_keys"], ONE_JSON, TEXT)
        .result(ResultType::Texts)
        .in_arena()
        .fallible(),
    Function::new(&["json_path_query_first"], &[Is(JSON), Path], JSON)
        .variadic()
        .nulls(Nulls::StrictOrMissing),
    Function::new(&["json_typeof"], ONE_JSON, TEXT),
];
