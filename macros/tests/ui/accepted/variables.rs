//! Topics that hold variables.

laminar_macros::sql!(mod rooms = "
    CREATE TABLE rooms (t DOUBLE)
    WITH (connector = 'mqtt', broker = 'tcp://localhost', topic = '${SITE}/+/${KIND:-temperature}');
    CREATE VIEW warm AS SELECT t FROM rooms WHERE t > 20;
");

fn main() {
    let site = |name: &str| (name == "SITE").then(|| "north".to_owned());
    let mut pipeline = rooms::Pipeline::builder().build_with(site).expect("SITE has a value");
    assert!(pipeline.push("north/a/temperature", br#"{"t":21}"#).is_emitted());
    assert!(!pipeline.push("south/a/temperature", br#"{"t":21}"#).is_matched());
    let error = rooms::Pipeline::builder().build_with(|_| None).expect_err("SITE has none");
    assert_eq!(
        error.to_string(),
        "topic `${SITE}/+/${KIND:-temperature}`: `SITE` has no value"
    );
}
