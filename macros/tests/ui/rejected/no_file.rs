laminar_macros::include_sql!("sql/missing.sql");

fn main() {}
