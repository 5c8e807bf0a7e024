//! A unit of systemd for a binary, as narrow as the plan allows (systemd.exec(5)).

use super::credentials;
use super::places::{Folder, USER, folders, prints};
use super::text::{shown, state_word, systemd_word};
use super::variables::Variable;
use super::{BASE, Binary, heading, memory_mib};
use crate::ir::physical::PhysicalPlan;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// How long a loop that receives may stand still: far longer than any pause of a healthy one.
const WATCHDOG_S: u32 = 30;

/// Beyond the 10 s in which a pipeline drains.
const STOP_S: u32 = 20;

/// Settings that are the same for all pipelines: none of them needs what is taken away here.
const HARDENING: &str = "\
NoNewPrivileges=yes
ProtectSystem=strict
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProcSubset=pid
LockPersonality=yes
MemoryDenyWriteExecute=yes
RemoveIPC=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
# names are looked up over sockets of these kinds, too
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
UMask=0027
";

/// The unit.
pub(super) fn unit(plan: &PhysicalPlan, binary: &Binary<'_>, variables: &[Variable]) -> String {
    let name = binary.name;
    let folders = folders(plan);
    let mut text = heading(binary);
    text.push_str(&installing(name, &folders));
    write!(
        text,
        "\n[Unit]\nDescription=Laminar pipeline {name}\n\
         Wants=network-online.target\nAfter=network-online.target\n\n[Service]\n"
    )
    .expect("a String takes it");
    text.push_str(&running(name, variables));
    if prints(plan) {
        text.push_str(
            "# rows go to the journal, which drops lines above its rate unless it is told not to\n\
             LogRateLimitIntervalSec=0\n",
        );
    }
    text.push_str(&credentials(name, plan));
    text.push_str(&memory(plan));
    text.push_str(&identity(name, &folders));
    text.push_str(&capabilities(plan));
    text.push_str(&hidden(&folders));
    text.push_str(HARDENING);
    text.push_str("\n[Install]\nWantedBy=multi-user.target\n");
    text
}

/// How it is installed.
fn installing(name: &str, folders: &BTreeSet<Folder>) -> String {
    let user = if has_user(folders) {
        format!("#   useradd --system --shell /usr/sbin/nologin {USER}\n")
    } else {
        String::new()
    };
    format!(
        "#\n{user}\
         #   install -m 0755 {name} /usr/local/bin/{name}\n\
         #   install -D -m 0600 {name}.env /etc/laminar/{name}.env\n\
         #   install -m 0644 laminar-{name}.service /etc/systemd/system/\n\
         #   systemctl daemon-reload && systemctl enable --now laminar-{name}\n"
    )
}

/// How it is started, stopped and started again.
fn running(name: &str, variables: &[Variable]) -> String {
    let environment = if variables.iter().any(|each| !each.is_of_systemd()) {
        format!("EnvironmentFile=/etc/laminar/{name}.env\n")
    } else {
        String::new()
    };
    format!(
        "# started once every connection is open, whenever that is\n\
         Type=notify\n\
         TimeoutStartSec=infinity\n\
         WatchdogSec={WATCHDOG_S}\n\
         ExecStart=/usr/local/bin/{name}\n\
         # files of certificates, user names and passwords are read again\n\
         ExecReload=/bin/kill -HUP $MAINPID\n\
         {environment}\
         Restart=always\n\
         RestartSec=5\n\
         # 65: a message that must not be passed over; 78: a mistake in the configuration.\n\
         # Another start would end alike.\n\
         RestartPreventExitStatus=65 78\n\
         TimeoutStopSec={STOP_S}\n"
    )
}

/// Files that only root can read, and that systemd hands to the process: those that the SQL names
/// in the folder of the unit's credentials.
fn credentials(name: &str, plan: &PhysicalPlan) -> String {
    let files = credentials::files(plan);
    // neither quotes nor escapes are known to this setting; a % would begin something else
    let line = |file: &&str| {
        if credentials::is_nameable(file) {
            let file = file.replace('%', "%%");
            return format!("LoadCredential={file}:/etc/laminar/{name}.{file}\n");
        }
        let file = shown(file);
        format!("# systemd cannot be told of the credential {file}: give the file a plain name\n")
    };
    files.iter().map(line).collect()
}

fn memory(plan: &PhysicalPlan) -> String {
    format!(
        "# the ceilings of `laminarc explain --cost`, {} MiB for the process itself, and four\n\
         # times the largest packet\n\
         MemoryMax={}M\nMemorySwapMax=0\n",
        BASE >> 20,
        memory_mib(plan)
    )
}

/// Whether a user is needed that lasts: for folders that must belong to somebody.
fn has_user(folders: &BTreeSet<Folder>) -> bool {
    let is_absolute = |folder: &Folder| matches!(folder, Folder::Absolute(_));
    folders.iter().any(is_absolute)
}

/// As whom it runs, and where it may write.
fn identity(name: &str, folders: &BTreeSet<Folder>) -> String {
    let mut text = if has_user(folders) {
        format!(
            "# files go to folders that must belong to somebody who is always there\nUser={USER}\n"
        )
    } else {
        "DynamicUser=yes\n".to_owned()
    };
    if folders.is_empty() {
        return text;
    }
    let state = format!("laminar-{name}");
    let below = folders.iter().filter_map(|folder| match folder {
        Folder::Relative(below) if !below.is_empty() => state_word(&format!("{state}/{below}")),
        Folder::Relative(_) | Folder::Absolute(_) | Folder::Unknown => None,
    });
    let states: Vec<String> = std::iter::once(state.clone()).chain(below).collect();
    write!(
        text,
        "# relative paths are below /var/lib/{state}\n\
         StateDirectory={}\nStateDirectoryMode=0750\nWorkingDirectory=%S/{state}\n",
        states.join(" ")
    )
    .expect("a String takes it");
    for folder in folders {
        match folder {
            Folder::Absolute(path) => match systemd_word(path) {
                Some(path) => {
                    writeln!(text, "ReadWritePaths={path}").expect("a String takes it");
                }
                None => text.push_str(&not_said("ReadWritePaths=", path)),
            },
            Folder::Unknown => text.push_str(
                "# a variable decides where files go: elsewhere needs User= and ReadWritePaths=\n",
            ),
            Folder::Relative(below) => {
                if state_word(below).is_none() {
                    text.push_str(&not_said("StateDirectory=", below));
                }
            }
        }
    }
    text
}

/// What stands in place of a folder whose name no line can hold.
fn not_said(setting: &str, folder: &str) -> String {
    format!(
        "# {setting} cannot be told of the folder {}: give it a plain name\n",
        shown(folder)
    )
}

/// What is hidden of the machine's folders: what sinks write to must not be. `/tmp` would be
/// another one, which is gone when the unit stops.
fn hidden(folders: &BTreeSet<Folder>) -> String {
    let writes_below = |places: &[&str]| {
        let is_below = |folder: &Folder| match folder {
            Folder::Absolute(path) => places.iter().any(|place| {
                let rest = path.strip_prefix(place);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }),
            Folder::Relative(_) | Folder::Unknown => false,
        };
        folders.iter().any(is_below)
    };
    let home = if writes_below(&["/home", "/root", "/run/user"]) {
        "read-only"
    } else {
        "yes"
    };
    let tmp = if writes_below(&["/tmp", "/var/tmp"]) {
        "no"
    } else {
        "yes"
    };
    format!("ProtectHome={home}\nPrivateTmp={tmp}\n")
}

/// None, but where the endpoint is at a port of the system.
fn capabilities(plan: &PhysicalPlan) -> String {
    let listen = plan.settings.control_listen.as_deref().unwrap_or_default();
    let port = listen
        .rsplit_once(':')
        .and_then(|(_, port)| port.parse().ok());
    match port {
        Some(1_u16..1024) => "CapabilityBoundingSet=CAP_NET_BIND_SERVICE\n\
                              AmbientCapabilities=CAP_NET_BIND_SERVICE\n"
            .to_owned(),
        Some(_) | None => "CapabilityBoundingSet=\n".to_owned(),
    }
}
