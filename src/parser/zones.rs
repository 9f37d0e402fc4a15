//! The zones that rules name, an extension of Ceph (REP-1138).
//!
//! A rule with zones is for some pairs of zones only. A parser that knows the pair applies it to each
//! configuration that it reads. A parser without one makes a configuration that decides as if every
//! rule were for all zones, which each such rule has a warning about.
//!
//! ```text
//! <Source><Zone>a</Zone></Source>      no pair    the rule is enabled, with a warning
//!                                      a,b        the rule is enabled
//!                                      b,a        the rule is disabled
//! ```

use crate::clause;
use crate::diagnostic::{Diagnostic, Report, Stage};
use crate::model::{ConfigurationDraft, ZonePair};
use crate::parser::Parsed;
use crate::path::FieldPath;

impl Parsed {
    /// Returns the zones that were given to the parser, in a dialect that honours zones.
    #[must_use]
    pub const fn zones(&self) -> Option<&ZonePair> {
        self.zones.as_ref()
    }
}

/// Returns a warning about each rule whose zones are not evaluated.
///
/// There are at most as many as half of a report, so that a refusal keeps its place.
pub(super) fn not_evaluated(draft: &ConfigurationDraft) -> Vec<(Stage, Diagnostic)> {
    let rules = draft.rules.iter().enumerate().map(|(at, rule)| (at, rule.zones()));
    let named = rules.filter(|(_, zones)| !zones.is_empty());
    let findings = named.map(|(at, zones)| {
        let rule = FieldPath::rule(at);
        let around = if zones.source.is_empty() { "Destination" } else { "Source" };
        let path = rule.field(around).field("Zone").index(0);
        let message = "the zones are not evaluated; decisions are made as if the rule were for \
                       every zone";
        let finding =
            Diagnostic::warning("zones-not-evaluated", &clause::STORE_ZONES, path, message);
        let help = "give the zones of data sync with `--zones FROM,TO`; in code, with `in_zones`";
        (Stage::Schema, finding.with_help(help))
    });
    findings.take(Report::LIMIT / 2).collect()
}
