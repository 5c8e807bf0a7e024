//! The build stage on hand-written packages that need little of the runtime, in a cache of its
//! own: what is built, what is reused, and how failures are told apart.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Instant, SystemTime};

use laminarc::build::{BuildError, Cache, Event, Options, build, write_crate};
use laminarc::emit::Package;

/// A folder that is removed at the end, if the test ends well.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("laminarc-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        Self(folder)
    }

    fn cache(&self) -> Cache {
        Cache::at(&self.0.join("cache")).expect("an absolute path")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

fn package(slug: &str, main: &str) -> Package {
    Package {
        slug: slug.to_owned(),
        features: Vec::new(),
        files: vec![("src/main.rs".to_owned(), main.to_owned())],
    }
}

fn saying(slug: &str, text: &str) -> Package {
    let import = "use laminar_runtime as _;";
    package(
        slug,
        &format!("{import}\nfn main() {{ println!({text:?}); }}\n"),
    )
}

fn output_of(binary: &Path) -> String {
    let output = Command::new(binary).output().expect("it was just built");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("it prints UTF-8")
}

fn native() -> Options {
    Options {
        target_cpu: Some("native".to_owned()),
        target: None,
    }
}

/// Modification times of all files below `folder`.
fn times(folder: &Path) -> Vec<(PathBuf, SystemTime)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("it is there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.append(&mut times(&path));
        } else {
            let time = entry.metadata().and_then(|m| m.modified());
            found.push((path, time.expect("the system has modification times")));
        }
    }
    found.sort();
    found
}

/// The one folder of `cache` that has the runtime's sources.
fn sources(cache: &Cache) -> PathBuf {
    let entries = fs::read_dir(cache.root()).expect("it is there").flatten();
    let mut with_runtime = entries
        .map(|e| e.path())
        .filter(|p| p.join("runtime").is_dir());
    with_runtime.next().expect("the runtime was extracted")
}

#[test]
fn packages_are_built_once_and_told_apart() {
    let scratch = Scratch::new("build");
    let cache = scratch.cache();
    let (one, two) = (saying("same-name", "one"), saying("same-name", "two"));

    let mut steps = 0;
    let mut count = |event: Event<'_>| steps += usize::from(event != Event::Starting);
    let first = build(&one, &Options::default(), &cache, &mut count).expect("it compiles");
    assert!(!first.cached);
    assert!(steps > 0, "a first build says how it goes on");
    assert_eq!(output_of(&first.path), "one\n");
    let before = times(&sources(&cache).join("runtime"));

    let second = build(&two, &Options::default(), &cache, &mut |_| {}).expect("it compiles");
    assert!(!second.cached);
    assert_eq!(output_of(&second.path), "two\n");
    assert_eq!(output_of(&first.path), "one\n", "one name, two pipelines");

    let start = Instant::now();
    let again = build(&one, &Options::default(), &cache, &mut |_| {}).expect("it is there");
    assert!(again.cached, "built again after {:?}", start.elapsed());
    assert_eq!(again.path, first.path);
    let after = times(&sources(&cache).join("runtime"));
    assert_eq!(before, after, "the runtime's sources were touched");

    let copy = scratch.0.join("copy");
    again.copy_to(&copy).expect("the folder is writable");
    again.copy_to(&copy).expect("it is replaced");
    assert_eq!(output_of(&copy), "one\n");

    internal_errors_keep_the_crate(&cache);
    nothing_of_a_pipeline_stays(&cache);
    several_at_once(&cache);
}

/// A part of the test above: the runtime is compiled by then.
fn internal_errors_keep_the_crate(cache: &Cache) {
    let wrong = package("wrong", "fn main() { let x: u8 = \"no number\"; }\n");
    let error = build(&wrong, &Options::default(), cache, &mut |_| {}).expect_err("mismatch");
    let BuildError::Internal { folder, detail } = &error else {
        panic!("another error: {error}");
    };
    assert!(detail.contains("mismatched types"), "{detail}");
    assert!(folder.join("src/main.rs").is_file(), "{}", folder.display());
    assert!(error.to_string().starts_with("internal error"), "{error}");
    assert!(
        error.helps()[0].contains("please report"),
        "{:?}",
        error.helps()
    );
    fs::remove_dir_all(folder).expect("it is ours");
}

/// Another part: the cache holds the runtime once and each binary once.
fn nothing_of_a_pipeline_stays(cache: &Cache) {
    let left = |folder: &Path| -> Vec<PathBuf> {
        let files = times(folder).into_iter().map(|(path, _)| path);
        files
            .filter(|path| path.to_string_lossy().contains("same"))
            .collect()
    };
    assert_eq!(left(&cache.root().join("target")), Vec::<PathBuf>::new());
    assert_eq!(left(&sources(cache)), Vec::<PathBuf>::new());
    assert_eq!(left(&cache.root().join("binaries")).len(), 2);
}

/// Another part: builds of one and of several packages in one cache at the same time.
fn several_at_once(cache: &Cache) {
    std::thread::scope(|scope| {
        for number in [1, 2, 3, 1, 2, 3] {
            scope.spawn(move || {
                let text = format!("number {number}");
                let package = saying("parallel", &text);
                let built = build(&package, &Options::default(), cache, &mut |_| {});
                assert_eq!(
                    output_of(&built.expect("it compiles").path),
                    format!("{text}\n")
                );
            });
        }
    });
}

#[test]
fn what_cannot_be_built_is_explained() {
    let scratch = Scratch::new("refused");
    let cache = scratch.cache();
    let package = saying("x", "x");
    let of = |options| build(&package, &options, &cache, &mut |_| {}).expect_err("impossible");
    let target = |target: &str| Options {
        target_cpu: None,
        target: Some(target.to_owned()),
    };
    let cpu = Options {
        target_cpu: Some("pentium-9".to_owned()),
        target: None,
    };
    let cases = [
        (
            target("x86_64-linux"),
            "unknown target `x86_64-linux`",
            "target",
        ),
        (
            target("sparc64-unknown-linux-gnu"),
            "is not installed",
            "rustup target add",
        ),
        (cpu, "unknown CPU `pentium-9`", "--print target-cpus"),
    ];
    for (options, message, help) in cases {
        let error = of(options);
        assert!(error.to_string().contains(message), "{error}");
        assert!(
            error.helps().join("\n").contains(help),
            "{:?}",
            error.helps()
        );
    }
    fs::write(scratch.0.join("file"), "").expect("writable");
    let cache = Cache::at(&scratch.0.join("file")).expect("an absolute path");
    let error = build(&package, &native(), &cache, &mut |_| {}).expect_err("a file, no folder");
    assert!(matches!(error, BuildError::Cache { .. }), "{error}");
    assert!(error.helps().join("\n").contains("LAMINAR_CACHE_DIR"));
}

#[test]
fn a_written_crate_is_complete() {
    let scratch = Scratch::new("crate");
    write_crate(&saying("x", "x"), &scratch.0, None).expect("the folder is writable");
    for file in [
        "Cargo.toml",
        "Cargo.lock",
        "src/main.rs",
        "runtime/Cargo.toml",
    ] {
        assert!(scratch.0.join(file).is_file(), "{file} is missing");
    }
    let manifest = fs::read_to_string(scratch.0.join("Cargo.toml")).expect("it is there");
    assert!(manifest.contains("path = \"runtime\""), "{manifest}");
}

/// A linker and a C compiler that are named and are not there.
#[test]
fn what_is_missing_to_link_is_told_with_the_variable_that_names_it() {
    let scratch = Scratch::new("linker");
    let variable = format!(
        "CARGO_TARGET_{}_LINKER",
        host().to_uppercase().replace('-', "_")
    );
    let file = scratch.0.join("p.sql");
    fs::create_dir_all(&scratch.0).expect("writable");
    let sql = "CREATE TABLE t (x INT) WITH (connector = 'mqtt', broker = 'tcp://h', topic = 'a');
               SELECT x FROM t;";
    fs::write(&file, sql).expect("writable");
    let mut command = Command::new(env!("CARGO_BIN_EXE_laminarc"));
    command.arg("build").arg(&file).arg("-o");
    command.arg(scratch.0.join("out"));
    command
        .env("LAMINAR_CACHE_DIR", scratch.0.join("cache"))
        .env(variable, "/no/such/linker");
    let output = command.output().expect("it was built for this test");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    for text in ["linking failed", "/no/such/linker", "install a C linker"] {
        assert!(said.contains(text), "{text} is not in\n{said}");
    }
    let target = Some("aarch64-unknown-linux-gnu".to_owned());
    let foreign = BuildError::Linker {
        target: target.clone(),
        detail: String::new(),
    };
    let helps = foreign.helps().join("\n");
    let named = "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=";
    assert!(helps.contains(named), "{helps}");
    let compiler = BuildError::CCompiler {
        target,
        detail: String::new(),
    };
    let helps = compiler.helps().join("\n");
    assert!(helps.contains("CC_aarch64_unknown_linux_gnu="), "{helps}");
}

fn host() -> String {
    let output = Command::new("rustc").arg("-vV").output();
    let output = output.expect("rustc built this test");
    let text = String::from_utf8(output.stdout).expect("rustc prints UTF-8");
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("rustc says so").to_owned()
}
