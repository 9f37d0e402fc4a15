//! Running the catalogue.

use crate::diagnostic::{Diagnostic, Report, Stage};
use crate::lint::findings::{Findings, Missed};
use crate::lint::{Accepted, CATALOGUE, Check, Concern, Level, Levels, MissingFact, Subject};
use crate::model::ReplicationConfiguration;

/// What the store refuses.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    /// By lint, not yet in the order of the store.
    pub(crate) found: Vec<(Stage, Diagnostic)>,
    pub(crate) missed: Missed,
}

/// Runs the refusals, and keeps the findings of which `is_new` is true.
pub(crate) fn refusals(
    subject: &Subject<'_>,
    is_new: impl Fn(Concern, &Diagnostic) -> bool,
) -> Refusals {
    let mut refusals = Refusals::default();
    for lint in CATALOGUE {
        let Check::Refusal { stage, concern, check } = lint.check else { continue };
        let mut found = Findings::default();
        check(subject, &mut found);
        let found = found.into_found(lint.name, &mut refusals.missed);
        let found = found.into_iter().filter(|finding| is_new(concern, finding));
        refusals.found.extend(found.map(|finding| (stage, finding)));
    }
    refusals
}

/// What there is to say about something the store may well accept.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Advice {
    /// What was found, sorted by place. Its severities are warnings; [`Levels::severity`] says what
    /// they are to be. Where there is more than a report keeps, what is denied is kept first.
    pub report: Report,
    /// The facts that would let it say more.
    pub missing_facts: Vec<MissingFact>,
}

/// Gives advice about a draft, by the lints that `levels` do not allow. What a draft decides is
/// only looked at when the store would accept it.
///
/// # Examples
///
/// ```
/// use s3_replication::Dialect;
/// use s3_replication::lint::{Levels, Subject, advise};
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
/// let advice = advise(&Subject::new(&draft, &dialect, &buckets), &Levels::new());
/// assert_eq!(advice.report.iter().next().unwrap().code, "redundant-rule");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn advise(subject: &Subject<'_>, levels: &Levels) -> Advice {
    let configuration = subject.draft().clone().validate(subject.dialect()).ok();
    let (found, missed) = advise_on(subject, configuration.as_ref(), levels);
    let report = Report::keeping(found, |finding| levels.denies(finding));
    Advice { report, missing_facts: missed.into() }
}

/// Gives advice about a draft, and about the configuration it is where the store accepts it; sorted
/// by place.
pub(crate) fn advise_on(
    subject: &Subject<'_>,
    configuration: Option<&ReplicationConfiguration>,
    levels: &Levels,
) -> (Vec<Diagnostic>, Missed) {
    let accepted = configuration.map(|configuration| Accepted::new(*subject, configuration));
    let (mut all, mut missed) = (Vec::new(), Missed::default());
    for lint in CATALOGUE.iter().filter(|lint| levels.of(lint) != Level::Allow) {
        let mut found = Findings::default();
        match (&lint.check, &accepted) {
            (Check::Refusal { .. }, _) | (Check::Accepted(_), None) => continue,
            (Check::Written(check), _) => check(subject, &mut found),
            (Check::Accepted(check), Some(accepted)) => check(accepted, &mut found),
        }
        all.extend(found.into_found(lint.name, &mut missed));
    }
    all.sort_by(|one, other| one.primary.path.cmp(&other.primary.path));
    (all, missed)
}
