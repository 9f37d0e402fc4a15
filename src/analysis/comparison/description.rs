//! Differences in words, for reports and annotations.

use std::collections::BTreeSet;

use crate::analysis::comparison::Difference;
use crate::analysis::outcome::OutcomeClass;
use crate::analysis::{ObjectKind, Witness};
use crate::diagnostic::{Diagnostic, FindingDescription, Place};
use crate::model::{Prefix, ReplicationRule, RuleFilter};
use crate::path::FieldPath;
use crate::text::Visible;

/// The code of the finding that a difference is.
const DECISION_DIFFERS: &str = "decision-differs";

/// The most excluded prefixes, and the most excluded tags, that a description lists.
const LISTED: usize = 5;

impl Difference<'_> {
    /// Describes the objects of the difference, with the conditions under which they differ, such as
    /// "objects in another storage class than `STANDARD_IA`".
    #[must_use]
    pub fn subject(&self) -> String {
        let kind = match self.object_kind() {
            ObjectKind::ObjectsUnderKms => "objects encrypted with SSE-KMS".to_owned(),
            kind => kind.as_str().replace('-', " "),
        };
        let of = if kind.ends_with("modifications") { " of replicas" } else { "" };
        let conditions: Vec<String> = self.conditions().iter().map(ToString::to_string).collect();
        match conditions.as_slice() {
            [] => kind,
            conditions => format!("{kind}{of} {}", conditions.join(", or ")),
        }
    }

    /// Describes the keys and tags of the difference: those that both rules match and no other rule
    /// wins.
    #[must_use]
    pub fn keys(&self) -> String {
        let rules = [self.old, self.new].into_iter().flatten();
        let filters = || rules.clone().map(|rule| &rule.filter);
        let prefix = filters().map(|filter| filter.key_prefix().as_str());
        let prefix = prefix.max_by_key(|prefix| prefix.len()).unwrap_or_default();
        let ends = filters().filter_map(RuleFilter::keys_before).map(Prefix::as_str);
        let end = ends.filter(|end| end.starts_with(prefix)).min().map(Visible);
        let keys = match (prefix, end) {
            ("", None) => "all keys".to_owned(),
            ("", Some(end)) => format!("all keys before `{end}`"),
            (prefix, None) => format!("keys that begin with `{}`", Visible(prefix)),
            (prefix, Some(end)) => {
                format!("keys before `{end}` that begin with `{}`", Visible(prefix))
            }
        };
        let excluded = filters().flat_map(|filter| filter.exclusion().prefixes());
        let excluded = excluded.map(Prefix::as_str).filter(|excluded| excluded.starts_with(prefix));
        let except = match listed(excluded.map(str::to_owned), " or ") {
            None => String::new(),
            Some(prefixes) if prefix.is_empty() => {
                format!(" except those that begin with {prefixes}")
            }
            Some(prefixes) => format!(" but not with {prefixes}"),
        };
        let tags = filters().flat_map(RuleFilter::tags).map(ToString::to_string);
        let tagged =
            listed_all(tags, " and ").map_or(String::new(), |tags| format!(" tagged {tags}"));
        let without =
            filters().flat_map(|filter| filter.exclusion().tags()).map(ToString::to_string);
        let untagged = match listed(without, " or ") {
            None => String::new(),
            Some(tags) if tagged.is_empty() => format!(" not tagged {tags}"),
            Some(tags) => format!(" and not {tags}"),
        };
        format!("{keys}{except}{tagged}{untagged}, unless another rule wins")
    }

    /// Converts the difference to a diagnostic of the new configuration: a warning at its rule, or at
    /// the whole configuration if no rule of it wins. The place of the old rule names the old
    /// configuration as its document, by the name that is given.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::analysis::Comparison;
    /// use s3_replication::{Parser, ReplicationConfiguration};
    ///
    /// let with_prefix = |prefix: &str| {
    ///     ReplicationConfiguration::from_json(&format!(
    ///         r#"{{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [
    ///             {{"ID": "tax", "Status": "Enabled", "Prefix": "{prefix}",
    ///               "Destination": {{"Bucket": "arn:aws:s3:::backup"}}}}]}}"#
    ///     ))
    /// };
    /// let (old, new) = (with_prefix("")?, with_prefix("Tax/")?);
    /// let differences = Comparison::new(&old, &new).differences();
    /// let finding = differences[0].to_diagnostic("old.json");
    /// assert_eq!(
    ///     finding.to_string(),
    ///     "warning[decision-differs]: objects are no longer replicated to arn:aws:s3:::backup \
    ///      (all keys, unless another rule wins)",
    /// );
    /// # Ok::<(), s3_replication::Report>(())
    /// ```
    #[must_use]
    pub fn to_diagnostic(&self, old_name: &str) -> Diagnostic {
        let change = match self.outcomes {
            [_, OutcomeClass::NOTHING] => "no longer replicated to",
            [OutcomeClass::NOTHING, _] => "newly replicated to",
            _ => "replicated differently to",
        };
        let (subject, keys, bucket) = (self.subject(), self.keys(), self.bucket());
        let message = format!("{subject} are {change} {bucket} ({keys})");
        let rule = |rule: &ReplicationRule| FieldPath::rule(rule.position);
        let path = self.new.map(rule).unwrap_or_default();
        let mut finding = Diagnostic::warning(DECISION_DIFFERS, None, path, message);
        if let Some(old) = self.old {
            let place = Place::field(rule(old)).in_document(old_name);
            let name = old.name().to_string();
            finding = finding.with_note(place, format!("rule `{}` won before", Visible(&name)));
        }
        finding.with_help(example(&self.witness()))
    }
}

/// Returns the advice to look at an object.
fn example(witness: &Witness) -> String {
    format!("give `decide` this object to see both decisions: {witness}")
}

/// Returns the description of the finding that a difference is, by its code.
#[must_use]
pub fn describe(code: &str) -> Option<FindingDescription> {
    (code == DECISION_DIFFERS).then_some(FindingDescription {
        summary: "the old and the new configuration decide differently",
        explanation: "The comparison is exact: every difference comes with an object that proves it.",
    })
}

/// Lists some texts, each once; `None` when there are none.
fn listed_all(texts: impl Iterator<Item = String>, word: &str) -> Option<String> {
    let texts: BTreeSet<String> = texts.collect();
    let texts: Vec<String> = texts.iter().map(|text| format!("`{}`", Visible(text))).collect();
    (!texts.is_empty()).then(|| texts.join(word))
}

/// Lists the first of some texts, each once, and the number of the others.
fn listed(texts: impl Iterator<Item = String>, word: &str) -> Option<String> {
    let texts: BTreeSet<String> = texts.collect();
    let others = texts.len().saturating_sub(LISTED);
    let first = listed_all(texts.into_iter().take(LISTED), word)?;
    Some(if others > 0 { format!("{first}{word}{others} others") } else { first })
}
