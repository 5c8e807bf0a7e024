//! What a flow promises about delivery.

use crate::ir::endpoint::{
    BadData, Compression, Connection, DeadLetter, DeadLetterFormat, FilesSink, Qos, Sink, SinkKind,
};
use crate::ir::logical::MqttVersion;
use crate::ir::logical::Source;

/// What holds for the way of a message of `source` from its broker into `sink`: the level, what
/// it rests on, and what weakens it.
pub(super) fn guarantee(source: &Source, connection: &Connection, sink: &Sink) -> Vec<String> {
    let level = match source.qos {
        Qos::AtMostOnce => "at most once",
        Qos::AtLeastOnce | Qos::ExactlyOnce => "at least once",
    };
    let bad_data = match &source.bad_data {
        BadData::Drop => vec!["bad messages are counted, logged and dropped".to_owned()],
        BadData::Fail => vec!["a bad message ends the process with exit code 65".to_owned()],
        BadData::DeadLetter(letter) => dead_letters(letter, source, connection, &sink.kind),
    };
    let strong = format!("{level}: {}", confirmation(&sink.kind));
    let weak = weaknesses(source.qos, connection, &sink.kind);
    let weak = weak.into_iter().map(|text| format!("weakened: {text}"));
    [strong].into_iter().chain(bad_data).chain(weak).collect()
}

/// Where bad messages go, and those whose rows the sink does not take.
fn dead_letters(
    letter: &DeadLetter,
    source: &Source,
    connection: &Connection,
    sink: &SinkKind,
) -> Vec<String> {
    let shares_session = match sink {
        SinkKind::Mqtt { connection, .. } => *connection == source.connection,
        SinkKind::Stdout { .. }
        | SinkKind::Blackhole
        | SinkKind::File { .. }
        | SinkKind::Files(_)
        | SinkKind::Webhook(_) => false,
    };
    let form = match (
        letter.format_on(connection.mqtt_version),
        connection.mqtt_version,
    ) {
        (DeadLetterFormat::Raw, MqttVersion::V311) => "as they came",
        (DeadLetterFormat::Raw, MqttVersion::V5) => "as they came, with user properties",
        (DeadLetterFormat::Envelope, _) => "in a JSON envelope",
    };
    let topic = &letter.topic;
    let bad = format!(
        "bad messages go to topic `{topic}` {form}, confirmed (qos 1) before they are acknowledged"
    );
    let retries = match letter.max_retries {
        0 => "at the first failure".to_owned(),
        1 => "after 1 retry".to_owned(),
        retries => format!("after {retries} retries"),
    };
    let retries = if shares_session {
        format!("{retries}, though not while the broker that takes both is out of reach")
    } else {
        retries
    };
    let undelivered = format!("messages whose rows the sink does not take follow them {retries}");
    match sink {
        SinkKind::Blackhole => vec![bad],
        SinkKind::Stdout { .. }
        | SinkKind::File { .. }
        | SinkKind::Files(_)
        | SinkKind::Webhook(_)
        | SinkKind::Mqtt { .. } => {
            vec![bad, undelivered]
        }
    }
}

fn weaknesses(qos: Qos, connection: &Connection, sink: &SinkKind) -> Vec<&'static str> {
    let mut texts = Vec::new();
    match qos {
        Qos::AtMostOnce => texts.push("the table's qos is 0"),
        Qos::AtLeastOnce => {}
        Qos::ExactlyOnce => {
            texts
                .push("qos 2 is exactly once only from the broker and within a process's lifetime");
        }
    }
    if connection.clean_session {
        texts.push("a clean session, messages sent while the pipeline is down are lost");
    }
    if connection.parallelism > 1 {
        texts.push(
            "several sessions share the messages, those of a topic do not stay in order and \
             retained ones do not come",
        );
    }
    texts.extend(weakness(sink));
    texts
}

/// What is known of a row when its message is acknowledged.
fn confirmation(sink: &SinkKind) -> &'static str {
    match sink {
        SinkKind::Stdout { .. } | SinkKind::File { sync: false, .. } => {
            "rows are written before their messages are acknowledged"
        }
        SinkKind::Blackhole => "rows go nowhere",
        SinkKind::Webhook(_) => {
            "rows are taken by the webhook's server (status 2xx) before their messages are \
             acknowledged"
        }
        SinkKind::Files(FilesSink { sync: false, .. }) => {
            "rows are in a file before their messages are acknowledged; a file gets its name when \
             it is finished"
        }
        SinkKind::File { .. } => {
            "rows are written and synchronised to the disk (fdatasync) before their messages are \
             acknowledged"
        }
        SinkKind::Files(files) if files.format.is_columnar() => {
            "rows are in a spool and synchronised to the disk (fdatasync) before their messages \
             are acknowledged; a file is made of it, and gets its name, when it is finished"
        }
        SinkKind::Files(files) if files.compression != Compression::None => {
            "rows are in a spool and synchronised to the disk (fdatasync) before their messages \
             are acknowledged; it is compressed, and the file gets its name, when it is finished"
        }
        SinkKind::Files(_) => {
            "rows are in a file and synchronised to the disk (fdatasync) before their messages are \
             acknowledged; a file gets its name when it is finished"
        }
        SinkKind::Mqtt {
            qos: Qos::AtMostOnce,
            ..
        } => "rows are sent before their messages are acknowledged",
        SinkKind::Mqtt {
            qos: Qos::AtLeastOnce | Qos::ExactlyOnce,
            ..
        } => "rows are confirmed by the sink's broker before their messages are acknowledged",
    }
}

fn weakness(sink: &SinkKind) -> Option<&'static str> {
    match sink {
        SinkKind::Stdout { .. } => {
            Some("standard output confirms what the operating system took, not who reads it")
        }
        SinkKind::Mqtt {
            qos: Qos::AtMostOnce,
            ..
        } => Some("the sink's qos is 0, its broker confirms nothing"),
        SinkKind::File { sync: false, .. } | SinkKind::Files(FilesSink { sync: false, .. }) => {
            Some("fsync is off, rows that the system has not written when it fails are lost")
        }
        SinkKind::Blackhole
        | SinkKind::File { .. }
        | SinkKind::Files(_)
        | SinkKind::Webhook(_)
        | SinkKind::Mqtt {
            qos: Qos::AtLeastOnce | Qos::ExactlyOnce,
            ..
        } => None,
    }
}
