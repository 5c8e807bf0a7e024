//! Names of functions that a pipeline cannot call, and why.

/// Aggregates: valid over a window, which is not supported yet.
pub const AGGREGATES: &[&str] = &[
    "array_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bool_and",
    "bool_or",
    "count",
    "every",
    "max",
    "min",
    "stddev",
    "string_agg",
    "sum",
    "variance",
];

/// Functions of the dialect that are not built yet, sorted.
pub const LATER: &[&str] = &[
    "hop",
    "json_path_query",
    "regexp_match",
    "regexp_matches",
    "regexp_split_to_array",
    "session",
    "tumble",
];

/// Functions that a pipeline never has, with the reason and a way out.
pub const REFUSED: &[(&[&str], &str, &str)] = &[
    (
        &[
            "random",
            "rand",
            "setseed",
            "gen_random_uuid",
            "uuid",
            "uuid_generate_v4",
            "newid",
        ],
        "the rows of a pipeline depend on its messages alone, so that a replay gives the same",
        "for a stable number from a message, hash what tells messages apart: `hash64(…)`",
    ),
    (
        &[
            "clock_timestamp",
            "statement_timestamp",
            "transaction_timestamp",
            "timeofday",
            "localtimestamp",
            "localtime",
            "current_date",
            "current_time",
            "current_timestamp",
            "sysdate",
            "getdate",
            "unix_timestamp",
            "unixepoch",
        ],
        "the rows of a pipeline depend on its messages alone, so there is no clock",
        "`now()` is the time at which the message was received",
    ),
    (&["pg_sleep", "sleep"], "a row is never delayed", ""),
    (
        &["nextval", "currval", "lastval", "row_number", "lag", "lead"],
        "a row knows nothing of those before it",
        "",
    ),
    (
        &[
            "json_array_elements",
            "jsonb_array_elements",
            "json_array_elements_text",
            "jsonb_array_elements_text",
            "json_populate_recordset",
            "json_to_recordset",
            "jsonb_to_recordset",
        ],
        "rows are made of the elements of a column that is an array",
        "declare `items JSON[] PATH '$.…'` (or `STRUCT<…>[]`), and write `UNNEST(items)`",
    ),
];
