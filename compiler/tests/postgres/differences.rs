//! Where the two engines differ on purpose. The generator and `prelude.sql` write for `PostgreSQL`
//! what each of these means there, so that everything else can be compared exactly.
//! `docs/sql.md` tells them to users: a test holds that table against this one.

/// What is different, and why.
pub const DIFFERENCES: &[(&str, &str)] = &[
    (
        "TINYINT and the UNSIGNED types",
        "devices send them; PostgreSQL has none, and domains with a range stand for them",
    ),
    (
        "a number with a fraction or an exponent is a DOUBLE, beside a REAL a REAL",
        "payloads hold floats; PostgreSQL takes a DECIMAL, so that `real_column = 0.1` is false",
    ),
    (
        "a minus belongs to the number behind it: `-2147483648` is an INT",
        "PostgreSQL negates a BIGINT there",
    ),
    (
        "an integer and a REAL meet as DOUBLE everywhere",
        "PostgreSQL does so for operators, but rounds to REAL in CASE and COALESCE",
    ),
    (
        "every REAL and DOUBLE is finite: the texts `NaN` and `Infinity` are bad casts",
        "JSON cannot carry them; hexadecimal texts are bad casts, too",
    ),
    (
        "all integers and BOOLEAN are cast into each other, numbers and BOOLEAN into JSON",
        "PostgreSQL has that for INT alone, and `to_json`",
    ),
    (
        "a text is a TIMESTAMP, DATE or TIME only as ISO 8601 writes it",
        "PostgreSQL guesses at many more; 24:00:00 and a leap second's last moment are no TIME; it \
         reads none from an instant with a `T`",
    ),
    (
        "a text with an exponent below minus ten thousand is a DECIMAL of 0",
        "PostgreSQL takes it for an overflow",
    ),
    (
        "a text is an INTERVAL only if all of it is read",
        "PostgreSQL passes over punctuation that it does not know",
    ),
    (
        "TRY_CAST",
        "PostgreSQL has none; a function that gives NULL where the cast fails stands for it",
    ),
    (
        "a quotient of DECIMALs has 16 digits behind the point, or as many as an operand",
        "PostgreSQL has more behind the point of a small one and fewer behind that of a large one",
    ),
    (
        "a DECIMAL has at most 38 digits, and a result that needs more is a row error",
        "PostgreSQL has up to 131,072 digits before the point",
    ),
    (
        "a TIMESTAMP's text is RFC 3339, as in rows: `2026-11-22T10:15:00Z`",
        "PostgreSQL writes `2026-11-22 10:15:00+00`",
    ),
    (
        "halves are rounded up where a TIMESTAMP gets fewer digits",
        "PostgreSQL rounds them away from the year 2000",
    ),
    (
        "a TIMESTAMP is within the years 1 to 9999, a TIMESTAMP(9) within 1677 to 2262",
        "RFC 3339 has four digits for the year, nanoseconds fill 64 bits",
    ),
    (
        "a DECIMAL column has one scale",
        "PostgreSQL keeps each number's own where several meet, as in COALESCE",
    ),
    (
        "`%` takes REAL and DOUBLE",
        "PostgreSQL has it for integers and DECIMAL alone",
    ),
    (
        "UPPER, LOWER and INITCAP map each character as Unicode says: `ß` becomes `SS`",
        "PostgreSQL asks the operating system, which maps one character to one",
    ),
    (
        "`convert_from` gives a text like any other",
        "in PostgreSQL it has the collation C, in which UPPER knows ASCII alone",
    ),
    (
        "a LIKE pattern that ends with its escape character is always an error",
        "PostgreSQL only says so if the text reaches that far",
    ),
    (
        "a text loses the white space around it where it is cast to JSON",
        "PostgreSQL keeps it",
    ),
    (
        "operands that fail are row errors also beside a constant that would decide",
        "PostgreSQL takes `1 / x = 1 OR true` as true, without looking at x",
    ),
    (
        "an operator or a cast that fails for every row is an error of the file; a function that \
         does, such as `sqrt(-1)`, is one of each row",
        "PostgreSQL says so when the query is run, or not if it simplified it away",
    ),
    (
        "`json_object_keys` gives an array; `UNNEST(json_object_keys(j))` a row for each key",
        "PostgreSQL gives the rows itself",
    ),
];

#[test]
fn users_are_told_the_same() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/sql.md");
    let text = std::fs::read_to_string(path).expect("docs/sql.md");
    let heading = "## Where it differs from PostgreSQL\n";
    let (_, behind) = text.split_once(heading).expect("the section is there");
    let section = behind.split("\n## ").next().expect("its text");
    let told: Vec<&str> = section
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(2)
        .collect();
    let table: Vec<String> = DIFFERENCES
        .iter()
        .map(|(what, why)| format!("| {what} | {why} |"))
        .collect();
    assert_eq!(told, table, "docs/sql.md and differences.rs");
}
