use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::{MissingPriority, PriorityScope};
use crate::lint::helpers::repetitions;
use crate::lint::{Context, Findings, declare_lint};
use crate::model::{
    ConfigurationVersion, FilterDraft, Prefix, Priority, RuleDraft, RuleStatus, StorageClass,
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
    if scope == PriorityScope::OverlappingRules {
        let priorities = rules.map(|(at, rule)| (rule.priority.or(zero), at)).collect::<Vec<_>>();
        return overlapping(context, &priorities, found);
    }
    let key = |rule: &RuleDraft| {
        let within = match scope {
            PriorityScope::Nowhere => return None,
            PriorityScope::Configuration => None,
            _ => Some(rule.destination.as_ref()?.bucket.clone()?),
        };
        Some((rule.priority.or(zero)?, within))
    };
    let keyed: Vec<_> = rules.filter_map(|(at, rule)| Some((key(rule)?, at))).collect();
    let mut keys: Vec<_> =
        keyed.iter().map(|((priority, within), at)| ((*priority, within), *at)).collect();
    for ((priority, _), first, at) in repetitions(&mut keys) {
        let answer = format!("Found duplicate priority {priority}.");
        let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
        let path = FieldPath::rule(at).field("Priority");
        let message = format!("priority `{priority}` is not unique");
        let finding = LINT.refusal(path, message, error);
        let first = FieldPath::rule(first).field("Priority");
        let help = "give each rule a number of its own";
        found.push(finding.with_note(first, "the first rule with it").with_help(help));
    }
}

/// Refuses rules that overlap an earlier one of the same destination bucket and location, unless both
/// have a priority and these differ. The storage class names the locations.
fn overlapping(
    context: &Context<'_>,
    priorities: &[(Option<Priority>, usize)],
    found: &mut Findings,
) {
    let destination = |at: usize| context.draft().rules.get(at)?.destination.as_ref();
    let bucket = |at: usize| destination(at)?.bucket.as_ref();
    let prefix = |at: usize| {
        let rule = context.draft().rules.get(at);
        rule.and_then(|rule| {
            let filter = rule.filter.clone().map(FilterDraft::meaning);
            filter.map(|filter| filter.key_prefix().clone()).or_else(|| rule.prefix.clone())
        })
        .unwrap_or_default()
    };
    let locations = |at: usize| {
        let class = destination(at).and_then(|destination| destination.storage_class.as_ref());
        class.map_or("", StorageClass::as_str).split(',').map(|one| {
            // Such as `west:preferred_read`.
            one.split_once(':').map_or(one, |(location, _)| location)
        })
    };
    let nested = |one: &Prefix, other: &Prefix| {
        one.as_str().starts_with(other.as_str()) || other.as_str().starts_with(one.as_str())
    };
    for (index, (priority, at)) in priorities.iter().enumerate() {
        let own = prefix(*at);
        let overlaps = |(other, first): &&(Option<Priority>, usize)| {
            // Every pair is compared; the cheapest condition comes first.
            (other == priority || other.is_none() || priority.is_none())
                && bucket(*at).is_some_and(|own| bucket(*first) == Some(own))
                && locations(*first).any(|one| locations(*at).any(|other| other == one))
                && nested(&own, &prefix(*first))
        };
        let Some((other, first)) = priorities.iter().take(index).find(overlaps) else { continue };
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
