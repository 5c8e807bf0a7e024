//! Logical to physical plan.
use crate::ir::{logical::LogicalPlan, physical::PhysicalPlan};
/// Plans decoders and flows. Cannot fail: whatever the binder accepted has a plan.
pub fn lower(plan: &LogicalPlan) -> PhysicalPlan {
    PhysicalPlan {
        name: plan.name.clone(),
        connections: Vec::new(),
        sinks: Vec::new(),
        tables: Vec::new(),
    }
}
