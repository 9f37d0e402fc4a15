//! Decisions and their reasons.

mod allocations;
mod decisions;
mod eligibility;
mod exclusions;
mod multi_region_keys;
mod sweep;
