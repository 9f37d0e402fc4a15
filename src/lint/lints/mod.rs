//! One file for each lint, sorted by name.

mod element_missing;
mod priority_missing;
mod rule_overlaps_in_v1;

pub(super) use self::element_missing::ELEMENT_MISSING;
pub(super) use self::priority_missing::PRIORITY_MISSING;
pub(super) use self::rule_overlaps_in_v1::RULE_OVERLAPS_IN_V1;
