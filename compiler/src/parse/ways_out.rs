//! What to write in place of what is not supported.

/// Words that are a value without parentheses, and what to write in place of each.
pub(super) const CURRENT: &[(&str, &str)] = &[
    (
        "CURRENT_DATE",
        "write `now()::DATE`: the day, in UTC, on which the message was received",
    ),
    ("CURRENT_TIME", NOW_AS_TIME),
    ("CURRENT_TIMESTAMP", NOW),
    (
        "CURRENT_USER",
        "a pipeline has no users: write the name as a text",
    ),
    ("LOCALTIME", NOW_AS_TIME),
    ("LOCALTIMESTAMP", NOW),
];

const NOW: &str = "write `now()`: when the message was received, in UTC";
const NOW_AS_TIME: &str =
    "write `now()::TIME`: the time of day, in UTC, at which the message was received";

/// For what looks at other rows.
pub(super) const ONE_ROW: &str = "a query sees one message at a time, and none before or behind it";

/// For keys and the like, in declarations of columns and tables.
pub(super) const NO_KEYS: &str =
    "leave it out: messages are not kept, so there is nothing to compare them with";

/// For arrays that a query makes.
pub(super) const NO_ARRAYS: &str =
    "test for one of several values with `x IN (1, 2)`; as an output, give each a column";

/// What to write instead of an operator, in upper case.
pub(super) fn of_operator(operator: &str) -> &'static str {
    match operator {
        "RLIKE" | "REGEXP" => "write `text ~ 'pattern'`",
        "SIMILAR" | "GLOB" => "use LIKE, or a regular expression: `text ~ 'pattern'`",
        "~~" => "write LIKE",
        "~~*" => "write ILIKE",
        "!~~" => "write NOT LIKE",
        "!~~*" => "write NOT ILIKE",
        "#>" => "go down step by step: `x -> 'a' -> 'b'`",
        "#>>" => "go down step by step: `x -> 'a' ->> 'b'`",
        "@>" | "<@" => "ask for each value: `x ->> 'a' = '1'`, or `json_exists(x, '$.a')`",
        "<=>" => "compare with `=`, and test for NULL with IS NULL",
        "@" => "write `abs(x)`",
        "|/" => "write `sqrt(x)`",
        "||/" => "write `cbrt(x)`",
        _ => "",
    }
}

/// What to do about a clause of a column that is not supported, in upper case: its name, and that.
pub(super) fn of_column_clause(word: &str) -> Option<(&'static str, &'static str)> {
    Some(match word {
        "GENERATED" => (
            "a column that numbers its rows",
            "a computed one is `GENERATED ALWAYS AS (expression)`",
        ),
        "AS" => ("`AS`", "write `GENERATED ALWAYS AS (expression)`"),
        "PRIMARY" => ("`PRIMARY KEY`", NO_KEYS),
        "UNIQUE" => ("`UNIQUE`", NO_KEYS),
        "REFERENCES" => ("`REFERENCES`", NO_KEYS),
        "COMMENT" => ("`COMMENT`", "write a `--` comment"),
        "COLLATE" => ("`COLLATE`", "text is compared by its bytes"),
        "CONSTRAINT" => ("`CONSTRAINT`", "write `CHECK (…)` without a name"),
        _ => return None,
    })
}
