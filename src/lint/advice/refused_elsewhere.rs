use crate::diagnostic::Place;
use crate::dialect::Dialect;
use crate::lint::advice::Decisions;
use crate::lint::{Context, Findings, declare_lint, refusals};

declare_lint! {
    /// ## What it finds
    ///
    /// A configuration that another store would refuse, with the answer of that store. Only stores
    /// whose checks are known are asked.
    ///
    /// ## Why it matters
    ///
    /// The configuration cannot be moved to that store as it is.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <Metrics><Status>Enabled</Status></Metrics></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "refused-elsewhere",
        summary: "another store refuses the configuration",
        clause: STORE_TIME_CONTROL,
        group: Portability,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    let context = &decisions.context;
    let others = Dialect::ALL.iter().filter(|store| store.name() != context.dialect().name());
    for store in others {
        let elsewhere = Context::new(context.draft(), store, context.buckets());
        let report = refusals(&elsewhere).report;
        let Some(refusal) = report.iter().find(|finding| finding.is_refusal()) else { continue };
        let answer = refusal.service_error.as_ref().map(ToString::to_string).unwrap_or_default();
        let message = format!("`{store}` refuses the configuration: {answer}");
        let Place::Field { path, .. } = &refusal.primary else { continue };
        let mut finding = LINT.advice(path.clone(), message.trim_end_matches('.').to_owned());
        finding.clause = refusal.clause;
        let help = format!("see all its answers with `check FILE --dialect {store}`");
        found.push(finding.with_help(help));
    }
}
