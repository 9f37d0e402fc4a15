//! The algorithm of other stores: a scan of all rules for every object.
//!
//! `MinIO` and `RustFS` keep the rules as written in the document. They copy the matching rules, sort
//! them by destination and priority, and take the first of each destination. This version is at
//! least as fast as theirs: it parses the tags of an object once, not once a rule, and scans the
//! rules once, not once more for each destination. Tags are the text of a header, as in those
//! stores; the engine receives them parsed.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use s3_replication::model::{FilterDraft, RuleDraft, RuleStatus, Tag};

/// The rules in document order.
pub struct Peers {
    rules: Vec<RuleDraft>,
}

impl Peers {
    pub const fn new(rules: Vec<RuleDraft>) -> Self {
        Self { rules }
    }

    /// Returns the ARN of each destination with its winning rule.
    pub fn decide(&self, key: &str, tags: &str) -> Vec<(String, RuleDraft)> {
        let mut matching = self.matching(key, tags);
        matching.sort_by(|a, b| {
            let by_arn = arn_of(a).cmp(arn_of(b));
            by_arn.then_with(|| Reverse(a.priority).cmp(&Reverse(b.priority)))
        });
        let mut seen = HashSet::new();
        let mut decision = Vec::new();
        for rule in matching {
            let arn = arn_of(&rule);
            if seen.insert(arn.to_owned()) {
                decision.push((arn.to_owned(), rule));
            }
        }
        decision
    }

    /// Returns the position of a rule, which is part of its ID.
    pub fn position((_, rule): &(String, RuleDraft)) -> usize {
        let id = rule.id.as_ref().unwrap().as_str();
        id.strip_prefix("rule-").unwrap().parse().unwrap()
    }

    fn matching(&self, key: &str, tags: &str) -> Vec<RuleDraft> {
        let mut parsed = None;
        let mut matching = Vec::new();
        for rule in &self.rules {
            if rule.status == Some(RuleStatus::Disabled) || !key.starts_with(prefix_of(rule)) {
                continue;
            }
            let present = parsed.get_or_insert_with(|| parse(tags));
            let mut wanted = rule.filter.iter().flat_map(FilterDraft::tags);
            let has = |tag: &Tag| present.get(tag.key()).is_some_and(|value| value == tag.value());
            if wanted.all(has) && !is_excluded(rule, key, has) {
                matching.push(rule.clone());
            }
        }
        matching
    }
}

/// No other store knows exclusions yet; this is how they would scan them.
fn is_excluded(rule: &RuleDraft, key: &str, has: impl Fn(&Tag) -> bool) -> bool {
    let mut exclusions = rule.filter.iter().flat_map(FilterDraft::exclusions);
    exclusions.any(|not| {
        not.prefixes().any(|prefix| key.starts_with(prefix.as_str())) || not.tags().any(&has)
    })
}

/// Formats tags as the header `x-amz-tagging`.
pub fn header(tags: &[Tag]) -> String {
    tags.iter().map(Tag::to_string).collect::<Vec<_>>().join("&")
}

fn parse(tags: &str) -> HashMap<String, String> {
    let pairs = tags.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn prefix_of(rule: &RuleDraft) -> &str {
    let Some(filter) = &rule.filter else { return "" };
    let prefix = match (&filter.prefix, &filter.and) {
        (Some(prefix), _) => Some(prefix),
        (None, Some(and)) => and.prefix.as_ref(),
        (None, None) => None,
    };
    prefix.map_or("", |prefix| prefix.as_str())
}

fn arn_of(rule: &RuleDraft) -> &str {
    let bucket = rule.destination.as_ref().and_then(|destination| destination.bucket.as_ref());
    bucket.map_or("", |bucket| bucket.as_str())
}
