use super::*;
use crate::connectors::CONNECTION;
use crate::diagnostics::Diagnostics;
use crate::ir::ast::{Name, Script};
use crate::source::SourceFile;

/// What `check` makes of the options of a connection with `keep_alive`.
fn with_options(check: impl FnOnce(&Options<'_>)) {
    let source = SourceFile::new("c.sql", "");
    let entries = [OptionEntry {
        key: Name {
            text: "keep_alive".to_owned(),
            quoted: false,
            span: Span::default(),
        },
        value: OptionValue::Number {
            text: "5".to_owned(),
            span: Span::default(),
        },
    }];
    let (script, mut diagnostics) = (Script::default(), Diagnostics::new());
    let specs: Vec<_> = CONNECTION.iter().collect();
    let schemas = crate::avro::Schemas::default();
    let mut binder = Binder::new(&source, &script, &schemas, &mut diagnostics);
    check(&binder.options("connection", &specs, &entries));
}

#[test]
#[should_panic(expected = "option keep_alive was given, but nothing depends on it")]
fn an_option_without_effect_is_a_bug() {
    with_options(|options| {
        assert!(options.given.contains_key("keep_alive"));
        options.assert_all_asked();
    });
}

#[test]
#[should_panic(expected = "option keepalive is in no table")]
fn an_unknown_name_is_a_bug() {
    with_options(|options| assert_eq!(options.integer::<u16>("keepalive"), None));
}

#[test]
fn an_option_that_is_read_has_an_effect() {
    with_options(|options| {
        assert_eq!(options.integer::<u16>("keep_alive"), Some(5));
        options.assert_all_asked();
    });
}
