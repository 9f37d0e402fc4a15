//! The reason why a version is not replicated.
//!
//! The engine finds the reason without an explanation: an explanation looks at every rule, and an
//! inventory has millions of versions. Both must agree, and a test compares them.

use crate::engine::capabilities::Required;
use crate::engine::index::LongestPrefix;
use crate::engine::{Engine, Question, Reason, eligibility};
use crate::model::{Event, ObjectVersion};

impl Engine {
    /// Returns the reason why a version is not replicated, as a [`Tally`] counts it; `None` when it
    /// is replicated.
    pub(crate) fn reason_not_replicated(
        &self,
        version: &ObjectVersion<'_>,
        event: Event,
    ) -> Option<Reason> {
        let question = Question { dialect: self.dialect(), version, event };
        let index = &self.compiled.index;
        let longest_prefix = index.longest_prefix(version);
        let mut replicates = false;
        if let (Some(prefix), Ok(_)) = (longest_prefix, eligibility::action(&question)) {
            let required = Required::of(&question);
            index.winners_under(prefix, version, required, |slot| {
                replicates |= slot.capabilities.include(required.to_replicate);
            });
        }
        (!replicates).then(|| last_reason(self, longest_prefix, &question))
    }
}

/// Returns the reason that stopped the rule that came closest to replicating the version.
///
/// The reason is that of greatest [`Reason::depth`] over all rules. The index yields only rules
/// whose prefix and tags match. When none does, the reason follows from that fact, without looking
/// at the other rules one by one.
pub(super) fn last_reason(
    engine: &Engine,
    longest_prefix: Option<LongestPrefix>,
    question: &Question<'_>,
) -> Reason {
    let compiled = &engine.compiled;
    let Some(longest_prefix) = longest_prefix else {
        return if compiled.index.is_empty() {
            // No rule is enabled here, and one that is enabled in other zones came closer.
            if compiled.rules.iter().any(|rule| rule.status.is_enabled()) {
                Reason::OtherZones
            } else {
                Reason::RuleDisabled
            }
        } else {
            Reason::PrefixDiffers
        };
    };
    let Question { version, event, .. } = *question;
    let action = eligibility::action(question);
    let matching = compiled.index.matching(longest_prefix, version, &compiled.rules);
    let reasons = matching.filter_map(|rule| {
        eligibility::filter_mismatch(rule, question)
            .or(action.err())
            .or_else(|| eligibility::reason_not_competing(rule, question))
    });
    // The choice among equal depths does not matter: for one version and event, the rules that fail
    // at one depth fail for the same reason.
    let mut last = reasons.max_by_key(|reason| reason.depth());
    // The winners got furthest, so their settings are asked about as well. Losing rules cannot get
    // deeper than to be outranked, which is not a reason of its own: their bucket's winner has one.
    if action.is_ok() {
        let required = Required::of(question);
        compiled.index.winners_under(longest_prefix, version, required, |slot| {
            let blocked = eligibility::reason_winner_blocks(engine.rule_of(slot), question);
            last = last.into_iter().chain(blocked).max_by_key(|reason| reason.depth());
        });
    }
    if let Some(reason) = last.filter(|reason| reason.depth() > Reason::KeyNotCompared.depth()) {
        return reason;
    }
    // Some prefix begins the key, and every rule under it leaves out the key or requires tags that the
    // version lacks: the index found none of the latter.
    if let Some(reason) = compiled.index.reason_of_key(longest_prefix, version.key) {
        reason
    } else if eligibility::is_delete_marker(version, event) && !eligibility::compares_tags(question)
    {
        Reason::DeleteMarkerHasNoTags
    } else {
        Reason::TagsDiffer
    }
}
