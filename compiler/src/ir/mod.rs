//! The intermediate representations: data only, no pass. Each one prints.

pub mod access;
pub mod ast;
pub mod endpoint;
#[cfg(feature = "cli")]
pub mod explain;
pub mod expression;
pub mod format;
pub mod like;
pub mod limits;
pub mod logical;
pub mod operator;
pub mod physical;
pub mod relation;
pub mod reserved;
pub mod settings;
pub mod template;
pub mod time_pattern;
pub mod topic_filter;
