//! The house rules that a machine can check: who may import whom, how long files, functions and
//! lines may be, where `unsafe` may stand.

use std::fs;
use std::path::{Path, PathBuf};

const MAX_FILE_LINES: usize = 500;
const MAX_FUNCTION_LINES: usize = 70;
const MAX_LINE_CHARACTERS: usize = 100;

/// Where a rule holds, what may not stand there, and why.
struct Ban {
    within: &'static [&'static str],
    except: &'static [&'static str],
    words: &'static [&'static str],
    why: &'static str,
}

const BANS: &[Ban] = &[
    Ban {
        within: &["compiler/src"],
        except: &["compiler/src/parse/lexer"],
        words: &["sqlparser::"],
        why: "the SQL parser in use shows only in the lexer",
    },
    Ban {
        within: &["compiler/src"],
        except: &["compiler/src/emit"],
        words: &[
            "quote!",
            "use quote",
            "use syn",
            "prettyplease::",
            "proc_macro2::",
        ],
        why: "`emit` alone makes Rust",
    },
    Ban {
        within: &[
            "compiler/src/source.rs",
            "compiler/src/avro",
            "compiler/src/catalog.rs",
            "compiler/src/json.rs",
            "compiler/src/types",
            "compiler/src/ir",
            "compiler/src/functions",
            "compiler/src/connectors",
            "compiler/src/diagnostics",
        ],
        except: &[],
        words: &[
            "crate::parse",
            "crate::bind",
            "crate::lint",
            "crate::lower",
            "crate::emit",
            "crate::build",
        ],
        why: "data knows no stage",
    },
    Ban {
        within: &["compiler/src/parse"],
        except: &[],
        words: &[
            "crate::bind",
            "crate::lint",
            "crate::lower",
            "crate::emit",
            "crate::build",
        ],
        why: "a stage knows no later stage",
    },
    Ban {
        within: &["compiler/src/bind"],
        except: &[],
        words: &[
            "crate::parse",
            "crate::lint",
            "crate::lower",
            "crate::emit",
            "crate::build",
        ],
        why: "a stage knows no other stage",
    },
    Ban {
        within: &["compiler/src/lower"],
        except: &[],
        words: &[
            "crate::parse",
            "crate::lint",
            "crate::emit",
            "crate::build",
            "crate::ir::ast",
        ],
        why: "a stage knows no other stage",
    },
    Ban {
        within: &["compiler/src/emit"],
        except: &[],
        words: &[
            "crate::parse",
            "crate::bind",
            "crate::lint",
            "crate::lower",
            "crate::build",
            "crate::ir::ast",
        ],
        why: "a stage knows no other stage",
    },
    Ban {
        within: &["compiler/src/deploy"],
        except: &[],
        words: &[
            "crate::parse",
            "crate::bind",
            "crate::lint",
            "crate::lower",
            "crate::emit",
            "crate::build",
            "crate::ir::ast",
        ],
        why: "a stage knows no other stage",
    },
    Ban {
        within: &["compiler/src/lint"],
        except: &[],
        words: &[
            "crate::parse",
            "crate::lower",
            "crate::emit",
            "crate::build",
            "crate::ir::ast",
        ],
        why: "a stage knows no other stage, but for the binder's evaluator of constants",
    },
    Ban {
        within: &["compiler/src/infer"],
        except: &[],
        words: &[
            "crate::parse",
            "crate::bind",
            "crate::lower",
            "crate::emit",
            "crate::build",
            "crate::ir::ast",
        ],
        why: "what is inferred is text, and knows no stage",
    },
    Ban {
        within: &[
            "compiler/src/lib.rs",
            "compiler/src/source.rs",
            "compiler/src/avro",
            "compiler/src/catalog.rs",
            "compiler/src/json.rs",
            "compiler/src/percent.rs",
            "compiler/src/types",
            "compiler/src/functions",
            "compiler/src/connectors",
            "compiler/src/diagnostics",
            "compiler/src/ir",
            "compiler/src/parse",
            "compiler/src/bind",
            "compiler/src/lint",
            "compiler/src/lower",
            "compiler/src/emit",
            "compiler/src/deploy",
            "compiler/src/infer",
        ],
        except: &[],
        words: &[
            "std::fs",
            "std::env",
            "std::process",
            "std::time",
            "std::net",
            "HashMap",
            "println!",
        ],
        why: "the compiler's core is pure and deterministic: text in, a package of files out",
    },
    Ban {
        within: &[
            "runtime/src/columns",
            "runtime/src/compress.rs",
            "runtime/src/declared",
            "runtime/src/decode",
            "runtime/src/encode",
            "runtime/src/error.rs",
            "runtime/src/function",
            "runtime/src/ipc",
            "runtime/src/message.rs",
            "runtime/src/operator",
            "runtime/src/payload.rs",
            "runtime/src/program.rs",
            "runtime/src/record",
            "runtime/src/row",
            "runtime/src/swar.rs",
            "runtime/src/template.rs",
            "runtime/src/topic.rs",
            "runtime/src/value",
        ],
        except: &[],
        words: &[
            "tokio",
            "tracing",
            "std::fs",
            "std::env",
            "std::net",
            "std::process",
            "std::thread",
            "std::time",
            "crate::sink",
            "crate::source",
            "crate::pipeline",
            "crate::mqtt",
        ],
        why: "decoding and evaluating are pure: time is an argument",
    },
    Ban {
        within: &["runtime/src/embedded"],
        except: &[],
        words: &[
            "tokio",
            "tracing",
            "std::fs",
            "std::env",
            "std::net",
            "std::process",
            "std::thread",
            "Instant",
            "SystemTime::now",
            "crate::sink",
            "crate::source",
            "crate::pipeline",
            "crate::mqtt",
        ],
        why: "a pipeline inside another crate is pure, and time is an argument",
    },
    Ban {
        within: &["macros/src"],
        except: &[],
        words: &[
            "std::net",
            "std::process",
            "fs::write",
            "println!",
            "eprintln!",
        ],
        why: "macros print, write and fetch nothing",
    },
    Ban {
        within: &["runtime/src/source"],
        except: &[],
        words: &["crate::sink"],
        why: "only `pipeline` wires source and sink together",
    },
    Ban {
        within: &["runtime/src/control"],
        except: &[],
        words: &[
            "crate::sink",
            "crate::source",
            "crate::decode",
            "crate::mqtt",
            "crate::pipeline",
        ],
        why: "the control endpoint reads counters and texts, and knows nothing of the way",
    },
    Ban {
        within: &[
            "runtime/src/history",
            "runtime/src/log",
            "runtime/src/metrics",
            "runtime/src/rate_limit.rs",
            "runtime/src/samples.rs",
        ],
        except: &[],
        words: &[
            "tokio",
            "std::fs",
            "std::net",
            "std::thread",
            "crate::control",
            "crate::mqtt",
            "crate::pipeline",
            "crate::sink",
            "crate::source",
        ],
        why: "what is counted, kept and logged knows neither who makes it nor who asks for it",
    },
    Ban {
        within: &["runtime/src/mqtt"],
        except: &["runtime/src/mqtt/link", "runtime/src/mqtt/link.rs"],
        words: &[
            "tokio::net",
            "std::net::Tcp",
            "std::fs",
            "std::thread",
            "crate::control",
            "crate::pipeline",
            "crate::sink",
            "crate::source",
        ],
        why: "the protocol is fed with bytes and time; its link alone has sockets",
    },
    Ban {
        within: &["runtime/src/sink"],
        except: &[],
        words: &["crate::source", "crate::decode"],
        why: "only `pipeline` wires source, decoder and sink together",
    },
    Ban {
        within: &["compiler", "runtime", "macros", "benches"],
        except: &[
            "runtime/src/decode",
            // an allocator, counting or not, is unsafe by nature
            "runtime/tests/program/allocator.rs",
            "compiler/tests/cost/allocator.rs",
            // pages without any right are beyond what safe code can ask for
            "runtime/tests/decoder/pages.rs",
            "compiler/tests/tidy.rs",
        ],
        words: &["unsafe {", "unsafe fn", "unsafe impl"],
        why: "`unsafe` stands in the decoder alone",
    },
    Ban {
        within: &["compiler", "runtime", "macros", "benches"],
        except: &["compiler/tests/tidy.rs"],
        words: &["todo!(", "unimplemented!(", "#[ignore", "dbg!("],
        why: "nothing is left open in code",
    },
];

#[test]
fn rooms_import_only_what_they_may() {
    let mut broken = Vec::new();
    for (path, text) in rust_files(&root()) {
        for ban in BANS {
            if !inside(&path, ban.within) || inside(&path, ban.except) {
                continue;
            }
            for (number, line) in code_lines(&text) {
                for word in ban.words.iter().filter(|word| line.contains(**word)) {
                    broken.push(format!(
                        "{}:{number}: `{word}`: {}",
                        path.display(),
                        ban.why
                    ));
                }
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn manifests_keep_compiler_and_runtime_apart() {
    let root = root();
    let dependencies = |manifest: &str| -> String {
        let text = fs::read_to_string(root.join(manifest)).expect("the manifest is there");
        let start = text
            .find("\n[dependencies]")
            .expect("a [dependencies] table")
            + 1;
        let rest = &text[start..];
        rest[..rest.find("\n[").unwrap_or(rest.len())].to_owned()
    };
    let banned = [
        (
            "compiler/Cargo.toml",
            ["laminar-runtime", "tokio", "rumqttc", "simd-json", "arrow"],
        ),
        (
            "runtime/Cargo.toml",
            ["laminarc", "sqlparser", "syn", "quote", "prettyplease"],
        ),
    ];
    for (manifest, names) in banned {
        let table = dependencies(manifest);
        for name in names {
            let listed = table.lines().any(|line| {
                line.strip_prefix(name)
                    .is_some_and(|rest| rest.starts_with([' ', '=', '.']))
            });
            assert!(!listed, "{manifest} must not depend on {name}");
        }
    }
}

#[test]
fn files_functions_and_lines_are_short() {
    let mut broken = Vec::new();
    for (path, text) in rust_files(&root()) {
        let lines: Vec<&str> = text.lines().collect();
        if lines.len() > MAX_FILE_LINES {
            broken.push(format!("{}: {} lines", path.display(), lines.len()));
        }
        for (at, line) in lines.iter().enumerate() {
            let width = line.chars().count();
            if width > MAX_LINE_CHARACTERS {
                broken.push(format!("{}:{}: {width} characters", path.display(), at + 1));
            }
        }
        for (at, length) in functions(&lines) {
            if length > MAX_FUNCTION_LINES {
                let name = lines[at].trim();
                broken.push(format!(
                    "{}:{}: {length} lines: {name}",
                    path.display(),
                    at + 1
                ));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn every_allow_has_a_reason() {
    let mut broken = Vec::new();
    for (path, text) in rust_files(&root()) {
        for (at, _) in text
            .match_indices("[allow(")
            .chain(text.match_indices("[expect("))
        {
            let attribute = &text[at..text[at..].find(")]").map_or(text.len(), |end| at + end)];
            if !attribute.contains("reason") && !path.ends_with("tidy.rs") {
                let line = text[..at].lines().count();
                broken.push(format!(
                    "{}:{line}: an allow without a reason",
                    path.display()
                ));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

fn inside(path: &Path, rooms: &[&str]) -> bool {
    rooms.iter().any(|room| path.starts_with(room))
}

/// Start (index of the line with `fn`) and length of each function. Relies on rustfmt: a body
/// ends with a brace at the indentation of its signature.
fn functions(lines: &[&str]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let trimmed = line.trim_start();
        let words: Vec<&str> = trimmed.split(' ').take(4).collect();
        let starts = words
            .iter()
            .position(|word| *word == "fn")
            .is_some_and(|fn_at| {
                words[..fn_at]
                    .iter()
                    .all(|word| word.starts_with("pub") || MODIFIERS.contains(word))
            });
        if !starts {
            continue;
        }
        let indent = &line[..line.len() - trimmed.len()];
        let closing = format!("{indent}}}");
        // a declaration without a body that takes several lines
        let declared = |line: &str| line.starts_with(&format!("{indent})")) && line.ends_with(';');
        let one_line = line.ends_with('}') || line.ends_with(';');
        let end = if one_line {
            Some(at)
        } else {
            (at..lines.len()).find(|&i| lines[i] == closing || declared(lines[i]))
        };
        found.push((at, end.map_or(1, |end| end + 1 - at)));
    }
    found
}

const MODIFIERS: &[&str] = &["const", "async", "unsafe", "extern"];

/// Lines that are not comments, with their numbers.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// Every Rust file written by hand: relative path and text.
fn rust_files(root: &Path) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for room in ["compiler", "runtime", "macros", "benches", "examples"] {
        collect(&root.join(room), &mut files);
    }
    files.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a source file can be read");
        (
            path.strip_prefix(root).expect("below the root").to_owned(),
            text,
        )
    };
    files.into_iter().map(read).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a source folder can be read") {
        let path = entry.expect("an entry can be read").path();
        // goldens are generated; target folders are not ours
        let generated = ["cases", "target"].iter().any(|name| path.ends_with(name));
        if path.is_dir() && !generated {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_owned()
}
