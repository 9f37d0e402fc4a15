use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::{MissingPriority, PriorityScope};
use crate::lint::helpers::repetitions;
use crate::lint::{Context, Findings, declare_lint};
use crate::model::{BucketArn, ConfigurationVersion, FilterDraft, Priority, RuleDraft, RuleStatus};
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
    let repeated = if scope == PriorityScope::OverlappingRules {
        overlapping(context, &keys)
    } else {
        repetitions(&mut keys)
    };
    for ((priority, _), first, at) in repeated {
        let shown = priority.map_or_else(|| "null".to_owned(), |priority| priority.to_string());
        let answer = format!("Found duplicate priority {shown}.");
        let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
        let path = FieldPath::rule(at).field("Priority");
        let message = match priority {
            Some(priority) => format!("priority `{priority}` is not unique"),
            None => "two rules share objects, and one has no priority".to_owned(),
        };
        let finding = LINT.refusal(path, message, error);
        let first = FieldPath::rule(first).field("Priority");
        let help = "give each rule a number of its own";
        found.push(finding.with_note(first, "the first rule with it").with_help(help));
    }
}

type Key<'k> = (Option<Priority>, &'k Option<BucketArn>);

/// Returns the rules that overlap an earlier one of the same destination bucket and storage class,
/// unless both have a priority and these differ.
fn overlapping<'k>(
    context: &Context<'_>,
    keys: &[(Key<'k>, usize)],
) -> Vec<(Key<'k>, usize, usize)> {
    let prefix = |at: usize| {
        let rule = context.draft().rules.get(at);
        rule.and_then(|rule| {
            let filter = rule.filter.clone().map(FilterDraft::meaning);
            filter.map(|filter| filter.key_prefix().clone()).or_else(|| rule.prefix.clone())
        })
        .unwrap_or_default()
    };
    let class = |at: usize| {
        let destination = context.draft().rules.get(at)?.destination.as_ref()?;
        destination.storage_class.as_ref()
    };
    let mut found = Vec::new();
    for (index, (key, at)) in keys.iter().enumerate() {
        let (priority, bucket) = key;
        let own = prefix(*at);
        let overlaps = |((other, in_bucket), first): &&(Key<'k>, usize)| {
            let prefix = prefix(*first);
            in_bucket == bucket
                && class(*first) == class(*at)
                && (other == priority || other.is_none() || priority.is_none())
                && (own.as_str().starts_with(prefix.as_str())
                    || prefix.as_str().starts_with(own.as_str()))
        };
        if let Some((_, first)) = keys.iter().take(index).find(overlaps) {
            found.push((*key, *first, *at));
        }
    }
    found
}
