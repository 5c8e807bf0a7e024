//! SQL that is accepted, and SQL that is not: what rustc says of it is compared with the `.stderr`
//! beside it. `TRYBUILD=overwrite` rewrites those.

#[test]
fn accepted_and_rejected_sql() {
    let tests = trybuild::TestCases::new();
    tests.pass("tests/ui/accepted/*.rs");
    tests.compile_fail("tests/ui/rejected/*.rs");
}
