//! Which topics belong to one table. Topics of one table have payloads of one shape, and no two
//! tables have filters that overlap: each message has exactly one table.
//!
//! 1. Each topic gets a *class*: topics whose payloads have half of their keys in common are of one
//!    class.
//! 2. Topics of as many levels are divided like a decision tree does it: by the level that tells
//!    most about the class, until a part has one class, or no level with few values is left. A
//!    part becomes a filter: levels that vary are `+`. Two parts differ in a level that is
//!    literal in both, so their filters do not overlap.
//! 3. Filters of one class that begin alike make one table.

use std::collections::{BTreeMap, BTreeSet};

use super::observed::Observed;

/// A topic and what came on it.
#[derive(Clone, Debug)]
pub(super) struct Topic {
    pub(super) name: String,
    /// The payloads that are objects.
    pub(super) payloads: Observed,
}

/// Topics that one table reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) filters: Vec<String>,
    /// Indices into the topics.
    pub(super) topics: Vec<usize>,
}

/// A level with more values is not divided by: nobody reads a table for each device.
const MAX_BRANCHES: usize = 24;

/// The groups of `topics`, in the order of their first topic.
pub(super) fn group(topics: &[Topic]) -> Vec<Group> {
    let classes = classes(topics);
    let names: Vec<Name<'_>> = topics
        .iter()
        .zip(classes)
        .map(|(topic, class)| Name {
            levels: topic.name.split('/').collect(),
            class,
        })
        .collect();
    let mut kinds: BTreeMap<(usize, &str), Vec<usize>> = BTreeMap::new();
    for (at, name) in names.iter().enumerate() {
        // a wildcard does not match a first level with a dollar sign
        let dollar = name.levels[0].starts_with('$');
        let first = if dollar { name.levels[0] } else { "" };
        kinds
            .entry((name.levels.len(), first))
            .or_default()
            .push(at);
    }
    let mut parts = Vec::new();
    for topics in kinds.into_values() {
        divide(&names, topics, &mut parts);
    }
    join(&names, parts)
}

/// A topic's name, cut, and its class.
struct Name<'t> {
    levels: Vec<&'t str>,
    class: usize,
}

/// The class of each topic. The commonest sets of keys lead, and others join the first leader of
/// which they have half.
fn classes(topics: &[Topic]) -> Vec<usize> {
    let mut paths: Vec<BTreeSet<String>> = vec![BTreeSet::new(); topics.len()];
    let mut counts: BTreeMap<BTreeSet<String>, usize> = BTreeMap::new();
    for (topic, paths) in topics.iter().zip(&mut paths) {
        collect_paths(&topic.payloads, "", paths);
        *counts.entry(paths.clone()).or_default() += 1;
    }
    let mut by_count: Vec<(&BTreeSet<String>, usize)> = counts
        .iter()
        .map(|(paths, count)| (paths, *count))
        .collect();
    by_count.sort_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then(a.cmp(b)));
    let mut leaders: Vec<&BTreeSet<String>> = Vec::new();
    let mut class_of: BTreeMap<&BTreeSet<String>, usize> = BTreeMap::new();
    for (paths, _) in by_count {
        let leader = leaders.iter().position(|leader| are_alike(leader, paths));
        let class = leader.unwrap_or_else(|| {
            leaders.push(paths);
            leaders.len() - 1
        });
        class_of.insert(paths, class);
    }
    paths.iter().map(|paths| class_of[paths]).collect()
}

fn are_alike(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    let smaller = a.len().min(b.len());
    smaller > 0 && 2 * a.intersection(b).count() >= smaller
}

fn collect_paths(observed: &Observed, path: &str, paths: &mut BTreeSet<String>) {
    for (key, member) in observed.members.iter() {
        let path = format!("{path}\0{key}");
        collect_paths(member, &path, paths);
        paths.insert(path);
    }
}

/// Topics that one filter stands for.
struct Part {
    filter: Vec<String>,
    topics: Vec<usize>,
}

/// Divides topics of as many levels into parts.
fn divide(names: &[Name<'_>], topics: Vec<usize>, parts: &mut Vec<Part>) {
    let Some(level) = dividing_level(names, &topics) else {
        parts.push(Part {
            filter: filter(names, &topics),
            topics,
        });
        return;
    };
    let mut branches: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for topic in topics {
        let value = names[topic].levels[level];
        branches.entry(value).or_default().push(topic);
    }
    for topics in branches.into_values() {
        divide(names, topics, parts);
    }
}

/// The level to divide `topics` by; None: they are one part.
fn dividing_level(names: &[Name<'_>], topics: &[usize]) -> Option<usize> {
    let levels = names[topics[0]].levels.len();
    let values = |level: usize| -> BTreeSet<&str> {
        topics
            .iter()
            .map(|&topic| names[topic].levels[level])
            .collect()
    };
    let candidates: Vec<(usize, usize)> = (0..levels)
        .map(|level| (level, values(level).len()))
        .filter(|(_, count)| (2..=MAX_BRANCHES).contains(count))
        .collect();
    let classes: BTreeSet<usize> = topics.iter().map(|&topic| names[topic].class).collect();
    if classes.len() > 1 {
        // the best ratio; of equal ones the level with fewer values, then the first
        return candidates
            .into_iter()
            .map(|(level, count)| (gain_ratio(names, topics, level), level, count))
            .min_by(|a, b| b.0.total_cmp(&a.0).then((a.2, a.1).cmp(&(b.2, b.1))))
            .map(|(_, level, _)| level);
    }
    // a filter of nothing but wildcards would take everything that anybody sends
    let all_vary = (0..levels).all(|level| values(level).len() > 1);
    let fewest = candidates
        .into_iter()
        .min_by_key(|&(level, count)| (count, level));
    fewest.map(|(level, _)| level).filter(|_| all_vary)
}

/// How much of the uncertainty about the class knowing the level takes away, relative to the
/// uncertainty about the level itself (Quinlan's gain ratio): a level that names each device tells
/// everything and still is not worth it.
fn gain_ratio(names: &[Name<'_>], topics: &[usize], level: usize) -> f64 {
    let class = |&topic: &usize| names[topic].class;
    let value = |&topic: &usize| names[topic].levels[level];
    let both = |topic: &usize| (value(topic), class(topic));
    let (of_class, of_level) = (
        entropy(topics.iter().map(class)),
        entropy(topics.iter().map(value)),
    );
    let gain = of_class + of_level - entropy(topics.iter().map(both));
    gain / of_level
}

fn entropy<T: Ord>(items: impl Iterator<Item = T>) -> f64 {
    let mut counts: BTreeMap<T, u32> = BTreeMap::new();
    for item in items {
        *counts.entry(item).or_default() += 1;
    }
    let total = f64::from(counts.values().sum::<u32>());
    let part = |&count: &u32| {
        let share = f64::from(count) / total;
        -share * share.log2()
    };
    counts.values().map(part).sum()
}

/// The filter of topics of as many levels.
fn filter(names: &[Name<'_>], topics: &[usize]) -> Vec<String> {
    let first = &names[topics[0]].levels;
    let common = |(level, value): (usize, &&str)| {
        let same = topics
            .iter()
            .all(|&topic| names[topic].levels[level] == *value);
        if same {
            (*value).to_owned()
        } else {
            "+".to_owned()
        }
    };
    first.iter().enumerate().map(common).collect()
}

/// Joins parts of one class whose filters begin alike: at the first level, if that is literal in
/// them, and otherwise in their number of levels.
fn join(names: &[Name<'_>], parts: Vec<Part>) -> Vec<Group> {
    let mut groups: BTreeMap<(BTreeSet<usize>, String), Vec<Part>> = BTreeMap::new();
    for part in parts {
        let classes = part
            .topics
            .iter()
            .map(|&topic| names[topic].class)
            .collect();
        let literal = part.filter.iter().find(|level| !level.is_empty());
        let beginning = match literal {
            Some(level) if level != "+" => level.clone(),
            Some(_) | None => format!("{}+", part.filter.len()),
        };
        groups.entry((classes, beginning)).or_default().push(part);
    }
    let mut groups: Vec<Group> = groups.values().map(|parts| joined(parts)).collect();
    groups.sort_by(|a, b| a.topics.cmp(&b.topics));
    groups
}

fn joined(parts: &[Part]) -> Group {
    let mut topics: Vec<usize> = parts.iter().flat_map(|part| part.topics.clone()).collect();
    topics.sort_unstable();
    let mut filters: Vec<String> = parts.iter().map(|part| part.filter.join("/")).collect();
    filters.sort();
    Group { filters, topics }
}

#[cfg(test)]
mod tests {
    use super::super::json::{Value, parse};
    use super::*;

    fn topic(name: &str, payload: &str) -> Topic {
        let Ok(Value::Object(members)) = parse(payload) else {
            panic!("{payload} is an object");
        };
        let mut payloads = Observed::default();
        payloads.add_object(&members);
        Topic {
            name: name.to_owned(),
            payloads,
        }
    }

    fn filters(topics: &[(&str, &str)]) -> Vec<Vec<String>> {
        let topics: Vec<Topic> = topics
            .iter()
            .map(|(name, json)| topic(name, json))
            .collect();
        let groups = group(&topics);
        let mut all: Vec<usize> = groups.iter().flat_map(|g| g.topics.clone()).collect();
        all.sort_unstable();
        assert_eq!(
            all,
            (0..topics.len()).collect::<Vec<_>>(),
            "each topic once"
        );
        groups.into_iter().map(|group| group.filters).collect()
    }

    const CLIMATE: &str = r#"{"temperature":1,"humidity":2}"#;
    const STATE: &str = r#"{"state":"ON","brightness":3}"#;

    #[test]
    fn levels_that_vary_are_wildcards() {
        let topics = [
            ("home/kitchen/climate", CLIMATE),
            ("home/hall/climate", CLIMATE),
            ("home/hall/lamp", STATE),
            ("home/attic/lamp", STATE),
        ];
        assert_eq!(filters(&topics), [["home/+/climate"], ["home/+/lamp"]]);
    }

    #[test]
    fn optional_keys_make_no_table_of_their_own() {
        let topics = [
            ("s/1", r#"{"a":1,"b":2,"c":3}"#),
            ("s/2", r#"{"a":1,"b":2}"#),
            ("s/3", r#"{"a":1,"b":2,"d":{"e":4}}"#),
        ];
        assert_eq!(filters(&topics), [["s/+"]]);
    }

    #[test]
    fn devices_of_one_shape_share_a_table() {
        let topics = [
            ("z/lamp1", STATE),
            ("z/thermo1", CLIMATE),
            ("z/lamp2", STATE),
            ("z/thermo2", CLIMATE),
        ];
        let expected = [["z/lamp1", "z/lamp2"], ["z/thermo1", "z/thermo2"]];
        assert_eq!(filters(&topics), expected);
    }

    #[test]
    fn no_filter_takes_everything() {
        let topics = [("a/x", CLIMATE), ("b/y", CLIMATE), ("b/z", CLIMATE)];
        assert_eq!(filters(&topics), [["a/x"], ["b/+"]]);
        assert_eq!(filters(&[("$SYS/x", STATE), ("a/x", STATE)]).len(), 2);
    }

    #[test]
    fn topics_of_other_lengths_are_filters_of_their_own() {
        let topics = [("n/1/a", STATE), ("n/2/a", STATE), ("n/1/a/b", STATE)];
        assert_eq!(filters(&topics), [["n/+/a", "n/1/a/b"]]);
        assert_eq!(filters(&[("/x/1", STATE), ("/x/2", STATE)]), [["/x/+"]]);
    }

    #[test]
    fn many_devices_are_not_told_apart() {
        let names: Vec<String> = (0..100).map(|number| format!("d/{number}")).collect();
        let payload = |at: usize| if at.is_multiple_of(2) { STATE } else { CLIMATE };
        let topics: Vec<(&str, &str)> = names
            .iter()
            .enumerate()
            .map(|(at, name)| (name.as_str(), payload(at)))
            .collect();
        assert_eq!(filters(&topics), [["d/+"]]);
    }
}
