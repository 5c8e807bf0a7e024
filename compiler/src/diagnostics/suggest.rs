//! Near misses: which name was probably meant.

/// The candidate that `name` was probably meant to be: one that differs in ASCII case only, else
/// the nearest by Damerau-Levenshtein distance (insertions, deletions, substitutions and swaps of
/// neighbours count 1 each), if it differs in no more than about a third of its letters. Of
/// equally near ones the first.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Longer names are not compared: the cost grows with the product of the lengths.
    const MAX_CHARS: usize = 100;
    let wanted: Vec<char> = name.chars().take(MAX_CHARS + 1).collect();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        if candidate.eq_ignore_ascii_case(name) {
            return Some(candidate);
        }
        let letters: Vec<char> = candidate.chars().take(MAX_CHARS + 1).collect();
        let longest = wanted.len().max(letters.len());
        let limit = (longest + 1) / 3;
        if longest > MAX_CHARS || wanted.len().abs_diff(letters.len()) > limit {
            continue;
        }
        let distance = distance(&wanted, &letters);
        // everything is one edit away from a single letter
        let related = distance <= limit && distance < wanted.len().min(letters.len());
        if related && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The optimal string alignment distance, ASCII case-insensitively: the rows of the classic table,
/// of which only the last three are kept.
fn distance(a: &[char], b: &[char]) -> usize {
    let same = |x: char, y: char| x.eq_ignore_ascii_case(&y);
    let mut before_previous: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, &y) in b.iter().enumerate() {
            let substituted = previous[j] + usize::from(!same(x, y));
            let mut least = substituted.min(previous[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && same(x, b[j - 1]) && same(a[i - 1], y) {
                least = least.min(before_previous[j - 1] + 1);
            }
            row.push(least);
        }
        before_previous = std::mem::replace(&mut previous, row);
    }
    previous[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn nearest_finds_slips_and_nothing_far_fetched() {
        let columns = [
            "sensor_id",
            "temperature",
            "Status",
            "status",
            "id",
            "a",
            "WHERE",
        ];
        let cases = [
            ("temprature", Some("temperature")),
            ("tempreature", Some("temperature")),
            ("TEMPERATURE", Some("temperature")),
            ("sensorid", Some("sensor_id")),
            ("statsu", Some("Status")),
            ("wher", Some("WHERE")),
            ("WEHRE", Some("WHERE")),
            ("ID", Some("id")),
            ("humidity", None),
            ("b", None),
            ("xy", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(nearest(name, columns), expected, "{name}");
        }
    }

    #[test]
    fn an_exact_match_wins_over_an_earlier_near_one() {
        assert_eq!(nearest("qos", ["qoss", "QOS"]), Some("QOS"));
        assert_eq!(nearest("teh", ["the", "ten"]), Some("the"));
    }

    #[test]
    fn long_names_cost_nothing() {
        let long = "x".repeat(1_000_000);
        assert_eq!(nearest(&long, [long.as_str(), "y"]), Some(long.as_str()));
        assert_eq!(nearest(&long, ["y"]), None);
    }
}
