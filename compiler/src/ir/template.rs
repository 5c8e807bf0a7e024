//! `${NAME}` and `${NAME:-default}` in texts that are checked: what they refer to.

/// A variable that a text refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference<'t> {
    /// The variable's name.
    pub name: &'t str,
    /// What stands for it where it is not set, or empty.
    pub default: Option<&'t str>,
}

/// The references of a checked text, in order; `$$` is a dollar sign, and so is one before
/// anything but `{`.
pub fn references(text: &str) -> Vec<Reference<'_>> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some(at) = rest.find('$') {
        rest = &rest[at + 1..];
        if let Some(behind) = rest.strip_prefix('$') {
            rest = behind;
        } else if let Some((inside, behind)) = inside(rest) {
            let (name, default) = match inside.split_once(":-") {
                Some((name, default)) => (name, Some(default)),
                None => (inside, None),
            };
            found.push(Reference { name, default });
            rest = behind;
        }
    }
    found
}

/// What stands in the braces that the text begins with, and what behind them.
fn inside(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('{')?.split_once('}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found() {
        let of = |text| -> Vec<(&str, Option<&str>)> {
            let all = references(text).into_iter();
            all.map(|found| (found.name, found.default)).collect()
        };
        assert_eq!(
            of("tcp://${H}:${P:-1883}"),
            [("H", None), ("P", Some("1883"))]
        );
        assert_eq!(
            of("${A:-b:-c}${D:-}"),
            [("A", Some("b:-c")), ("D", Some(""))]
        );
        for none in ["", "$$", "$${A}", "$share/g/a", "a$", "{x}"] {
            assert_eq!(of(none), [], "{none}");
        }
    }
}
