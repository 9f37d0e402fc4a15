use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::{MissingPriority, PriorityScope};
use crate::lint::helpers::repetitions;
use crate::lint::{Context, Findings, declare_lint};
use crate::model::{
    BucketArn, ConfigurationVersion, FilterDraft, Priority, RuleDraft, RuleStatus, StorageClass,
};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A `Priority` that an earlier rule has too, even a disabled one. A dialect may ask for
    /// different priorities among the rules of one destination bucket only.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: between two such rules nothing could decide.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><Status>Enabled</Status><Filter><Prefix>data/</Prefix></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><Status>Enabled</Status><Filter><Prefix>data/</Prefix></Filter><Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "priority-repeated",
        summary: "two rules have the same priority",
        clause: PRIORITY_UNIQUE,
        stage: Configuration,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let dialect = context.dialect();
    let scope = dialect.priority_scope();
    let zero = (dialect.missing_priority() == MissingPriority::Zero).then_some(Priority::MIN);
    let rules = context.rules_in(ConfigurationVersion::V2).filter(|(_, rule)| {
        scope != PriorityScope::EnabledRules || rule.status == Some(RuleStatus::Enabled)
    });
    let key = |rule: &RuleDraft| {
        let bucket = || rule.destination.as_ref()?.bucket.clone();
        let within = match scope {
            PriorityScope::Nowhere => return None,
            PriorityScope::Configuration => None,
            PriorityScope::Destination
            | PriorityScope::EnabledRules
            | PriorityScope::OverlappingRules => Some(bucket()?),
        };
        let priority = rule.priority.or(zero);
        // Without a priority, rules are compared only where overlapping ones need two.
        let is_compared = priority.is_some() || scope == PriorityScope::OverlappingRules;
        is_compared.then_some((priority, within))
    };
    let keyed: Vec<_> = rules.filter_map(|(at, rule)| Some((key(rule)?, at))).collect();
    let mut keys: Vec<_> =
        keyed.iter().map(|((priority, within), at)| ((*priority, within), *at)).collect();
    if scope == PriorityScope::OverlappingRules {
        return overlapping(context, &keys, found);
    }
    for ((priority, _), first, at) in repetitions(&mut keys) {
        let shown = priority.map_or_else(|| "null".to_owned(), |priority| priority.to_string());
        let answer = format!("Found duplicate priority {shown}.");
        let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
        let path = FieldPath::rule(at).field("Priority");
        let message = format!("priority `{shown}` is not unique");
        let finding = LINT.refusal(path, message, error);
        let first = FieldPath::rule(first).field("Priority");
        let help = "give each rule a number of its own";
        found.push(finding.with_note(first, "the first rule with it").with_help(help));
    }
}

type Key<'k> = (Option<Priority>, &'k Option<BucketArn>);

/// Refuses rules that overlap an earlier one of the same destination bucket and location, unless both
/// have a priority and these differ. The storage class names the locations.
fn overlapping(context: &Context<'_>, keys: &[(Key<'_>, usize)], found: &mut Findings) {
    let prefix = |at: usize| {
        let rule = context.draft().rules.get(at);
        rule.and_then(|rule| {
            let filter = rule.filter.clone().map(FilterDraft::meaning);
            filter.map(|filter| filter.key_prefix().clone()).or_else(|| rule.prefix.clone())
        })
        .unwrap_or_default()
    };
    let locations = |at: usize| {
        let rule = context.draft().rules.get(at);
        let destination = rule.and_then(|rule| rule.destination.as_ref());
        let class = destination.and_then(|destination| destination.storage_class.as_ref());
        class.map_or("", StorageClass::as_str).split(',').map(|one| {
            // Such as `west:preferred_read`.
            one.split_once(':').map_or(one, |(location, _)| location)
        })
    };
    for (index, ((priority, bucket), at)) in keys.iter().enumerate() {
        let own = prefix(*at);
        let overlaps = |((other, in_bucket), first): &&(Key<'_>, usize)| {
            let prefix = prefix(*first);
            in_bucket == bucket
                && locations(*first).any(|one| locations(*at).any(|other| other == one))
                && (other == priority || other.is_none() || priority.is_none())
                && (own.as_str().starts_with(prefix.as_str())
                    || prefix.as_str().starts_with(own.as_str()))
        };
        let Some(((other, _), first)) = keys.iter().take(index).find(overlaps) else { continue };
        let answer = format!("Found overlapping prefixes '{}' and '{own}'", prefix(*first));
        let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
        let message = match priority {
            Some(priority) if other.is_some() => format!("priority `{priority}` is not unique"),
            _ => "two rules share objects, and not both have a priority".to_owned(),
        };
        let finding = LINT.refusal(FieldPath::rule(*at).field("Priority"), message, error);
        let note = "the first rule for these objects";
        let finding = finding.with_note(FieldPath::rule(*first).field("Priority"), note);
        found.push(finding.with_help("give each rule a number of its own"));
    }
}
