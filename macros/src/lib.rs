//! `include_sql!`: a pipeline inside a user's crate, compiled by the same library as the command
//! line's. The macro itself is not written yet; this crate reserves its place in the house, so
//! that the compiler library keeps building without its command line.

use laminarc as _;
