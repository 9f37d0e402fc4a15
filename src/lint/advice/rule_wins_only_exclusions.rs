use crate::analysis::{Reachability, reachability};
use crate::lint::advice::Decisions;
use crate::lint::{Findings, declare_lint};
use crate::model::ConfigurationDraft;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule that wins only objects which other rules exclude.
    ///
    /// ## Why it matters
    ///
    /// The rule depends on the exclusions: without them it would never be selected. A change of one
    /// of them changes what this rule replicates.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><ID>all</ID><Status>Enabled</Status><Filter><Not><Prefix>tmp/</Prefix></Not></Filter>
    ///   <Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><ID>rest</ID><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <StorageClass>STANDARD_IA</StorageClass></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><ID>tmp</ID><Status>Enabled</Status><Filter><Prefix>tmp/</Prefix></Filter>
    ///   <Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <StorageClass>STANDARD_IA</StorageClass></Destination></Rule>
    /// <Rule><ID>all</ID><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "rule-wins-only-exclusions",
        summary: "a rule wins only objects that other rules exclude",
        clause: EXCLUDED_PREFIXES,
        group: Pedantic,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    if decisions.enabled_rules().all(|rule| rule.filter.exclusion().is_empty()) {
        return;
    }
    let mut draft = decisions.context.draft_in_zones();
    remove_exclusions(&mut draft);
    let dialect = decisions.context.dialect();
    let Ok(without) = draft.validate(dialect) else { return };
    // Without its own exclusion a rule matches more, so one that wins nothing even then wins nothing
    // while only the others have none.
    let without = reachability(&without, dialect);
    for ((rule, with), (_, without)) in decisions.reachability().iter().zip(&without) {
        if let (
            Reachability::Partly { wins, .. } | Reachability::Always { wins },
            Reachability::Never { by, .. },
        ) = (with, without)
        {
            let message = format!(
                "rule `{}` wins only what other rules exclude, such as {wins}",
                rule.name()
            );
            let finding = LINT.advice(FieldPath::rule(rule.position), message);
            let other = FieldPath::rule(by.position).field("Filter");
            let finding = finding.with_note(other, "without its exclusion this rule would win");
            let help = "keep it in mind when you change the exclusions, or let the rule come first by \
                        its `Priority`";
            found.push(finding.with_help(help));
        }
    }
}

fn remove_exclusions(draft: &mut ConfigurationDraft) {
    for filter in draft.rules.iter_mut().filter_map(|rule| rule.filter.as_mut()) {
        filter.not = None;
        if let Some(and) = &mut filter.and {
            and.not = None;
            if and.prefix.is_none() && and.tags.is_empty() {
                filter.and = None;
            }
        }
    }
}
