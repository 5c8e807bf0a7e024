//! A `StatefulSet`: its pods have names that stay, and with them client ids and sessions.

use super::container::{NOBODY, WORKING_FOLDER};
use super::places::{Folder, folders};
use super::scaling::Scaling;
use super::text::{quoted, shown};
use super::variables::{CREDENTIALS, Variable};
use super::{Binary, heading, memory_mib};
use crate::ir::physical::PhysicalPlan;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The manifest: a headless service, as a `StatefulSet` demands one, and the set.
pub(super) fn kubernetes(
    plan: &PhysicalPlan,
    binary: &Binary<'_>,
    variables: &[Variable],
    scaling: &Scaling,
) -> String {
    let name = binary.name;
    let settings = variables.iter().filter(|each| !each.is_of_systemd());
    let settings = settings.filter(|each| !scaling.instance.contains(&each.name));
    let secret = Secret::of(settings.map(Variable::is_required));
    let has_credentials = variables.iter().any(Variable::is_of_systemd);
    let mut text = heading(binary);
    text.push_str(&usage(name, secret, has_credentials));
    text.push_str(&service(name));
    text.push_str(&set(name, scaling));
    text.push_str(&pod(plan, name));
    text.push_str(&environment(name, scaling, secret, has_credentials));
    text.push_str(&probes(plan));
    text.push_str(&volumes(plan, name, has_credentials));
    text
}

/// Where pods find the files that systemd would hand over as credentials.
const CREDENTIALS_FOLDER: &str = "/run/credentials";

/// The variables that somebody has filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Secret {
    /// There are none.
    None,
    /// All of them have defaults.
    Optional,
    /// The pipeline does not start without them.
    Required,
}

impl Secret {
    /// Of variables, each required or not.
    fn of(required: impl Iterator<Item = bool>) -> Self {
        required.fold(Self::None, |secret, required| match secret {
            Self::Required => secret,
            Self::None | Self::Optional if required => Self::Required,
            Self::None | Self::Optional => Self::Optional,
        })
    }
}

fn usage(name: &str, secret: Secret, has_credentials: bool) -> String {
    let create = format!("#   kubectl create secret generic laminar-{name}");
    let variables = match secret {
        Secret::None => String::new(),
        Secret::Optional | Secret::Required => format!("{create} --from-env-file={name}.env\n"),
    };
    let credentials = if has_credentials {
        format!("{create}-credentials --from-file=FILE …\n")
    } else {
        String::new()
    };
    format!(
        "#\n# `image` must name the image where your registry has it.\n#\n{variables}{credentials}\
         #   kubectl apply -f kubernetes.yaml\n"
    )
}

fn service(name: &str) -> String {
    format!(
        "apiVersion: v1
kind: Service
metadata:
  name: laminar-{name}
spec:
  clusterIP: None
  selector:
    app.kubernetes.io/name: laminar-{name}
---
"
    )
}

fn set(name: &str, scaling: &Scaling) -> String {
    let (why, replicas) = if scaling.obstacles.is_empty() {
        let why = "  # subscriptions are shared: as many as are needed\n".to_owned();
        (why, 2)
    } else {
        let lines = scaling.obstacles.iter();
        let lines = lines.map(|line| format!("  # {}\n", shown(line)));
        (lines.collect(), 1)
    };
    format!(
        "apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: laminar-{name}
spec:
  serviceName: laminar-{name}
{why}  replicas: {replicas}
  podManagementPolicy: Parallel
  selector:
    matchLabels:
      app.kubernetes.io/name: laminar-{name}
"
    )
}

fn pod(plan: &PhysicalPlan, name: &str) -> String {
    let memory = memory_mib(plan);
    let working_folder = if folders(plan).is_empty() {
        String::new()
    } else {
        format!("          workingDir: {WORKING_FOLDER}\n")
    };
    format!(
        "  template:
    metadata:
      labels:
        app.kubernetes.io/name: laminar-{name}
    spec:
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 20
      securityContext:
        runAsNonRoot: true
        runAsUser: {NOBODY}
        runAsGroup: {NOBODY}
        fsGroup: {NOBODY}
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: {name}
          image: {image}
{working_folder}          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: [ALL]
          resources:
            requests:
              cpu: 100m
              memory: 32Mi
            limits:
              # the ceilings of `laminarc explain --cost` and what the process takes
              memory: {memory}Mi
",
        image = quoted(&format!("registry.example/{name}:1")),
    )
}

fn environment(name: &str, scaling: &Scaling, secret: Secret, has_credentials: bool) -> String {
    let mut text = String::new();
    if !scaling.instance.is_empty() || has_credentials {
        text.push_str("          env:\n");
    }
    for variable in &scaling.instance {
        write!(
            text,
            "            # each pod is a client of its own
            - name: {}
              valueFrom:
                fieldRef:
                  fieldPath: metadata.name
",
            quoted(variable)
        )
        .expect("a String takes it");
    }
    if has_credentials {
        write!(
            text,
            "            - name: {CREDENTIALS}
              value: {CREDENTIALS_FOLDER}
"
        )
        .expect("a String takes it");
    }
    let optional = match secret {
        Secret::None => return text,
        Secret::Optional => "                optional: true\n",
        Secret::Required => "",
    };
    write!(
        text,
        "          envFrom:
            - secretRef:
                name: laminar-{name}
{optional}"
    )
    .expect("a String takes it");
    text
}

/// Only where the kubelet can ask: from outside of the pod.
fn probes(plan: &PhysicalPlan) -> String {
    let listen = plan.settings.control_listen.as_deref().unwrap_or_default();
    let place = listen.rsplit_once(':');
    let port = match place {
        Some(("0.0.0.0" | "[::]", port)) => port.parse::<u16>().ok().filter(|port| *port > 0),
        Some(_) | None => None,
    };
    let Some(port) = port else {
        return "          # no probes: only on its own machine is it asked. With\n          \
                # SET control.listen = '0.0.0.0:9898' it gets them\n"
            .to_owned();
    };
    let scheme = match plan.settings.control_tls {
        Some(_) => "              scheme: HTTPS\n",
        None => "",
    };
    format!(
        "          ports:
            - name: control
              containerPort: {port}
          readinessProbe:
            httpGet:
              path: /ready
              port: control
{scheme}          livenessProbe:
            httpGet:
              path: /health
              port: control
{scheme}"
    )
}

/// What is mounted: the files of credentials, and a volume for each pod, with a part for each
/// folder that a sink writes to.
fn volumes(plan: &PhysicalPlan, name: &str, has_credentials: bool) -> String {
    let folders = folders(plan);
    let mut text = String::new();
    if has_credentials || !folders.is_empty() {
        text.push_str("          volumeMounts:\n");
    }
    if has_credentials {
        write!(
            text,
            "            - name: credentials
              mountPath: {CREDENTIALS_FOLDER}
              readOnly: true
"
        )
        .expect("a String takes it");
    }
    for (place, part) in mounts(&folders) {
        write!(
            text,
            "            - name: state
              mountPath: {}
              subPath: {}
",
            quoted(&place),
            quoted(part.trim_end_matches('/'))
        )
        .expect("a String takes it");
    }
    if has_credentials {
        write!(
            text,
            "      volumes:
        - name: credentials
          secret:
            secretName: laminar-{name}-credentials
            defaultMode: 0440
"
        )
        .expect("a String takes it");
    }
    if !folders.is_empty() {
        text.push_str(CLAIM);
    }
    text
}

const CLAIM: &str = "  volumeClaimTemplates:
    - metadata:
        name: state
      spec:
        accessModes: [ReadWriteOnce]
        resources:
          requests:
            storage: 1Gi
";

/// Each place where a part of a pod's volume is seen, and that part.
fn mounts(folders: &BTreeSet<Folder>) -> Vec<(String, String)> {
    if folders.is_empty() {
        return Vec::new();
    }
    let mut mounts = vec![(WORKING_FOLDER.to_owned(), "state".to_owned())];
    for folder in folders {
        match folder {
            Folder::Relative(below) if !below.is_empty() => {
                let place = format!("{WORKING_FOLDER}/{below}");
                mounts.push((place, format!("state/{below}")));
            }
            Folder::Absolute(path) => {
                mounts.push((path.clone(), format!("at/{}", path.trim_start_matches('/'))));
            }
            Folder::Relative(_) | Folder::Unknown => {}
        }
    }
    mounts
}
