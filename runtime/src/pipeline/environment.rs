//! The variables of templates, from the environment of the process.

pub use crate::template::{TemplateError, Variable, resolve};

/// Looks a variable up in the environment of the process.
pub fn variable(name: &str) -> Variable {
    std::env::var_os(name).map(|value| {
        let not_utf8 = |_| TemplateError::NotUtf8(name.to_owned());
        value.into_string().map_err(not_utf8)
    })
}
