//! Functions of other systems, and what is written here instead.

/// How a call of another system's function is written here.
#[derive(Clone, Copy, Debug)]
pub struct Foreign {
    /// The names that it goes by, in lower case.
    pub names: &'static [&'static str],
    /// With how many arguments this is the way out; None: with any number.
    pub arguments: Option<usize>,
    /// The SQL to write, with `{1}` for the text of the first argument, and so on.
    pub instead: &'static str,
}

const fn any(names: &'static [&'static str], instead: &'static str) -> Foreign {
    Foreign {
        names,
        arguments: None,
        instead,
    }
}

const fn with(arguments: usize, names: &'static [&'static str], instead: &'static str) -> Foreign {
    Foreign {
        names,
        arguments: Some(arguments),
        instead,
    }
}

/// Of the rows with a name, the first whose number of arguments fits counts.
pub const FOREIGN: &[Foreign] = &[
    // conditions
    with(2, &["if", "iif"], "CASE WHEN {1} THEN {2} END"),
    any(&["if", "iif"], "CASE WHEN {1} THEN {2} ELSE {3} END"),
    with(1, &["isnull"], "{1} IS NULL"),
    any(&["ifnull", "nvl", "isnull"], "coalesce({1}, {2})"),
    any(&["nvl2"], "CASE WHEN {1} IS NOT NULL THEN {2} ELSE {3} END"),
    any(&["zeroifnull"], "coalesce({1}, 0)"),
    any(&["nullifzero"], "nullif({1}, 0)"),
    any(&["isnan", "is_nan"], "{1} = 'NaN'"),
    // times
    any(&["year"], "extract(year FROM {1})"),
    any(&["quarter"], "extract(quarter FROM {1})"),
    any(&["month"], "extract(month FROM {1})"),
    any(&["week", "weekofyear"], "extract(week FROM {1})"),
    any(&["day", "dayofmonth"], "extract(day FROM {1})"),
    any(&["dayofweek", "weekday"], "extract(dow FROM {1})"),
    any(&["dayofyear"], "extract(doy FROM {1})"),
    any(&["hour"], "extract(hour FROM {1})"),
    any(&["minute"], "extract(minute FROM {1})"),
    any(&["second"], "extract(second FROM {1})"),
    any(&["date"], "{1}::date"),
    any(&["time"], "{1}::time"),
    with(
        3,
        &["datediff", "date_diff", "timestampdiff"],
        "{3} - {2}` for an INTERVAL, or, in seconds, `extract(epoch FROM {3} - {2})",
    ),
    any(
        &["datediff", "date_diff", "timestampdiff"],
        "{1} - {2}` for an INTERVAL, or, in seconds, `extract(epoch FROM {1} - {2})",
    ),
    any(&["date_sub", "subdate"], "{1} - INTERVAL '1 hour'"),
    with(3, &["dateadd", "timestampadd"], "{3} + INTERVAL '1 hour'"),
    any(
        &["date_add", "adddate", "dateadd", "timestampadd"],
        "{1} + INTERVAL '1 hour'",
    ),
    with(
        1,
        &[
            "unix_timestamp",
            "to_unix_timestamp",
            "to_unixtime",
            "tounixtimestamp",
            "unixepoch",
            "epoch",
        ],
        "extract(epoch FROM {1})",
    ),
    any(
        &["time_bucket", "time_slice", "date_floor", "tumble_start"],
        "date_bin({1}, {2}, TIMESTAMP '2000-01-01')",
    ),
    any(
        &[
            "datetime",
            "str_to_date",
            "parse_datetime",
            "parse_timestamp",
        ],
        "to_timestamp({1}, 'YYYY-MM-DD HH24:MI:SS')",
    ),
    any(
        &["date_format", "format_datetime", "format_timestamp"],
        "to_char({1}, 'YYYY-MM-DD HH24:MI:SS')",
    ),
    any(&["strftime"], "to_char({2}, 'YYYY-MM-DD HH24:MI:SS')"),
    any(&["strptime"], "to_timestamp({1}, 'YYYY-MM-DD HH24:MI:SS')"),
    // texts
    any(
        &["split", "string_split", "splitbystring"],
        "string_to_array({1}, {2})",
    ),
    any(&["substring_index"], "split_part({1}, {2}, 1)"),
    any(&["len", "strlen"], "length({1})"),
    any(&["ucase", "toupper"], "upper({1})"),
    any(&["lcase", "tolower"], "lower({1})"),
    any(&["instr", "indexof"], "strpos({1}, {2})"),
    any(&["locate", "charindex"], "strpos({2}, {1})"),
    any(&["regexp_extract"], "regexp_substr({1}, {2})"),
    any(&["to_string", "tostring", "str"], "{1}::text"),
    any(&["base64", "to_base64"], "encode({1}, 'base64')"),
    any(&["from_base64", "unbase64"], "decode({1}, 'base64')"),
    any(&["unhex", "from_hex"], "decode({1}, 'hex')"),
    // numbers
    any(
        &["to_number", "todouble", "to_double", "tofloat64", "double"],
        "{1}::double",
    ),
    any(&["toint", "to_int", "toint32", "int"], "{1}::int"),
    any(&["to_bigint", "toint64", "bigint"], "{1}::bigint"),
    any(&["truncate"], "trunc({1}, {2})"),
    any(&["square"], "power({1}, 2)"),
    any(&["xxhash64", "cityhash64", "hash"], "hash64({1})"),
    // nested values
    any(
        &[
            "json_extract_string",
            "json_extract_path_text",
            "json_extract_text",
        ],
        "json_get_text({1}, {2})",
    ),
    any(
        &[
            "json_extract",
            "json_value",
            "json_query",
            "json_extract_scalar",
            "get_json_object",
            "jsonextractstring",
        ],
        "{1} ->> 'key'` for a text, `{1} -> 'key'` for JSON, or \
         `json_path_query_first({1}, '$.key')",
    ),
    any(
        &["json_extract_path", "jsonb_extract_path"],
        "json_get({1}, {2})",
    ),
    any(&["jsonb_extract_path_text"], "json_get_text({1}, {2})"),
    any(
        &[
            "json_path_exists",
            "jsonb_path_exists",
            "json_contains_path",
            "jsonhas",
        ],
        "json_exists({1}, '$.key')",
    ),
    any(
        &["jsonb_path_query_first"],
        "json_path_query_first({1}, {2})",
    ),
    any(&["jsonb_typeof", "json_type"], "json_typeof({1})"),
    any(
        &["jsonb_array_length", "json_length"],
        "json_array_length({1})",
    ),
    any(&["jsonb_object_keys", "json_keys"], "json_object_keys({1})"),
    any(
        &["array_contains", "list_contains", "array_has", "has"],
        "{2} = ANY ({1})",
    ),
    any(
        &["array_size", "array_len", "list_length"],
        "cardinality({1})",
    ),
];
