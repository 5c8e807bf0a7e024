//! What a session subscribes to for all tables of its connection.

use crate::mqtt::topic::{self, Filter};
use crate::spec::TableSpec;

/// The topic filters of the tables on a connection, `filters` being by table, each with its
/// quality of service. A filter that another one contains is left out, for a broker may send a
/// message once for each subscription; the one that stays has the higher quality of service of
/// both. Which tables a message is for is decided here by its topic, not by the broker.
pub fn subscriptions(
    tables: &[TableSpec],
    filters: &[Vec<Filter>],
    connection: usize,
) -> Vec<(String, u8)> {
    let mut kept: Vec<(&Filter, u8)> = Vec::new();
    for (table, filters) in tables.iter().zip(filters) {
        for filter in filters.iter().filter(|_| table.connection == connection) {
            add(&mut kept, filter, table.qos);
        }
    }
    let named = |(filter, qos): (&Filter, u8)| (filter.as_str().to_owned(), qos);
    kept.into_iter().map(named).collect()
}

fn add<'f>(kept: &mut Vec<(&'f Filter, u8)>, filter: &'f Filter, qos: u8) {
    let outer = kept
        .iter_mut()
        .find(|(outer, _)| topic::contains(outer, filter));
    if let Some((_, known)) = outer {
        *known = qos.max(*known);
        return;
    }
    let mut highest = qos;
    kept.retain(|(inner, qos)| {
        let contained = topic::contains(filter, inner);
        if contained {
            highest = highest.max(*qos);
        }
        !contained
    });
    kept.push((filter, highest));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{BadData, DeclaredSpec};

    fn table(connection: usize, qos: u8) -> TableSpec {
        TableSpec {
            name: "t",
            connection,
            topics: &[],
            qos,
            batch_size: 1,
            batch_timeout_ms: 1,
            bad_data: BadData::Drop,
            columns: &[],
            sites: &[],
            flows: &[],
            declared: DeclaredSpec::json(&[]),
            history: None,
            program: || unreachable!("nothing runs in these tests"),
        }
    }

    /// The filters and quality of service of each table, and `filter:qos` of what is subscribed.
    fn check(tables: &[(&[&str], u8)], expected: &[&str]) {
        let specs: Vec<_> = tables.iter().map(|(_, qos)| table(0, *qos)).collect();
        let parse = |text: &&str| Filter::parse(text).expect("it is valid");
        let filters: Vec<Vec<Filter>> = tables
            .iter()
            .map(|(filters, _)| filters.iter().map(parse).collect())
            .collect();
        let found: Vec<String> = subscriptions(&specs, &filters, 0)
            .into_iter()
            .map(|(filter, qos)| format!("{filter}:{qos}"))
            .collect();
        assert_eq!(found, expected, "{tables:?}");
        let others = subscriptions(&specs, &filters, 1);
        assert_eq!(others, [], "no table is on that connection");
    }

    #[test]
    fn contained_filters_are_merged_at_the_higher_quality_of_service() {
        check(&[(&["a/#"], 0), (&["a/b"], 2)], &["a/#:2"]);
        check(&[(&["a/b"], 2), (&["a/#"], 0)], &["a/#:2"]);
        check(&[(&["a/b"], 1), (&["a/b"], 2)], &["a/b:2"]);
        check(
            &[(&["a/b", "c"], 0), (&["a/c"], 1), (&["a/+", "d"], 0)],
            &["c:0", "a/+:1", "d:0"],
        );
        check(&[(&["a/+/x"], 0), (&["a/b/+"], 1)], &["a/+/x:0", "a/b/+:1"]);
        check(
            &[(&["$share/g/a"], 0), (&["a"], 1), (&["$share/g/a"], 2)],
            &["$share/g/a:2", "a:1"],
        );
    }
}
