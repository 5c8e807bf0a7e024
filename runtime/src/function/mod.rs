//! SQL functions over values that are not NULL, a file for each family. What fails says why;
//! generated code adds where. Generated code calls them by this module's name, so that no column
//! and no variable can be mistaken for one of them.
//!
//! The semantics are PostgreSQL's, in characters (Unicode scalar values); what differs on purpose
//! says so. Texts that are made are in the message's arena.

mod building;
mod bytes;
mod conditional;
mod decimal;
mod digest;
mod encoding;
mod format;
mod from_char;
mod geo;
mod hash;
mod integer;
mod interval;
mod json;
mod math;
mod moment;
mod number_template;
mod padding;
#[cfg(feature = "regex")]
mod regex;
mod text;
mod time;
mod to_char;
mod topic;

pub use crate::operator::{abs, divide};
pub use bytes::{
    bit_count_of_bytes, bit_length, bit_length_of_bytes, convert_from, convert_to, get_byte,
    octet_length, octet_length_of_bytes, substring_of_bytes, substring_of_bytes_from,
};
pub use conditional::{greatest, greatest_or_null, least, least_or_null};
pub use decimal::{
    ceil_decimal, floor_decimal, round_decimal, round_decimal_to, sign_decimal, trunc_decimal,
    trunc_decimal_to,
};
pub use digest::{
    md5, md5_of_bytes, sha224, sha224_of_text, sha256, sha256_of_text, sha384, sha384_of_text,
    sha512, sha512_of_text,
};
pub use encoding::{Encoding, decode, encode};
pub use format::{format, format_alone};
pub use from_char::{to_date, to_timestamp_by};
pub use geo::haversine;
pub use hash::{hash64, hash64_of_bytes};
pub use integer::{IntegerFunctions, bit_count, gcd, lcm, to_hex};
pub use interval::{
    age, date_bin, date_part_of_interval, extract_micros_of_interval, extract_millis_of_interval,
    extract_of_interval, make_interval, make_interval_whole,
};
pub use json::{
    Key, json_array_length, json_exists, json_get, json_get_bool, json_get_float, json_get_int,
    json_get_json, json_get_str, json_get_text, json_object_keys, json_path_query_first,
    json_typeof,
};
pub use math::{
    abs_float, acos, acosh, asin, asinh, atan, atan2, atanh, cbrt, ceil, cos, cosh, cot, degrees,
    exp, floor, ln, log_of_base, log2, log10, pi, power, radians, round, round_to, sign, sin, sinh,
    sqrt, tan, tanh, trunc, trunc_to, width_bucket,
};
pub use moment::{
    epoch_ms, epoch_ns, epoch_us, make_date, make_time, make_timestamp, to_timestamp,
    to_timestamp_micros, to_timestamp_millis, to_timestamp_nanos, to_timestamp_seconds,
};
pub use number_template::{Digits, to_char_number};
pub use padding::{lpad, repeat, rpad};
#[cfg(feature = "regex")]
pub use regex::{
    Compiled, Pattern, compiled, regexp_count, regexp_instr, regexp_like, regexp_replace,
    regexp_replace_from, regexp_substr, substring_matching,
};
pub use text::{
    ascii, chr, concat, concat_ws, contains, ends_with, initcap, left, length, lower, overlay,
    overlay_all, replace, reverse, right, split_part, starts_with, string_to_array,
    string_to_array_with_null, strpos, substring, substring_from, translate, trim, trim_end,
    trim_start, upper,
};
pub use time::{
    Instant, TimeField, TimeUnit, date_part, date_trunc, extract, extract_micros, extract_millis,
};
pub use to_char::to_char;
pub use topic::{topic_level, topic_matches};
