//! A group of topics becomes a table: its name, its columns and what is left out of it.

use super::column::{Decision, Kind, decide};
use super::names::{Names, in_comment, joined};
use super::observed::Observed;
use super::topics::{Group, Topic};

/// A table.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) filters: Vec<String>,
    pub(super) columns: Vec<Column>,
    /// Payloads that are objects, and how many topics they came on.
    pub(super) messages: usize,
    pub(super) topics: usize,
    /// Lines of columns that are too rare to be listed.
    pub(super) unlisted: usize,
}

/// A line of a table.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) origin: Origin,
    /// A column that is left out is a comment.
    pub(super) left_out: bool,
    pub(super) not_null: bool,
}

/// Where a column's value comes from.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// The value behind these keys.
    Keys(Vec<String>),
    /// A level of the topic, from 1.
    Level(usize),
    /// The topic.
    Topic,
}

/// More columns are comments, the rarest first.
const MAX_COLUMNS: usize = 100;

/// More columns in comments are only counted.
const MAX_LEFT_OUT: usize = 50;

/// The table of a group.
pub(super) fn table(group: &Group, topics: &[Topic], strict: bool, names: &mut Names) -> Table {
    let ours: Vec<&Topic> = group.topics.iter().map(|&at| &topics[at]).collect();
    let mut payloads = Observed::default();
    for topic in &ours {
        payloads.merge(&topic.payloads);
    }
    let mut columns = Vec::new();
    collect(&payloads, payloads.objects, &mut Vec::new(), &mut columns);
    let unlisted = leave_out(&mut columns);
    let mut columns: Vec<Column> = columns.into_iter().map(|found| found.column).collect();
    let mut column_names = Names::default();
    name_columns(&mut columns, &mut column_names);
    if !strict {
        for column in &mut columns {
            column.not_null = false;
        }
    }
    columns.extend(levels(&ours, &mut column_names));
    if columns.iter().all(|column| column.left_out) {
        columns.push(Column {
            name: column_names.free("topic"),
            kind: text(Vec::new()),
            origin: Origin::Topic,
            left_out: false,
            not_null: false,
        });
    }
    Table {
        name: names.free(&table_name(group)),
        filters: group.filters.clone(),
        columns,
        messages: payloads.objects,
        topics: ours.len(),
        unlisted,
    }
}

/// A column and how many messages have a value for it.
struct Found {
    column: Column,
    present: usize,
}

/// The columns for what `observed` has inside, in the order of the payload.
fn collect(observed: &Observed, messages: usize, keys: &mut Vec<String>, to: &mut Vec<Found>) {
    for (key, member) in observed.members.iter() {
        keys.push(key.to_owned());
        match decide(keys, member) {
            Decision::Members => collect(member, messages, keys, to),
            Decision::Column(mut kind) => {
                kind.evidence.extend(presence(member, messages));
                to.push(found(kind, member, messages, keys, false));
            }
            Decision::Nothing(why) => {
                let kind = Kind {
                    data_type: "JSON".to_owned(),
                    format: None,
                    evidence: vec![why.to_owned()],
                };
                to.push(found(kind, member, messages, keys, true));
            }
        }
        keys.pop();
    }
}

fn found(kind: Kind, member: &Observed, messages: usize, keys: &[String], left_out: bool) -> Found {
    Found {
        column: Column {
            name: String::new(),
            kind,
            origin: Origin::Keys(keys.to_owned()),
            left_out,
            not_null: member.present() == messages,
        },
        present: member.present(),
    }
}

/// How often there is no value.
fn presence(member: &Observed, messages: usize) -> Vec<String> {
    let mut told = Vec::new();
    let missing = messages - member.count;
    if member.present() * 50 < messages {
        told.push(format!("rare: in {} of {messages}", member.present()));
    } else if member.count * 2 < messages {
        told.push(format!("in {} of {messages}", member.count));
    } else if missing > 0 {
        told.push(format!("missing in {missing} of {messages}"));
    }
    if member.nulls > 0 {
        told.push(format!("null in {}", member.nulls));
    }
    told
}

/// Leaves the rarest of too many columns out; gives how many are not even listed.
fn leave_out(columns: &mut Vec<Found>) -> usize {
    let mut by_presence: Vec<usize> = (0..columns.len())
        .filter(|&at| !columns[at].column.left_out)
        .collect();
    by_presence.sort_by(|&a, &b| columns[b].present.cmp(&columns[a].present).then(a.cmp(&b)));
    for at in by_presence.into_iter().skip(MAX_COLUMNS) {
        columns[at].column.left_out = true;
    }
    let mut room = MAX_LEFT_OUT;
    let all = columns.len();
    columns.retain(|found| {
        let kept = !found.column.left_out || room > 0;
        room -= usize::from(found.column.left_out && kept);
        kept
    });
    all - columns.len()
}

/// Names are made of all keys on the way, without those that all columns begin with.
fn name_columns(columns: &mut [Column], names: &mut Names) {
    let paths: Vec<Vec<String>> = columns
        .iter()
        .map(|column| match &column.origin {
            Origin::Keys(keys) => keys.clone(),
            Origin::Level(_) | Origin::Topic => Vec::new(),
        })
        .collect();
    let mut common = 0;
    while paths.len() > 1
        && paths
            .iter()
            .all(|keys| keys.len() > common + 1 && keys[..=common] == paths[0][..=common])
    {
        common += 1;
    }
    // a key that is a name as it stands keeps it, and others step aside
    let is_simple = |keys: &Vec<String>| keys.len() == 1 && joined([keys[0].as_str()]) == keys[0];
    let (simple, others): (Vec<usize>, Vec<usize>) =
        (0..paths.len()).partition(|&at| is_simple(&paths[at]));
    for at in simple.into_iter().chain(others) {
        let wanted = joined(paths[at][common..].iter().map(String::as_str));
        columns[at].name = names.free(&wanted);
    }
}

fn text(evidence: Vec<String>) -> Kind {
    Kind {
        data_type: "TEXT".to_owned(),
        format: None,
        evidence,
    }
}

/// Values of a level that a comment lists.
const MAX_LISTED: usize = 3;

/// A column for each level of the topics that varies.
fn levels(topics: &[&Topic], names: &mut Names) -> Vec<Column> {
    let cut: Vec<Vec<&str>> = topics.iter().map(|t| t.name.split('/').collect()).collect();
    let longest = cut.iter().map(Vec::len).max().unwrap_or_default();
    let mut columns = Vec::new();
    for level in 0..longest {
        let mut values: Vec<Option<&str>> = cut
            .iter()
            .map(|levels| levels.get(level).copied())
            .collect();
        values.sort_unstable();
        values.dedup();
        if values.len() < 2 {
            continue;
        }
        let known: Vec<&str> = values.iter().copied().flatten().collect();
        let some = known
            .iter()
            .take(MAX_LISTED)
            .map(|value| format!("'{}'", in_comment(value)));
        let some: Vec<String> = some.collect();
        let evidence = if known.len() > MAX_LISTED {
            format!("{} values: {} …", known.len(), some.join(", "))
        } else {
            some.join(", ")
        };
        columns.push(Column {
            name: names.free(&level_name(&cut, level)),
            kind: text(vec![evidence]),
            origin: Origin::Level(level + 1),
            left_out: false,
            not_null: false,
        });
    }
    columns
}

/// `sensor` for the level behind `sensors`, where all topics have that word there.
fn level_name(cut: &[Vec<&str>], level: usize) -> String {
    let before: Option<&str> = level
        .checked_sub(1)
        .and_then(|before| cut[0].get(before).copied());
    let word = before.filter(|word| {
        let is_word = word.len() > 1 && word.chars().all(|c| c.is_ascii_alphabetic() || c == '_');
        let is_common = cut.iter().all(|levels| levels.get(level - 1) == Some(word));
        is_word && is_common
    });
    match word {
        Some(word) => word
            .strip_suffix('s')
            .filter(|w| w.len() > 2)
            .unwrap_or(word)
            .to_owned(),
        None => format!("topic_{}", level + 1),
    }
}

/// The levels that all filters have in common.
fn table_name(group: &Group) -> String {
    let cut: Vec<Vec<&str>> = group
        .filters
        .iter()
        .map(|f| f.split('/').collect())
        .collect();
    let is_common = |(level, word): &(usize, &&str)| {
        **word != "+" && cut.iter().all(|levels| levels.get(*level) == Some(*word))
    };
    let common: Vec<&str> = cut[0]
        .iter()
        .enumerate()
        .filter(is_common)
        .map(|(_, word)| *word)
        .collect();
    if common.iter().all(|word| word.is_empty()) {
        return "messages".to_owned();
    }
    joined(common)
}
