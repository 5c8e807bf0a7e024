//! Which name was probably meant.

/// The name that is closest to `name`, if it is close enough to be a slip.
pub fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let name = name.to_lowercase();
    let measured = names.into_iter().map(|other| {
        let steps = distance(&name, &other.to_lowercase());
        (steps, other)
    });
    let (steps, found) = measured.min()?;
    let most = (name.chars().count().max(3) / 3).min(3);
    (steps <= most).then_some(found)
}

/// How many letters must be changed, added or left out.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        for (column, &wanted) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != wanted);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found() {
        let names = ["sensor_data", "system.connector_logs", "pumps"];
        assert_eq!(nearest("sensor_dta", names), Some("sensor_data"));
        assert_eq!(
            nearest("SYSTEM.CONNECTOR_LOG", names),
            Some("system.connector_logs")
        );
        assert_eq!(nearest("pump", names), Some("pumps"));
        assert_eq!(nearest("valves", names), None);
        assert_eq!(nearest("x", []), None);
    }
}
