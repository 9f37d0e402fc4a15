use crate::lint::{Lint, lints};

/// Every lint, sorted by name.
pub static CATALOGUE: &[&Lint] =
    &[&lints::ELEMENT_MISSING, &lints::PRIORITY_MISSING, &lints::RULE_OVERLAPS_IN_V1];
