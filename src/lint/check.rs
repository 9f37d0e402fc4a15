//! Running the lints over a draft.

use crate::diagnostic::{Diagnostic, Holes, Report, Stage};
use crate::lint::findings::{Findings, MissingFacts};
use crate::lint::{
    Accepted, CATALOGUE, Check, Concern, Context, Level, Levels, MissingFact, configuration_of,
    in_order_of_store,
};

/// The findings of the lints on one draft.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Checked {
    /// The findings: first the refusals in the order of the store, then advice sorted by place.
    /// Their severities follow the levels.
    pub report: Report,
    /// The facts about buckets that would let the report contain more.
    pub missing_facts: Vec<MissingFact>,
}

/// Checks a draft: the refusals of the store, and advice by the lints that `levels` do not allow.
///
/// Lints that look at what the configuration decides run only if the store would accept the draft
/// by itself; the state of the buckets does not matter for them.
///
/// # Examples
///
/// ```
/// use s3_replication::Dialect;
/// use s3_replication::lint::{Context, Levels, check};
/// use s3_replication::model::{ConfigurationDraft, KnownBuckets, RuleDraft, RuleFilter};
///
/// let rule = |priority: &str, prefix: &str| {
///     let rule = RuleDraft::new("arn:aws:s3:::backup".parse()?).with_priority(priority.parse()?);
///     Ok::<_, Box<dyn std::error::Error>>(rule.with_filter(&RuleFilter::prefix(prefix.parse()?)))
/// };
/// let draft = ConfigurationDraft::new("arn:aws:iam::123456789012:role/r".parse()?)
///     .with_rule(rule("1", "logs/2026/")?)
///     .with_rule(rule("2", "logs/")?);
///
/// let (dialect, buckets) = (Dialect::AWS, KnownBuckets::new());
/// let checked = check(&Context::new(&draft, &dialect, &buckets), &Levels::new());
/// assert_eq!(checked.report.iter().next().unwrap().code, "redundant-rule");
/// assert!(!checked.report.is_refused());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn check(context: &Context<'_>, levels: &Levels) -> Checked {
    check_document(context, Vec::new(), &Holes::default(), Some(levels))
}

/// Checks a draft for the refusals of the store only, in the order of the store.
#[must_use]
pub fn refusals(context: &Context<'_>) -> Checked {
    check_document(context, Vec::new(), &Holes::default(), None)
}

/// Checks a draft that was read from a document, given the findings of reading it and the places
/// that could not be read. Without levels there is no advice.
pub(crate) fn check_document(
    context: &Context<'_>,
    mut findings: Vec<(Stage, Diagnostic)>,
    holes: &Holes,
    levels: Option<&Levels>,
) -> Checked {
    let mut missing = MissingFacts::default();
    let is_read = !findings.iter().any(|(_, finding)| finding.is_refusal());
    for lint in CATALOGUE {
        let Check::Refusal { stage, concern, check } = lint.check else { continue };
        let mut found = Findings::default();
        check(context, &mut found);
        let found = found.into_diagnostics(lint.name, &mut missing).into_iter();
        // What is absent from the draft may be a value that could not be read.
        let found = found
            .filter(|finding| concern == Concern::Presence || !holes.cover(finding.primary.path()));
        findings.extend(found.map(|finding| (stage, finding)));
    }
    let mut findings = in_order_of_store(findings);
    if let Some(levels) = levels {
        findings.extend(advice(context, is_read, &findings, levels, &mut missing));
        findings = levels.apply(findings);
    }
    Checked { report: Report::keeping(findings), missing_facts: missing.into() }
}

/// Runs the lints that give advice, sorted by place.
fn advice(
    context: &Context<'_>,
    is_read: bool,
    refusals: &[Diagnostic],
    levels: &Levels,
    missing: &mut MissingFacts,
) -> Vec<Diagnostic> {
    let draft = || context.draft().clone();
    let configuration = match (is_read, refusals.iter().any(Diagnostic::is_refusal)) {
        (false, _) => None,
        (true, false) => configuration_of(draft()).ok(),
        // The store may refuse nothing but the state of the buckets.
        (true, true) => draft().validate(context.dialect()).ok(),
    };
    let accepted = configuration.as_ref().map(|accepted| Accepted::new(*context, accepted));
    let mut advice = Vec::new();
    for lint in CATALOGUE.iter().filter(|lint| levels.of(lint) != Level::Allow) {
        let mut found = Findings::default();
        match (&lint.check, &accepted) {
            (Check::Refusal { .. }, _) | (Check::Accepted(_), None) => continue,
            (Check::Written(check), _) => check(context, &mut found),
            (Check::Accepted(check), Some(accepted)) => check(accepted, &mut found),
        }
        advice.extend(found.into_diagnostics(lint.name, missing));
    }
    advice.sort_by(|one, other| one.primary.path().cmp(other.primary.path()));
    advice
}
