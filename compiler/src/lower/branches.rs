//! UNION ALL out of the way: a query as the list of the ways that lead through it.

use crate::ir::logical::Relation;

/// The branches of `relation`, in order, none of which holds a UNION ALL.
pub(super) fn branches(relation: &Relation) -> Vec<Relation> {
    match relation {
        Relation::Scan { .. } => vec![relation.clone()],
        Relation::Filter { input, predicate } => {
            let filter = |input| Relation::Filter {
                input: Box::new(input),
                predicate: predicate.clone(),
            };
            branches(input).into_iter().map(filter).collect()
        }
        Relation::Project { input, columns } => {
            let project = |input| Relation::Project {
                input: Box::new(input),
                columns: columns.clone(),
            };
            branches(input).into_iter().map(project).collect()
        }
        Relation::Unnest {
            input,
            array,
            at,
            element,
            number,
        } => {
            let unnest = |input| Relation::Unnest {
                input: Box::new(input),
                array: array.clone(),
                at: *at,
                element: element.clone(),
                number: number.clone(),
            };
            branches(input).into_iter().map(unnest).collect()
        }
        Relation::UnionAll { inputs, .. } => inputs.iter().flat_map(branches).collect(),
    }
}
