//! Templates: `${NAME}`, `${NAME:-default}` and `$$`, resolved when the pipeline starts.
//!
//! A value is put in as it is: it is never read as a template again. A dollar sign before anything
//! but `{` and `$` stands for itself, so that `$share/group/filter` needs no escape.

use std::fmt;

/// Why a template has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateError {
    /// `${NAME}` where NAME is not set and there is no default.
    NotSet(String),
    /// The value of NAME is not UTF-8.
    NotUtf8(String),
    /// The file that holds the value of a variable cannot be read.
    Unreadable {
        /// The variable that names the file.
        name: String,
        /// Its path.
        path: String,
        /// Why not.
        error: String,
    },
    /// `${` without `}`.
    Unterminated,
    /// `${}`, or a name with characters other than letters, digits and `_`.
    BadName(String),
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSet(name) => write!(f, "environment variable `{name}` is not set"),
            Self::NotUtf8(name) => write!(f, "environment variable `{name}` is not UTF-8"),
            Self::Unreadable { name, path, error } => {
                write!(
                    f,
                    "environment variable `{name}`: cannot read `{path}`: {error}"
                )
            }
            Self::Unterminated => f.write_str("`${` without a closing `}`"),
            Self::BadName(name) => write!(f, "`{name}` is not the name of a variable"),
        }
    }
}

/// What a variable holds; None when it is not set.
pub type Variable = Option<Result<String, TemplateError>>;

/// Fills in a template. As in a shell, the default of `${NAME:-default}` also replaces an empty
/// value.
pub fn resolve(template: &str, lookup: &dyn Fn(&str) -> Variable) -> Result<String, TemplateError> {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            text.push('$');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('{') {
            let end = after.find('}').ok_or(TemplateError::Unterminated)?;
            text.push_str(&value(&after[..end], lookup)?);
            rest = &after[end + 1..];
        } else {
            text.push('$');
        }
    }
    text.push_str(rest);
    Ok(text)
}

fn value(reference: &str, lookup: &dyn Fn(&str) -> Variable) -> Result<String, TemplateError> {
    let (name, default) = match reference.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (reference, None),
    };
    if name.is_empty()
        || !name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    {
        return Err(TemplateError::BadName(name.to_owned()));
    }
    match (lookup(name).transpose()?, default) {
        (Some(value), None) => Ok(value),
        (Some(value), Some(_)) if !value.is_empty() => Ok(value),
        (_, Some(default)) => Ok(default.to_owned()),
        (None, None) => Err(TemplateError::NotSet(name.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(name: &str) -> Variable {
        match name {
            "HOST" => Some(Ok("broker.example".into())),
            "EMPTY" => Some(Ok(String::new())),
            "NESTED" => Some(Ok("${HOST}$$".into())),
            "BINARY" => Some(Err(TemplateError::NotUtf8("BINARY".into()))),
            _ => None,
        }
    }

    #[test]
    fn templates_are_filled_in() {
        let cases = [
            ("", ""),
            ("plain", "plain"),
            ("tcp://${HOST}:1883", "tcp://broker.example:1883"),
            ("${HOST}${HOST}", "broker.examplebroker.example"),
            ("${EMPTY}", ""),
            ("${EMPTY:-x}", "x"),
            ("${NONE:-x y/+}", "x y/+"),
            ("${NONE:-}", ""),
            ("${NONE:-a:-b}", "a:-b"),
            ("${HOST:-x}", "broker.example"),
            ("${NESTED}", "${HOST}$$"),
            ("$$", "$"),
            ("$${HOST}", "${HOST}"),
            ("$share/g/a", "$share/g/a"),
            ("a$", "a$"),
            ("ü${HOST}ü", "übroker.exampleü"),
        ];
        for (template, expected) in cases {
            assert_eq!(
                resolve(template, &lookup).as_deref(),
                Ok(expected),
                "{template}"
            );
        }
    }

    #[test]
    fn bad_templates_are_errors() {
        let cases = [
            ("${NONE}", TemplateError::NotSet("NONE".into())),
            ("${BINARY}", TemplateError::NotUtf8("BINARY".into())),
            ("${BINARY:-x}", TemplateError::NotUtf8("BINARY".into())),
            ("${HOST", TemplateError::Unterminated),
            ("${}", TemplateError::BadName(String::new())),
            ("${:-x}", TemplateError::BadName(String::new())),
            ("${A B}", TemplateError::BadName("A B".into())),
        ];
        for (template, expected) in cases {
            assert_eq!(resolve(template, &lookup), Err(expected), "{template}");
        }
    }
}
