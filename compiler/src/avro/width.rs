//! How many fields a schema has.

use super::{Named, Schema, Type};
use std::collections::BTreeMap;

/// The most fields that a schema may have, with those of records in records. A record that names
/// another one twice, which names a third one twice, and so on, has more than can be counted; and
/// what is generated has a part for each.
pub(super) const MOST_FIELDS: u64 = 1 << 14;

/// How many fields a value of the type has, with those within it; `known` by the names of records,
/// 0 while one is counted.
pub(super) fn width<'s>(
    schema: &'s Schema,
    of: &'s Type,
    known: &mut BTreeMap<&'s str, u64>,
) -> u64 {
    let sum = |total: u64, more: u64| total.saturating_add(more);
    match of {
        Type::Array(within) | Type::Map(within) => width(schema, within, known),
        Type::Union(branches) => {
            let branches = branches.iter();
            branches.map(|of| width(schema, of, known)).fold(0, sum)
        }
        Type::Named(name) => {
            let Named::Record(fields) = schema.named(name) else {
                return 0;
            };
            if let Some(width) = known.get(name.as_str()) {
                return *width;
            }
            known.insert(name, 0);
            let widths = fields.iter();
            let widths = widths.map(|field| sum(1, width(schema, &field.field_type, known)));
            let total = widths.fold(0, sum);
            known.insert(name, total);
            total
        }
        _ => 0,
    }
}
