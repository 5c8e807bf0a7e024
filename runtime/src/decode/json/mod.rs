//! The JSON decoder. It finds values; converting them is the business of [`crate::row::Row`], and
//! happens only where a query asks.

mod shape;

pub use shape::{Cell, Kind, Node, Shape, StraightLine};
