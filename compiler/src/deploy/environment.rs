//! The template of an environment file. What it says is read alike by systemd
//! (`EnvironmentFile=`), `docker run --env-file` and `kubectl create secret --from-env-file`.

use super::text::shown;
use super::variables::{Role, Use, Variable};
use super::{Binary, heading};
use std::collections::BTreeSet;

/// The template: every variable in a comment, so that one that was forgotten is missed at start
/// instead of being empty.
pub(super) fn environment(binary: &Binary<'_>, variables: &[Variable]) -> String {
    let mut text = heading(binary);
    let ours = || variables.iter().filter(|each| !each.is_of_systemd());
    if ours().next().is_none() {
        text.push_str("#\n# The SQL names no variables: nothing has to be filled in.\n");
        return text;
    }
    text.push_str(
        "#\n# Remove the # before the lines that you fill in. A value is the rest of its\n\
         # line as it stands: no spaces around the equals sign, and neither quotes nor\n\
         # backslashes, which systemd takes for its own. The file may hold secrets then:\n\
         # keep its mode. NAME_FILE=PATH instead of NAME=… names a file that holds the\n\
         # value, whatever is in it, and that is read again on SIGHUP.\n",
    );
    for variable in ours() {
        text.push('\n');
        let mut told = BTreeSet::new();
        for of in &variable.uses {
            let line = format!("# {}{}\n", shown(&of.place), remark(of));
            if told.insert(line.clone()) {
                text.push_str(&line);
            }
        }
        let default = variable.uses.iter().find_map(shown_default);
        let default = default.filter(|_| !variable.is_required());
        let line = format!("#{}={}\n", variable.name, default.unwrap_or_default());
        text.push_str(&line);
    }
    text
}

/// What becomes of the place where the variable is not set.
fn remark(of: &Use) -> String {
    match (&of.default, shown_default(of)) {
        (None, _) => ": required".to_owned(),
        (Some(default), _) if default.is_empty() => ": empty by default".to_owned(),
        (Some(_), Some(default)) => format!(": by default {default}"),
        (Some(_), None) => ": has a default in the SQL".to_owned(),
    }
}

/// A default that is no secret and that a line can hold.
fn shown_default(of: &Use) -> Option<String> {
    let default = of.default.as_ref()?;
    let is_shown = match of.role {
        Role::ClientId | Role::Other => true,
        // a broker's address is worth showing, a user and a password in it are not
        Role::Secret => of.place.ends_with("`broker`") && !default.contains('@'),
    };
    // as a reader of the line has it (quotes and backslashes are systemd's)
    let is_line = !default.contains(|c: char| c.is_control() || ['"', '\'', '\\'].contains(&c));
    (is_shown && is_line).then(|| default.clone())
}
