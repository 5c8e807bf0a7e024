//! Completions and manual pages: shells and `man` read them.

use std::process::{Command, Stdio};

use super::support::{Scratch, laminarc};

/// What a command says, if there is such a command.
fn output(command: &mut Command) -> Option<(bool, String)> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    let text = [output.stdout, output.stderr].concat();
    Some((
        output.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    ))
}

#[test]
fn shells_complete_commands_and_options() {
    let scratch = Scratch::new("completions");
    for shell in ["bash", "zsh", "fish"] {
        let run = laminarc(&["completions", shell]);
        assert_eq!(run.code, 0, "{}", run.err);
        for word in ["package", "--older-than", "--deny-warnings", "clean"] {
            let word = if shell == "fish" {
                word.trim_start_matches('-')
            } else {
                word
            };
            assert!(run.out.contains(word), "{shell}: {word}");
        }
        let script = scratch.file(shell, run.out.as_bytes());
        match output(Command::new(shell).args(["-n", &script])) {
            None => eprintln!("SKIPPED: {shell} is not on the PATH"),
            Some((is_fine, said)) => assert!(is_fine, "{shell}: {said}"),
        }
    }
    let script = scratch.path("bash");
    let ask = format!(
        "source {script}; COMP_WORDS=(laminarc pa); COMP_CWORD=1; \
         _laminarc laminarc pa laminarc; echo \"${{COMPREPLY[*]}}\""
    );
    if let Some((_, said)) = output(Command::new("bash").args(["-c", &ask])) {
        assert_eq!(said, "package\n");
    }
    let unknown = laminarc(&["completions", "tcsh"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("fish"), "{}", unknown.err);
}

#[test]
fn manual_pages_are_roff() {
    let scratch = Scratch::new("man");
    let main = laminarc(&["man"]);
    assert_eq!(main.code, 0, "{}", main.err);
    for command in ["check", "package", "cache", "completions"] {
        let named = format!("laminarc\\-{command}");
        assert!(main.out.contains(&named), "{named} is not in\n{}", main.out);
        let page = laminarc(&["man", command]);
        assert_eq!(page.code, 0, "{}", page.err);
        for text in [".TH", ".SH NAME", &named] {
            assert!(page.out.contains(text), "{command}: {text}\n{}", page.out);
        }
        let file = scratch.file(command, page.out.as_bytes());
        match output(Command::new("man").args(["--warnings", "-l", &file])) {
            None => eprintln!("SKIPPED: man is not on the PATH"),
            Some((is_fine, said)) => assert!(is_fine && !said.contains("warning: "), "{said}"),
        }
    }
    let unknown = laminarc(&["man", "nothing"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.err.contains("no command `nothing`"),
        "{}",
        unknown.err
    );
}
