//! Names as SQL means them: without quotes in any case of their letters. The engine makes them
//! lower case instead, so where a table or column is declared with capitals, the name in the query
//! is replaced by the quoted one.

use crate::failure::Failure;
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};
use std::collections::{BTreeMap, BTreeSet};

/// Words, signs and numbers of a query, at most: what is nested by each of them takes room of the
/// stack, of which there is [`STACK_BYTES`].
const MOST_TOKENS: usize = 10_000;
/// What threads have that read and run queries; only what is used of it takes memory.
pub const STACK_BYTES: usize = 512 << 20;

/// Whether a query is short enough to be read.
pub fn within_limit(sql: &str) -> Result<(), Failure> {
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, sql).tokenize();
    let tokens = tokens.into_iter().flatten();
    let words = tokens.filter(|token| !matches!(token, Token::Whitespace(_)));
    if words.count() > MOST_TOKENS {
        let message = format!("the query has more than {MOST_TOKENS} words, signs and numbers");
        return Err(Failure::new(message));
    }
    Ok(())
}

/// The query with the names in it spelled as they are declared. What cannot be read stays as it
/// is, for the parser to complain about.
pub fn fitted<'n>(sql: &str, declared: impl IntoIterator<Item = &'n str>) -> String {
    let spelled = unambiguous(declared);
    let dialect = PostgreSqlDialect {};
    let tokens = Tokenizer::new(&dialect, sql)
        .with_unescape(false)
        .tokenize();
    let Ok(tokens) = tokens else {
        return sql.to_owned();
    };
    let mut text = String::with_capacity(sql.len());
    for (at, token) in tokens.iter().enumerate() {
        let is_function = matches!(tokens.get(at + 1), Some(Token::LParen));
        match token {
            Token::Word(word) if word.quote_style.is_none() && !is_function => {
                match spelled.get(&word.value.to_ascii_lowercase()) {
                    Some(name) => text.push_str(&quoted(name)),
                    None => text.push_str(&word.value),
                }
            }
            other => text.push_str(&other.to_string()),
        }
    }
    text
}

/// Names that have capitals, by what they are without, where that means one name alone.
fn unambiguous<'n>(declared: impl IntoIterator<Item = &'n str>) -> BTreeMap<String, &'n str> {
    let mut spellings: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for name in declared {
        let of = spellings.entry(name.to_ascii_lowercase()).or_default();
        of.insert(name);
    }
    let one = spellings.into_iter().filter_map(|(lower, spellings)| {
        let mut spellings = spellings.into_iter();
        let only = spellings.next().filter(|_| spellings.next().is_none())?;
        (only != lower).then_some((lower, only))
    });
    one.collect()
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_are_found() {
        let names = ["deviceId", "Temp", "temp", "Max", "plain"];
        for (sql, expected) in [
            ("SELECT deviceid FROM t", "SELECT \"deviceId\" FROM t"),
            (
                "SELECT DEVICEID, 'deviceid' AS \"deviceid\"",
                "SELECT \"deviceId\", 'deviceid' AS \"deviceid\"",
            ),
            ("SELECT temp, PLAIN", "SELECT temp, PLAIN"),
            ("SELECT max(x), max FROM t", "SELECT max(x), \"Max\" FROM t"),
            (
                "SELECT 'it''s' -- deviceid\n;",
                "SELECT 'it''s' -- deviceid\n;",
            ),
            ("SELECT 'open", "SELECT 'open"),
        ] {
            assert_eq!(fitted(sql, names), expected);
        }
    }
}
