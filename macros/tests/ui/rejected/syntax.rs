laminar_macros::sql!("CREATE TABLE readings (sensor TEXT");

fn main() {}
