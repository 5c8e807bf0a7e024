const SQL: &str = "SELECT 1";
laminar_macros::sql!(SQL);
laminar_macros::sql!(mod a, "SELECT 1");
laminar_macros::include_sql!();
laminar_macros::include_sql!(b"pipeline.sql");

fn main() {}
