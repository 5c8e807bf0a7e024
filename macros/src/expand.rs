//! From the tokens of a macro to those of a module.

use crate::input::{self, Input, Misuse};
use crate::schemas;
use laminarc::diagnostics::{Severity, Style, render, render_all};
use laminarc::source::SourceFile;
use proc_macro::{Group, Span, TokenStream, TokenTree};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Which macro it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `include_sql!`: the literal is a path.
    File,
    /// `sql!`: the literal is the SQL.
    Text,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::File => "include_sql",
            Self::Text => "sql",
        }
    }
}

/// The module, or the error that says why there is none.
pub(crate) fn expand(tokens: TokenStream, kind: Kind) -> TokenStream {
    let expanded = input::parse(tokens, kind.name()).and_then(|input| {
        let sql = read(&input, kind)?;
        module(&input, &sql)
    });
    expanded.unwrap_or_else(|Misuse { message, span }| error(&message, span))
}

/// The SQL and what is beside it.
struct Sql {
    source: SourceFile,
    /// Where files that the SQL names are looked for.
    folder: PathBuf,
    /// What keeps the schemas of registries; None: nothing does.
    lock_file: Option<PathBuf>,
    /// What cargo must know of.
    read: Vec<PathBuf>,
}

fn read(input: &Input, kind: Kind) -> Result<Sql, Misuse> {
    let failed = |message| Misuse {
        message,
        span: input.span,
    };
    let folder = env::var_os("CARGO_MANIFEST_DIR");
    let folder = folder.ok_or_else(|| failed("CARGO_MANIFEST_DIR is not set".to_owned()))?;
    let folder = PathBuf::from(folder);
    match kind {
        Kind::File => {
            let path = folder.join(&input.text);
            let cannot = |why: String| {
                let shown = &input.text;
                failed(format!(
                    "cannot read `{shown}`, below the crate's folder: {why}"
                ))
            };
            let found = fs::metadata(&path).map_err(|error| cannot(error.to_string()))?;
            // a device or a pipe may have no end
            if !found.is_file() {
                return Err(cannot("it is no file".to_owned()));
            }
            if found.len() > SourceFile::MAX_BYTES as u64 {
                return Err(cannot("it is larger than any pipeline".to_owned()));
            }
            let text = fs::read_to_string(&path).map_err(|error| cannot(error.to_string()))?;
            Ok(Sql {
                source: SourceFile::new(input.text.clone(), without_mark(&text)),
                folder: path.parent().map_or(folder, Path::to_owned),
                lock_file: Some(path.with_extension("lock")),
                read: vec![path],
            })
        }
        Kind::Text => {
            if input.text.len() > SourceFile::MAX_BYTES {
                return Err(failed("the SQL is larger than any pipeline".to_owned()));
            }
            let name = input.name.as_deref().unwrap_or("pipeline");
            Ok(Sql {
                source: SourceFile::new(name, input.text.as_str()),
                lock_file: None,
                folder,
                read: Vec::new(),
            })
        }
    }
}

/// The text without the byte-order mark that some editors leave at the start.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn module(input: &Input, sql: &Sql) -> Result<TokenStream, Misuse> {
    let failed = |message| Misuse {
        message,
        span: input.span,
    };
    let source = &sql.source;
    let mut read = sql.read.clone();
    let schemas = schemas::load(source, &sql.folder, sql.lock_file.as_deref(), &mut read);
    let (library, diagnostics) = laminarc::library(source, &schemas);
    let Some(library) = library else {
        let rendered = render_all(&diagnostics, source, Style::Plain);
        let mut expanded = error(&format!("the SQL has mistakes\n\n{rendered}"), input.span);
        // the file is read again once they are corrected
        expanded.extend(tokens(&includes(&read).map_err(failed)?));
        return Ok(expanded);
    };
    let name = input.name.as_deref().unwrap_or(&library.name);
    let visibility = match (&input.name, input.visibility.is_empty()) {
        (None, _) => "pub".to_owned(),
        (Some(_), _) => input.visibility.to_string(),
    };
    let warnings = diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Warning);
    let warnings: String = warnings
        .map(|warning| warn(&render(warning, source, Style::Plain)))
        .collect();
    let (doc, includes) = (&library.doc, includes(&read).map_err(failed)?);
    let mut text = format!(
        "#[doc = {doc:?}]\n\
         #[allow(clippy::all, clippy::pedantic, reason = \"its taste is for what people write\")]\n\
         {visibility} mod {name} {{ {includes} {library} }} {warnings}"
    );
    if library.needs_regex {
        text = format!("::laminar_runtime::with_regex! {{ {text} }}");
    }
    Ok(tokens(&text))
}

/// Lets cargo see that the crate depends on these files.
fn includes(read: &[PathBuf]) -> Result<String, String> {
    let include = |path: &PathBuf| {
        let shown = path.to_str();
        let shown = shown.ok_or_else(|| format!("`{}` is no UTF-8", path.display()))?;
        Ok(format!(
            "const _: &[u8] = ::core::include_bytes!({shown:?});"
        ))
    };
    read.iter().map(include).collect()
}

/// A warning of rustc's that shows one of ours: nobody else can give any.
fn warn(rendered: &str) -> String {
    format!(
        "const _: () = {{ #[deprecated(note = {:?})] const SQL: () = (); SQL }};",
        format!("\n{}", rendered.trim_end())
    )
}

/// Rust that says why there is none.
fn error(message: &str, span: Span) -> TokenStream {
    let text = format!("::core::compile_error! {{ {:?} }}", message.trim_end());
    placed(tokens(&text), span)
}

/// The tokens of `text`, as if they stood where the macro is called.
fn tokens(text: &str) -> TokenStream {
    text.parse()
        .unwrap_or_else(|error| panic!("the compiler wrote Rust that is none: {error}"))
}

/// The tokens, all of them at `span`.
fn placed(tokens: TokenStream, span: Span) -> TokenStream {
    let place = |token: TokenTree| {
        let mut token = match token {
            TokenTree::Group(group) => {
                let inner = placed(group.stream(), span);
                TokenTree::Group(Group::new(group.delimiter(), inner))
            }
            other => other,
        };
        token.set_span(span);
        token
    };
    tokens.into_iter().map(place).collect()
}
