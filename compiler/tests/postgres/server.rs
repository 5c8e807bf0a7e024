//! A `PostgreSQL` of the test's own: in a new folder, on a Unix socket, gone at the end.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How long a server may take to answer first.
const PATIENCE: Duration = Duration::from_mins(1);

/// Its tables need not outlive it.
const CONFIGURATION: &[&str] = &[
    "listen_addresses=",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "jit=off",
    "timezone=UTC",
    "autovacuum=off",
    "log_min_messages=panic",
    "log_min_error_statement=panic",
];

/// How many were started by this process: each has a folder of its own.
static STARTED: AtomicUsize = AtomicUsize::new(0);

/// A running server.
pub struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    user: Option<User>,
    child: Child,
}

/// Whom the server runs as, where the test is root: it refuses to be.
#[derive(Clone, Copy)]
struct User {
    id: u32,
    group: u32,
}

impl Postgres {
    /// None where it is not installed.
    pub fn start() -> Option<Self> {
        let programs = programs()?;
        let user = (id("-u", None) == Some(0)).then(|| {
            let of_postgres = |what| id(what, Some("postgres")).expect("its package made the user");
            User {
                id: of_postgres("-u"),
                group: of_postgres("-g"),
            }
        });
        // not below the target folder, which another user may be kept out of; and a socket's path
        // must be short
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let name = format!("laminar-postgres-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).expect("a new folder can be made");
        let permissions = fs::Permissions::from_mode(0o755);
        fs::set_permissions(&folder, permissions).expect("its permissions can be set");
        if let Some(user) = user {
            std::os::unix::fs::chown(&folder, Some(user.id), Some(user.group))
                .expect("root can give it away");
        }
        let data = folder.join("data");
        let mut initdb = command(&programs.join("initdb"), &folder, user);
        initdb.args(["--no-sync", "--auth=trust", "--username=laminar"]);
        initdb.args(["--encoding=UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8"]);
        expect_success(&initdb.arg("-D").arg(&data).output().expect("initdb starts"));
        let mut server = command(&programs.join("postgres"), &folder, user);
        server.arg("-D").arg(&data).arg("-k").arg(&folder);
        for setting in CONFIGURATION {
            server.args(["-c", setting]);
        }
        let log = fs::File::create(folder.join("log")).expect("a log can be made");
        let child = server.stdin(Stdio::null()).stderr(log).spawn();
        let mut postgres = Self {
            programs,
            folder,
            user,
            child: child.expect("postgres starts"),
        };
        postgres.wait_until_ready();
        Some(postgres)
    }

    fn wait_until_ready(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while !self.try_run("SELECT 1").status.success() {
            let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            let ended = self.child.try_wait().expect("it can be waited for");
            assert!(ended.is_none(), "the server has ended: {log}");
            assert!(Instant::now() < deadline, "the server does not come: {log}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Runs a script in a session of its own; the rows of its queries, columns apart by `|`.
    pub fn run(&self, script: &str) -> String {
        let output = self.try_run(script);
        expect_success(&output);
        String::from_utf8(output.stdout).expect("UTF-8 comes from a database in UTF-8")
    }

    fn try_run(&self, script: &str) -> Output {
        let mut psql = command(&self.programs.join("psql"), &self.folder, self.user);
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"]);
        psql.args(["-U", "laminar", "-d", "postgres", "-h"]);
        psql.arg(&self.folder);
        let mut child = psql
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("psql starts");
        let mut stdin = child.stdin.take().expect("it is piped");
        let script = script.to_owned();
        let writer = std::thread::spawn(move || {
            // a session that failed reads no more; its status says so
            let _ = stdin.write_all(script.as_bytes());
        });
        let output = child.wait_with_output().expect("psql ends");
        writer.join().expect("writing does not panic");
        output
    }

    /// Its version.
    pub fn version(&self) -> String {
        self.run("SHOW server_version").trim().to_owned()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let mut stop = command(&self.programs.join("pg_ctl"), &self.folder, self.user);
        stop.args(["stop", "-m", "immediate", "-D"]);
        let _ = stop.arg(self.folder.join("data")).output();
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Where the programs of the newest version are.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let has_all = |folder: &PathBuf| {
        ["initdb", "postgres", "psql", "pg_ctl"]
            .iter()
            .all(|program| folder.join(program).exists())
    };
    if let Some(folder) = std::env::split_paths(&path).find(has_all) {
        return Some(folder);
    }
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, folder)| has_all(folder))
        .collect();
    versions.sort();
    versions.pop().map(|(_, folder)| folder)
}

fn command(program: &Path, folder: &Path, user: Option<User>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env_clear();
    command
        .env("PATH", "/usr/bin:/bin")
        .env("LC_ALL", "C.UTF-8");
    if let Some(user) = user {
        command.uid(user.id).gid(user.group);
    }
    command
}

fn id(what: &str, user: Option<&str>) -> Option<u32> {
    let output = Command::new("id").arg(what).args(user).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

fn expect_success(output: &Output) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
}
