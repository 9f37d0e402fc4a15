//! Running the lints over a draft.

use crate::diagnostic::{Diagnostic, Holes, Report, ServiceError, ServiceErrorCode, Stage};
#[cfg(feature = "analysis")]
use crate::lint::advice;
use crate::lint::findings::{Findings, MissingFacts};
use crate::lint::unknown_elements::unknown_elements;
use crate::lint::{
    Check, Concern, Context, Levels, MissingFact, in_order_of_store, refusals as refusal_lints,
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
    #[cfg(feature = "analysis")]
    let is_read = !findings.iter().any(|(_, finding)| finding.is_refusal());
    // The store checks what it reads.
    let read;
    let as_read = if context.dialect().ignores_elements() {
        read = context.dialect().without_ignored(context.draft().clone());
        &context.with_draft(&read)
    } else {
        context
    };
    findings.extend(unknown_elements(as_read));
    for lint in refusal_lints::LINTS {
        #[cfg_attr(
            not(feature = "analysis"),
            expect(irrefutable_let_patterns, reason = "advice needs `analysis`")
        )]
        let Check::Refusal { stage, concern, check } = lint.check else { continue };
        let mut found = Findings::default();
        check(as_read, &mut found);
        let found = found.into_diagnostics(lint.name, &mut missing).into_iter();
        // What is absent from the draft may be a value that could not be read.
        let found = found
            .filter(|finding| concern == Concern::Presence || !holes.cover(finding.primary.path()));
        findings.extend(found.map(|finding| (stage, finding)));
    }
    for (_, finding) in &mut findings {
        if let Some(answer) = context.dialect().refusal(finding.code)
            && finding.is_refusal()
        {
            finding.service_error =
                Some(ServiceError::new(ServiceErrorCode::from(answer.code), answer.message));
        }
    }
    let mut findings = in_order_of_store(findings);
    if let Some(levels) = levels {
        #[cfg(feature = "analysis")]
        {
            // Advice about something of which a part was refused would be about what was read of it.
            let advice = advice::run(context, is_read, &findings, levels, &mut missing).into_iter();
            findings.extend(advice.filter(|one| !holes.cover_part(one.primary.path())));
        }
        findings = levels.apply(findings);
    }
    Checked { report: Report::keeping(findings), missing_facts: missing.into() }
}
