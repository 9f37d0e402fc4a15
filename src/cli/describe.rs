//! Decisions as text.
//!
//! Texts from documents pass through [`Visible`], which shows control characters as escapes, so
//! that no key can change what the terminal shows.
//!
//! ```text
//! object()        Tax/a (version v1), ObjectCreated:Put
//! explanation()     Replicates to: arn:aws:s3:::backup, by rule `tax`
//! replica()           the object, in STANDARD_IA, encrypted with SSE-S3, owned by the source …
//! explanation()     Rules:
//!                     all  outranked by `tax`: priority 2 comes before 1 [REP-401]
//!                     tax  selected [REP-404]
//! incident()        S3 reported Replication:OperationFailedReplication, to backup, by rule `tax`
//! status()          Note: this is the decision at the creation of the version; …
//! ```
//!
//! `explain` and `demo` write explanations; `decide`, `assert`, `diff` and `append` use the smaller
//! parts. The same decisions as JSON are in `answer`. Words and names are coloured here; the caller
//! presents the text, which wraps it and colours the labels of notes.

use std::fmt::Write as _;

use s3_replication::engine::{Action, NearMiss, Replica, Replication, Verdict};
use s3_replication::model::{
    BucketKeyStatus, Event, EventKind, KmsKeyArn, Owner, ReplicationStatus,
};
use s3_replication::text::Visible;
use s3_replication::{Explanation, ReplicationRule};

use crate::cli::object::{Incident, Object};
use crate::cli::styles::Styles;

/// Describes an object and its event: the key, the version and the event.
///
/// It is also the name of the object in messages about it.
pub(super) fn object(object: &Object<'_>) -> String {
    let key = Visible(object.key());
    match object.version_id() {
        Some(id) => format!("{key} (version {}), {}", Visible(id.as_str()), object.event()),
        None => format!("{key}, {}", object.event()),
    }
}

/// Writes what S3 reported about the replication of an object, with the remedy for a failure.
///
/// Nothing for an object that is not a report.
///
/// A report is an event notification of S3, such as `Replication:OperationFailedReplication`. The
/// decision above it is that of the configuration as it is now, and the report that of the past, so
/// the two may differ.
pub(super) fn incident(object: &Object<'_>, out: &mut String) {
    let Some(Incident { name, rule, bucket, reason }) = object.incident() else { return };
    let _ = write!(out, "  S3 reported {}", Visible(name));
    if let Some(bucket) = bucket {
        let _ = write!(out, ", to {}", Visible(bucket));
    }
    if let Some(rule) = rule {
        let _ = write!(out, ", by rule `{}`", Visible(rule));
    }
    out.push('\n');
    let Some(reason) = reason else { return };
    let _ = writeln!(
        out,
        "    {}: {}",
        Visible(reason.as_str()),
        reason.meaning().unwrap_or("a reason that this version of the crate does not know")
    );
    if let Some(remedy) = reason.remedy() {
        let _ = writeln!(
            out,
            "    help: {remedy}; then replicate the object with S3 Batch Replication"
        );
    }
}

/// Writes what the status of a version means beside a decision about its creation.
///
/// A user may ask about a version that exists, and get the decision that S3 made when it was new.
/// The status shows whether it came true:
///
/// ```text
/// FAILED, and the rules replicate it      a permission, a key or the bucket prevented it
/// FAILED, and they do not                 the configuration or the object has changed
/// COMPLETED                               ask about a later change with `--event`
/// anything else, or another event         no note
/// ```
pub(super) fn status(
    object: &Object<'_>,
    status: Option<&ReplicationStatus>,
    replicates: bool,
    out: &mut String,
) {
    if object.event().kind() != EventKind::Creation || object.incident().is_some() {
        return;
    }
    // A replica has a reason of its own among the verdicts, and a pending version needs no remark.
    let note = match (status, replicates) {
        (Some(ReplicationStatus::Failed), true) => {
            "`FAILED` means that a rule selected the version, and that a permission, a KMS key or the \
             destination bucket prevented the replica; the event notification \
             `Replication:OperationFailedReplication` has the reason"
        }
        (Some(ReplicationStatus::Failed), false) => {
            "`FAILED` means that a rule selected the version then, so the configuration or the object \
             has changed since"
        }
        (Some(ReplicationStatus::Completed), _) => {
            "`COMPLETED` means that its replicas exist; ask about a later change with `--event`, such \
             as `ObjectTagging:Put`"
        }
        _ => return,
    };
    let _ = writeln!(out, "  Note: this is the decision at the creation of the version; {note}");
}

/// Lists the destinations of an object in one line, or `nowhere`.
///
/// ```text
/// arn:aws:s3:::backup (rule tax, replicate-object), arn:aws:s3:::partner (rule shared, …)
/// ```
pub(super) fn in_one_line<'r>(replications: impl Iterator<Item = &'r Replication<'r>>) -> String {
    let destinations = replications.map(|replication| {
        let (bucket, rule) = (replication.bucket(), replication.rule().name());
        let bucket = Styles::stdout().success(bucket.as_str());
        format!("{bucket} (rule {}, {})", Visible(&rule.to_string()), replication.action())
    });
    let destinations: Vec<String> = destinations.collect();
    if destinations.is_empty() {
        Styles::stdout().warning("nowhere")
    } else {
        destinations.join(", ")
    }
}

/// The rules shown in an explanation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Rules {
    /// Every rule.
    All,
    /// Enabled rules whose prefix the key has, or nearly has. The others are only named.
    Concerned,
}

/// Writes the destinations and replicas of an object, then the verdict about each rule.
///
/// The heading of the verdicts is a sign for `deciding`, which splits the text there: everything
/// before it is the decision.
pub(super) fn explanation(
    explanation: &Explanation<'_>,
    event: Event,
    shown: Rules,
    out: &mut String,
) {
    let styles = Styles::stdout();
    let replications = explanation.decision().replications();
    if !explanation.decision().replicates() {
        let _ = writeln!(out, "  {}.", styles.warning("Replicates nowhere"));
    }
    for replication in replications {
        let (bucket, rule) = (replication.bucket(), replication.rule());
        let rule_name = rule.name().to_string();
        let label = styles.success("Replicates to");
        let _ = writeln!(out, "  {label}: {bucket}, by rule `{}`", Visible(&rule_name));
        let _ = writeln!(out, "    {}", replica(replication, event));
    }
    rules(explanation, shown, out);
}

/// Writes the verdicts, with the names in a column of their own.
///
/// With hundreds of rules, those that have nothing to do with the key would hide the one that
/// nearly matched. They are listed by name at the end.
///
/// A near miss is always shown, since it may be the mistake that the user is looking for.
fn rules(explanation: &Explanation<'_>, shown: Rules, out: &mut String) {
    let names = explanation.verdicts().map(|(rule, _)| shown_name(rule).chars().count());
    let width = names.max().unwrap_or(0).min(LONGEST_NAME);
    out.push_str("  Rules:\n");
    let mut others = Vec::new();
    for (rule, verdict) in explanation.verdicts() {
        if shown == Rules::All || explanation.near_miss(rule).is_some() || !is_far(verdict) {
            write_rule(explanation, rule, verdict, width, out);
        } else {
            others.push(shown_name(rule));
        }
    }
    if !others.is_empty() {
        let _ = writeln!(out, "    (disabled, or prefix does not match: {})", others.join(", "));
    }
}

/// Returns true for a rule that has nothing to do with the object: it is disabled, or its prefix is
/// another one.
fn is_far(verdict: Verdict<'_>) -> bool {
    use s3_replication::engine::Reason::{PrefixDiffers, RuleDisabled};
    matches!(verdict, Verdict::Rejected(PrefixDiffers | RuleDisabled))
}

/// The widest column of names. A longer name pushes its verdict to the right, and one long name
/// does not move all the others.
const LONGEST_NAME: usize = 30;

/// Returns the name of a rule for a terminal. The width of the column is that of this text, with
/// escapes.
fn shown_name(rule: &ReplicationRule) -> String {
    Visible(&rule.name().to_string()).to_string()
}

/// Writes the verdict about a rule, with its clause, a near miss and a help.
///
/// ```text
///     logs    rejected (prefix-differs): the key does not begin with the prefix of the rule [REP-…]
///             near miss: …
///             help: to replicate it, …
/// ```
fn write_rule<'a>(
    explanation: &Explanation<'a>,
    rule: &'a ReplicationRule,
    verdict: Verdict<'a>,
    width: usize,
    out: &mut String,
) {
    let (name, styles) = (shown_name(rule), Styles::stdout());
    let clause = verdict.clause();
    let _ = match verdict {
        Verdict::Rejected(reason) => writeln!(
            out,
            "    {name:width$}  {} ({reason}): {} [{clause}]",
            styles.error("rejected"),
            reason.sentence()
        ),
        Verdict::Outranked { by } => {
            let by_name = by.name().to_string();
            let ranks = priorities(rule, by.priority.map(s3_replication::Priority::get));
            let by = Visible(&by_name);
            let outranked = styles.warning("outranked");
            writeln!(out, "    {name:width$}  {outranked} by `{by}`{ranks} [{clause}]")
        }
        other => {
            let selected = styles.success(&other.to_string());
            writeln!(out, "    {name:width$}  {selected} [{clause}]")
        }
    };
    if let Some(miss) = explanation.near_miss(rule) {
        // These are the reason itself and not a miss: the rule names the tag or prefix that
        // decided.
        let label = match miss {
            NearMiss::TagMissing { .. }
            | NearMiss::KeyExcluded { .. }
            | NearMiss::TagExcluded { .. } => "detail",
            _ => "near miss",
        };
        let (text, clause) = (miss.to_string(), miss.clause());
        let _ = writeln!(out, "    {:width$}  {label}: {} [{clause}]", "", Visible(&text));
    }
    if let Some(help) = explanation.help(rule) {
        let _ = writeln!(out, "    {:width$}  help: to replicate it, {}", "", Visible(&help));
    }
}

/// Returns the two priorities, where both rules have one. The order is that of the dialect, so the
/// number that comes first may be the smaller one.
fn priorities(rule: &ReplicationRule, winner: Option<u32>) -> String {
    match (rule.priority, winner) {
        (Some(own), Some(winner)) => format!(": priority {winner} comes before {own}"),
        _ => String::new(),
    }
}

/// Describes the replica in the destination bucket, with the storage class that this object gets.
pub(super) fn replica(replication: &Replication<'_>, event: Event) -> String {
    replica_in(replication.replica().storage_class.as_str(), replication, event)
}

/// Describes the replica of an object that stands for others like it, which can be in other storage
/// classes.
///
/// A rule that states a class gives it to all of them. Without one, each replica has the class of
/// its source, and that of the example is only an example.
pub(super) fn replica_of_kind(replication: &Replication<'_>, event: Event) -> String {
    let class = replication.replica().storage_class;
    match &replication.rule().destination.storage_class {
        Some(_) => replica(replication, event),
        None => replica_in(
            &format!("the storage class of the source (here {class})"),
            replication,
            event,
        ),
    }
}

/// Describes a replica in a storage class that the caller words.
///
/// The class, the encryption and the owner are those of a whole version. A delete marker and a
/// change of metadata have none of them:
///
/// ```text
/// the object, in STANDARD_IA, encrypted with SSE-S3, owned by the source object owner
/// the changed tags, with metrics
/// the delete marker
/// ```
fn replica_in(class: &str, replication: &Replication<'_>, event: Event) -> String {
    let replica = replication.replica();
    let mut parts = vec![match replication.action() {
        Action::ReplicateDeleteMarker => "the delete marker".to_owned(),
        Action::ReplicateVersionDelete => "the permanent delete of the version".to_owned(),
        Action::ReplicateMetadata => match event {
            Event::ObjectTaggingPut | Event::ObjectTaggingDelete => "the changed tags".to_owned(),
            Event::ObjectAclPut => "the changed ACL".to_owned(),
            _ => "the changed lock settings".to_owned(),
        },
        _ => format!("the object, in {class}, {}", encryption(&replica)),
    }];
    if replication.action() == Action::ReplicateObject {
        parts.push(match replica.owner {
            Owner::Source => "owned by the source object owner".to_owned(),
            Owner::Destination => "owned by the destination bucket owner".to_owned(),
        });
    }
    let monitoring = match (replication.is_time_controlled(), replication.has_metrics()) {
        (true, true) => Some("with S3 Replication Time Control and metrics"),
        (true, false) => Some("with S3 Replication Time Control"),
        (false, true) => Some("with metrics"),
        (false, false) => None,
    };
    parts.extend(monitoring.map(str::to_owned));
    parts.join(", ")
}

/// Describes the encryption of a replica, with its key where there is one.
///
/// ```text
/// encrypted with SSE-S3
/// encrypted with SSE-KMS under arn:aws:kms:… with a bucket key
/// encrypted as the destination bucket does by default
/// ```
fn encryption(replica: &Replica<'_>) -> String {
    let Some(status) = replica.encryption.status() else {
        return "encrypted as the destination bucket does by default".to_owned();
    };
    let bucket_key = match replica.bucket_key {
        Some(BucketKeyStatus::Enabled) => " with a bucket key",
        _ => "",
    };
    // The ARN of the related key has the Region of the destination bucket, which is not known here.
    // The ID is the same in every Region.
    if replica.encryption.uses_related_key() {
        let source = replica.encryption.source_key();
        let id = source.and_then(KmsKeyArn::multi_region_id);
        let related = "the multi-Region key in the Region of the destination";
        return match (id, source) {
            (Some(id), _) => {
                format!("encrypted with {status} under {related} (`{id}`){bucket_key}")
            }
            // S3 cannot write this replica: there is no related key.
            (None, Some(source)) => format!(
                "to be encrypted with {status} under {related}, but the key of the source, {source}, \
                 is not a multi-Region key"
            ),
            (None, None) => format!(
                "encrypted with {status} under {related} that is related to the key of the \
                 source{bucket_key}"
            ),
        };
    }
    match replica.encryption.key() {
        Some(key) => format!("encrypted with {status} under {key}{bucket_key}"),
        None => format!("encrypted with {status}"),
    }
}
