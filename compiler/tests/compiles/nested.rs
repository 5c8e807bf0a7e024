//! Nested columns, and flows that reach into them.

use super::Generator;
use crate::random::Random;
use laminarc::types::DataType;
use std::fmt::Write as _;

/// Beside the random columns of the table; their fields would like to be something in Rust.
pub const COLUMNS: &str = "\"nest\" STRUCT<\"row\" INT, \"b c\" STRUCT<\"value\" TEXT, out DATE>, \
     at TIMESTAMP, \"self\" DOUBLE[]> FORMAT 'unix_s', \"array\" BIGINT[], \
     \"list\" STRUCT<\"row\" INT, format TEXT, \"left\" DECIMAL(9,3), parts INT[]>[]";

/// Values of the nested columns, now and then wrong ones.
const MEMBERS: &[&str] = &[
    r#""nest":{"row":1,"b c":{"value":"x","out":"2026-11-29"},"at":1.5,"self":[1,null,2.5]}"#,
    r#""nest":{"b c":null,"self":[]},"array":[1,2,3]"#,
    r#""nest":7,"array":[null,3]"#,
    r#""array":["x"],"list":[]"#,
    r#""list":[{"row":1,"format":"f","left":"1.5","parts":[1,2]},{"row":null},null]"#,
    r#""list":[{"row":"x"}],"array":{}"#,
    r#""nest":null,"list":[{"parts":[3,4]},{"left":1e3}],"array":[9223372036854775807]"#,
];

/// Queries on the nested columns, to which a condition may be added.
const QUERIES: &[&str] = &[
    "SELECT \"nest\".\"row\", \"nest\".\"b c\".\"value\" AS \"format\", \"nest\", \"array\"[1], \
     \"array\"[\"nest\".\"row\"] AS \"left\", cardinality(\"array\") AS n, \"t\".\"nest\".at \
     FROM \"t\" WHERE ",
    "SELECT x, x + \"nest\".\"row\" AS \"out\", number FROM \"t\", \
     UNNEST(\"array\") WITH ORDINALITY AS x (x, number) WHERE x > 1 AND ",
    "SELECT UNNEST(\"array\") AS \"value\", coalesce(\"nest\".\"row\", 1) AS \"row\", \
     array_length(\"nest\".\"self\", 1) AS length FROM \"t\" WHERE 3 = ANY (\"array\") OR ",
    "SELECT \"out\".*, \"part\", \"nest\".\"self\"[2] AS \"self\" \
     FROM \"t\", UNNEST(\"list\") AS \"out\" CROSS JOIN UNNEST(\"out\".parts) AS \"part\" \
     WHERE \"part\" <> 2 AND ",
    "SELECT UNNEST(\"list\") AS \"row\", \
     CASE WHEN \"nest\".\"row\" > 0 THEN \"nest\".\"b c\" END AS \"b\", \
     coalesce(\"list\"[1], \"list\"[2]).parts AS parts FROM \"t\" WHERE ",
];

/// A flow on the nested columns of the table, or none.
pub fn flow(random: &mut Random, columns: Vec<(String, DataType)>) -> String {
    let mut sql = String::new();
    if random.chance(40) {
        let query = *random.pick(QUERIES);
        let mut generator = Generator { random, columns };
        let condition = generator.boolean(2);
        writeln!(
            sql,
            "CREATE TABLE \"reached\" WITH (connector = 'blackhole') AS {query}({condition});"
        )
        .expect("a String takes it");
    }
    sql
}

/// Members of a message for the nested columns, or none.
pub fn member(random: &mut Random) -> Option<String> {
    random.chance(60).then(|| random.pick(MEMBERS).to_string())
}
