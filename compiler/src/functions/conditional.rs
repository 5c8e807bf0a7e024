//! Functions that choose among values, and the clock.

use super::{Body, Function, Nulls, Parameter, TIMESTAMP};

const SOME: &[Parameter] = &[Parameter::Comparable];

pub(super) static FUNCTIONS: &[Function] = &[
    // a JSON may be chosen, though not compared
    Function::same(&["coalesce"], &[Parameter::Any])
        .variadic()
        .nulls(Nulls::FirstNotNull)
        .evaluated(Body::Coalesce),
    Function::same(&["greatest"], SOME)
        .variadic()
        .nulls(Nulls::PassedOver)
        .evaluated(Body::Extreme {
            name: "greatest",
            nullable: "greatest_or_null",
        }),
    Function::same(&["least"], SOME)
        .variadic()
        .nulls(Nulls::PassedOver)
        .evaluated(Body::Extreme {
            name: "least",
            nullable: "least_or_null",
        }),
    Function::new(&["now"], &[], TIMESTAMP).evaluated(Body::Now),
    Function::same(&["nullif"], &[Parameter::Comparable, Parameter::Comparable])
        .nulls(Nulls::Always)
        .evaluated(Body::Nullif),
];
