//! Reading the command line, and ways out of calls that clap can only refuse.

use std::env;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, CommandFactory as _, Parser as _};

use super::arguments::Arguments;
use super::shell;
use crate::diagnostics::nearest;

/// The arguments of this process. Ends it with code 2 after a mistake, with 0 after `--help` and
/// `--version`.
pub(super) fn arguments() -> Arguments {
    let words: Vec<_> = env::args_os().collect();
    Arguments::try_parse_from(&words).unwrap_or_else(|mut error| {
        let words: Vec<String> = words
            .iter()
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        suggest(&mut error, &words);
        error.exit()
    })
}

/// Puts a tip that helps in the place of clap's, which is to pass the word as a value.
fn suggest(error: &mut clap::Error, words: &[String]) {
    let unknown = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(word)) if error.kind() == ErrorKind::UnknownArgument => {
            word.clone()
        }
        _ => return,
    };
    error.remove(ContextKind::Suggested);
    if error.get(ContextKind::SuggestedArg).is_some() {
        return;
    }
    let tip = match words.get(1).map(String::as_str) {
        Some("run") => Some(format!(
            "arguments of the pipeline stand behind `--`: {}",
            behind_dashes(words, &unknown)
        )),
        Some(command) => meant(command, &unknown).map(|flag| format!("did you mean `{flag}`?")),
        None => None,
    };
    if let Some(tip) = tip {
        let tips = ContextValue::StyledStrs(vec![tip.into()]);
        error.insert(ContextKind::Suggested, tips);
    }
}

/// `laminarc run FILE --replay x` with its `--`.
fn behind_dashes(words: &[String], unknown: &str) -> String {
    let is_unknown = |word: &String| word.split('=').next() == Some(unknown);
    let at = words.iter().position(is_unknown).unwrap_or(words.len());
    let (before, behind) = words.split_at(at);
    let file = before.iter().skip(2).find(|word| !word.starts_with('-'));
    if file.is_none() {
        return format!("laminarc run FILE -- {}", shell::quoted(unknown));
    }
    let before = before.iter().skip(1).map(String::as_str);
    let behind = behind.iter().map(String::as_str);
    let call: Vec<_> = before
        .chain(["--"])
        .chain(behind.filter(|word| *word != "--"))
        .map(shell::quoted)
        .collect();
    format!("laminarc {}", call.join(" "))
}

/// The flag of a command that `unknown` resembles, by its name or by what it takes: `--out` is
/// near the OUT of `-o`.
fn meant(command: &str, unknown: &str) -> Option<String> {
    let definition = Arguments::command();
    let flags: Vec<(String, String)> = definition
        .find_subcommand(command)?
        .get_arguments()
        .filter(|argument| !argument.is_positional())
        .flat_map(|argument| names(argument).map(|name| (name, shown(argument))))
        .collect();
    let wanted = unknown.trim_start_matches('-');
    let near = nearest(wanted, flags.iter().map(|(name, _)| name.as_str()))?;
    let found = flags.iter().find(|(name, _)| name == near);
    found.map(|(_, flag)| flag.clone())
}

fn names(argument: &Arg) -> impl Iterator<Item = String> + use<> {
    let long = argument.get_long().map(str::to_owned);
    let values = argument.get_value_names().unwrap_or_default().iter();
    let values: Vec<String> = values.map(|name| name.to_lowercase()).collect();
    long.into_iter().chain(values)
}

fn shown(argument: &Arg) -> String {
    match (argument.get_short(), argument.get_long()) {
        (Some(short), _) => format!("-{short}"),
        (None, Some(long)) => format!("--{long}"),
        (None, None) => argument.get_id().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_words_have_a_way_out() {
        let cases = [
            ("build p.sql --oot", Some("did you mean `-o`?")),
            ("build p.sql --emit-crat", Some("'--emit-crate'")),
            ("build p.sql --optimise", None),
            (
                "run p.sql --replay x",
                Some("behind `--`: laminarc run p.sql -- --replay x\n"),
            ),
            (
                "run p.sql --target-cpu native --replay=x -- --quiet",
                Some("laminarc run p.sql --target-cpu native -- --replay=x --quiet\n"),
            ),
            (
                "run --replay x p.sql",
                Some("laminarc run FILE -- --replay\n"),
            ),
        ];
        for (call, expected) in cases {
            let words: Vec<String> = format!("laminarc {call}")
                .split(' ')
                .map(str::to_owned)
                .collect();
            let mut error = Arguments::try_parse_from(&words).expect_err(call);
            suggest(&mut error, &words);
            let text = error.render().to_string();
            assert!(text.contains("unexpected argument"), "{text}");
            assert!(!text.contains("as a value"), "{text}");
            match expected {
                Some(expected) => assert!(text.contains(expected), "{text}"),
                None => assert!(!text.contains("tip"), "{text}"),
            }
        }
    }
}
